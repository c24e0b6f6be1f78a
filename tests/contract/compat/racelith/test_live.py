"""The socket of the compatible penalty API: every kind of message, each with its number, and the gap behind one."""

import json

import pytest
from websockets.exceptions import ConnectionClosed

from portal.api.sockets import NOT_ALLOWED, SIGNED_OUT
from tests.contract.compat.racelith.conftest import STOP_GO, Tower, heard, heard_until


def test_rows_are_told_as_they_come_change_go_and_are_served(tower: Tower) -> None:
    with tower.listen() as socket:
        connected = heard(socket)
        row = tower.post(5, "Contact", penalty_description=STOP_GO)
        new = heard(socket)
        changed = tower.put(row["id"], turn_number=3)
        updated = heard(socket)
        tower.apply(row["id"])
        applied = heard(socket)
        tower.ask("DELETE", f"/infringements/{row['id']}")
        deleted = heard(socket)

    assert (connected["type"], connected["session"]) == ("connected", {"name": "Race 1"})
    assert (new["type"], new["data"]) == ("new_infringement", row)
    assert (updated["type"], updated["data"]) == ("update_infringement", changed)
    assert (applied["type"], applied["data"]["penalty_due"]) == ("penalty_applied", "No")
    assert (deleted["type"], deleted["data"]["id"]) == ("delete_infringement", row["id"])
    numbers = [message["seq"] for message in (connected, new, updated, applied, deleted)]
    assert numbers == sorted(set(numbers))


def test_a_row_whose_count_another_one_changed_is_told_too(tower: Tower) -> None:
    first, second = tower.post(7), tower.post(7)
    with tower.listen() as socket:
        heard(socket)
        tower.ask("DELETE", f"/infringements/{first['id']}")
        told = {(message := heard(socket))["type"]: message["data"] for _ in range(2)}

    assert told["delete_infringement"]["id"] == first["id"]
    assert told["update_infringement"] == {**second, "warning_count": 1}


def test_sessions_and_their_configuration_are_told(tower: Tower) -> None:
    tower.post(7)
    file = tower.ask("GET", "/session/export?format=json").content
    with tower.listen() as socket:
        heard(socket)
        tower.ask("PUT", "/api/config", {"warning_expiry_minutes": 60})
        config, of_session = heard(socket), heard(socket)
        tower.start("Race 2")
        started = heard_until(socket, "session_started")
        tower.ask("POST", "/session/load?name=Race 1")
        loaded = heard_until(socket, "session_loaded")
        tower.ask("POST", "/session/close")
        closed = heard_until(socket, "session_closed")
        tower.ask("POST", "/session/import?name=Copy", files={"file": ("race.json", file)})
        imported = heard_until(socket, "session_imported")
        tower.ask("DELETE", "/session/delete?name=Race 2")
        deleted = heard_until(socket, "session_deleted")

    assert (config["type"], config["data"]["warning_expiry_minutes"]) == ("config_updated", 60)
    assert (of_session["type"], of_session["data"]) == ("session_config_updated", config["data"])
    told = [message["session"]["name"] for message in (started, loaded, closed, imported, deleted)]
    assert told == ["Race 2", "Race 1", "Race 1", "Copy", "Race 2"]
    assert all("seq" in message for message in (config, started, loaded, closed, imported, deleted))


def test_a_screen_that_was_away_gets_what_it_missed(tower: Tower) -> None:
    with tower.listen() as socket:
        heard(socket)
        seen = [tower.post(7)]
        last = heard(socket)["seq"]
    seen += [tower.post(7), tower.post(8)]
    gone = tower.post(9)
    tower.ask("DELETE", f"/infringements/{gone['id']}")

    missed = tower.read(f"/api/events?after={last}")
    with tower.listen() as socket:
        again = heard(socket)

    assert [(one["type"], one["data"]["id"]) for one in missed] == [
        ("new_infringement", seen[1]["id"]),
        ("new_infringement", seen[2]["id"]),
        ("delete_infringement", gone["id"]),
        ("delete_infringement", gone["id"]),
    ]
    assert [one["seq"] for one in missed] == sorted(one["seq"] for one in missed)
    assert missed[0]["seq"] > last
    assert again["seq"] == missed[-1]["seq"]
    assert tower.read(f"/api/events?after={again['seq']}") == []


def test_the_socket_asks_who_is_there(tower: Tower) -> None:
    codes = []
    for headers in ({}, tower.viewer()):
        with (
            pytest.raises(ConnectionClosed) as closed,
            tower.house.portal.socket("/compat/racelith/ws", headers) as socket,
        ):
            json.loads(socket.recv(timeout=5))
        codes.append(closed.value.rcvd.code if closed.value.rcvd else None)

    assert codes == [SIGNED_OUT, NOT_ALLOWED]
