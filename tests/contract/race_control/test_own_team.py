"""Over the API: histories for officials, and for a team its own karts and nothing unpublished of another."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from core.accounts.model import Role
from core.accounts.plan import AccountPlan
from core.io.clock import utc_now
from core.io.season import keep_ledgers
from core.io.session_jobs import make_ready
from tests.contract.race_control.conftest import House
from tests.contract.race_control.test_api import Caller
from tests.portal_server import Portal, behind_the_gate, serving

LIST = "number;team;driver 1\n42;Team 42;Driver 42A\n17;Team 17;Driver 17A"


@pytest.fixture
def portal(house: House) -> Iterator[Portal]:
    with serving(behind_the_gate(), house.portal) as served:
        yield served


@pytest.fixture
def control(portal: Portal) -> Caller:
    return Caller(portal, "control", Role.RACE_CONTROL)


@pytest.fixture
def race(control: Caller, house: House) -> str:
    """An open session with two teams: an incident of each, a penalty of 42 issued, one of 17 proposed."""
    made = control("POST", "/race-sessions", {"circuit": "test", "name": "Race", "season": "Cup"}, 201)
    make_ready(house.worker)
    path = f"/race-sessions/{made['id']}"
    control("POST", f"{path}/open")
    control("POST", f"{path}/entries/import", {"csv": LIST})
    control.write(f"{path}/lines", line="42 w 7 =t5")
    control.write(f"{path}/lines", line="17 c 3 hit hard =t5")
    control.write(f"{path}/penalties/1/decision/issue")
    return path


def member(portal: Portal, house: House, team: str) -> Caller:
    plan = AccountPlan(f"of-{team[-2:]}", "", Role.TEAM, "", team)
    found = house.worker.accounts._store.add(plan, "no password", None, utc_now())
    assert found is not None
    caller = Caller.__new__(Caller)
    caller._root = f"{portal.origin}/api/v1"
    caller._headers = portal.token(found, Role.TEAM)
    return caller


def ids(things: list[dict[str, Any]]) -> list[object]:
    return [thing["id"] for thing in things]


def test_a_team_sees_its_own_incidents_and_issued_penalties_only(
    portal: Portal, house: House, control: Caller, race: str
) -> None:
    first, second = member(portal, house, "team 42"), member(portal, house, "Team 17")

    of_first, of_second = first("GET", f"{race}/own"), second("GET", f"{race}/own")

    assert (of_first["karts"], ids(of_first["incidents"]), ids(of_first["penalties"])) == (["42"], [1], ["1/decision"])
    assert (of_second["karts"], ids(of_second["incidents"]), ids(of_second["penalties"])) == (["17"], [2], [])
    assert "hit hard" not in httpx.Response(200, json=of_first).text
    assert control("GET", f"{race}/incidents")[1]["text"] == "hit hard"


def test_a_team_of_another_race_sees_nothing(portal: Portal, house: House, race: str) -> None:
    other = member(portal, house, "Team 99")("GET", f"{race}/own")

    assert (other["karts"], other["incidents"], other["penalties"]) == ([], [], [])


def test_an_incident_stays_with_the_team_that_had_the_kart(
    portal: Portal, house: House, control: Caller, race: str
) -> None:
    """A kart that changes hands takes nobody's incidents along."""
    control("PUT", f"{race}/entries/42", {"team": "Team 17", "drivers": ["Driver 17A"]})

    of_new = member(portal, house, "Team 17")("GET", f"{race}/own")
    of_old = member(portal, house, "Team 42")("GET", f"{race}/own")

    assert (of_new["karts"], ids(of_new["incidents"])) == (["17", "42"], [2])
    assert (of_old["karts"], ids(of_old["incidents"])) == ([], [1])


@pytest.mark.parametrize("path", ["incidents", "penalties", "pending", "events", "history", "entries"])
def test_a_team_reads_no_list_of_race_control(portal: Portal, house: House, race: str, path: str) -> None:
    assert member(portal, house, "Team 42")("GET", f"{race}/{path}", expect=403)


def test_histories_are_told_of_a_running_and_of_a_closed_session_alike(
    house: House, control: Caller, race: str
) -> None:
    entry = control("GET", f"{race}/entries")[1]
    session_id = race.rpartition("/")[2]
    running = control("GET", f"/history/team/{entry['team_id']}")
    kart = control("GET", f"/history/kart/42?session={session_id}")
    control("POST", f"{race}/close")
    closing = control("GET", f"/history/driver/{entry['driver_ids'][0]}")
    keep_ledgers(house.worker)
    closed = control("GET", f"/history/driver/{entry['driver_ids'][0]}")

    assert (running["name"], running["incidents"], running["penalties"]) == ("Team 42", 1, 1)
    assert (kart["name"], kart["incidents"], kart["penalties"]) == ("Team 42", 1, 1)
    assert (closing["name"], closing["incidents"]) == ("Driver 42A", 1)
    assert closed["happenings"] == closing["happenings"]


def test_what_nobody_has_has_no_history(control: Caller, race: str) -> None:
    control("GET", f"/history/team/{uuid4()}", expect=404)
    control("GET", f"/history/driver/{uuid4()}", expect=404)
    control("GET", f"/history/kart/99?session={race.rpartition('/')[2]}", expect=404)


def test_people_are_edited_over_the_api(portal: Portal, control: Caller, race: str) -> None:
    admin = Caller(portal, "boss", Role.ADMIN)
    person, other = control("GET", "/people")
    team = control("POST", "/teams", {"name": "The 42s"}, 201)
    [old] = [one for one in control("GET", "/teams") if one["name"] == "Team 42"]

    assert control("PUT", f"/people/{person['id']}/name", {"name": "Driver Seventeen"})["name"] == "Driver Seventeen"
    assert control("POST", f"/people/{person['id']}/merge", {"into": other["id"]})["id"] == other["id"]
    assert control("POST", f"/teams/{old['id']}/merge", {"into": team["id"]})["name"] == "The 42s"
    assert control("PUT", f"/teams/{team['id']}/name", {"name": "42s"})["name"] == "42s"
    assert {one["team_id"] for one in control("GET", f"{race}/entries")} >= {team["id"]}
    control("POST", f"/people/{other['id']}/erase", expect=403)
    assert admin("POST", f"/people/{other['id']}/erase")["name"] is None
    assert control("GET", f"/people/{person['id']}")["name"] is None


def test_members_join_and_leave_over_the_api(control: Caller, race: str) -> None:
    del race
    person = control("POST", "/people", {"name": "Engineer"}, 201)
    twin = control("POST", "/people", {"name": "Engineer", "namesake": True}, 201)
    team = control("POST", "/teams", {"name": "Team 42"}, 201)

    control("POST", "/memberships", {"team_id": team["id"], "person_id": person["id"], "season": "Cup"}, 204)
    [member] = [one for one in control("GET", "/memberships?season=Cup") if one["person_id"] == person["id"]]
    control("DELETE", f"/memberships/{member['id']}", expect=204)

    assert twin["id"] != person["id"]
    assert person["id"] not in {one["person_id"] for one in control("GET", "/memberships")}


def test_entries_are_files_over_the_api(portal: Portal, control: Caller, race: str) -> None:
    """The list out, the list in, and what it would change between."""
    root, headers = f"{portal.origin}/api/v1{race}/entries", control._headers
    book = httpx.get(f"{root}/export?kind=xlsx", headers=headers).content
    assert control("PUT", f"{race}/entries/5", {"weight_kg": 182.5})["weight_kg"] == "182.5"
    control("PUT", f"{race}/entries/5", {"weight_kg": 182.555}, 422)
    control("DELETE", f"{race}/entries/5", expect=204)
    before = control("GET", f"{race}/entries")
    changes = control("POST", f"{race}/entries/import/preview", {"csv": "number,weight\n42,182.5\n5,"})
    control("DELETE", f"{race}/entries/17", expect=204)
    stale = httpx.post(f"{root}/import/file?seen={changes['version']}", content=book, headers=headers)
    taken = httpx.post(f"{root}/import/file?whole=true", content=book, headers=headers)

    assert ([one["number"] for one in changes["new"]], len(changes["changed"])) == (["5"], 1)
    assert (stale.status_code, taken.status_code) == (409, 200)
    assert [one["driver_ids"] for one in control("GET", f"{race}/entries")] == [one["driver_ids"] for one in before]
    assert httpx.post(f"{root}/import/file", content=b"", headers=headers).status_code == 422
    assert httpx.post(f"{root}/import/file", content=bytes(10_000_001), headers=headers).status_code == 422
