"""The karting backend's documented API under `/compat/karting`: routes, shapes, socket, errors, tokens in addresses."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from websockets.exceptions import ConnectionClosed

from core.io.database.links import LinkBatch
from core.io.database.timing import Batch
from core.timing.desk import KeptSession
from core.timing.events import ColumnSeen
from core.timing.layouts import LayoutSeen
from core.timing.model import (
    Board,
    Car,
    Gap,
    Lap,
    LapKind,
    Rank,
    SessionKind,
    SourceState,
    SourceStatus,
    TimedValue,
)
from core.tracks.links import FeedCount, LinkEvent
from portal import asgi
from portal.api.sockets import SIGNED_OUT
from portal.compat.karting.live import NO_CIRCUIT
from tests.apex_feed import race
from tests.contract.compat.conftest import RING, Venue, heard

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LAYOUT = LayoutSeen(
    "layout 1",
    (
        ColumnSeen("c1", "grp", "", "", is_known=True),
        ColumnSeen("c2", "rk", "Pos", "position"),
        ColumnSeen("c3", "no", "Kart", "number"),
        ColumnSeen("c4", "s2", "S2", "sectors"),
        ColumnSeen("c5", "llp", "Last", "last"),
        ColumnSeen("c6", "gap", "Gap", "gap"),
        ColumnSeen("c7", "", "Town", "", is_known=False),
    ),
    NOON,
    NOON,
)
FIRST = Car(
    "r1",
    "7",
    position=1,
    last=TimedValue(62_345, Rank.PERSONAL),
    sectors=(None, TimedValue(20_100, Rank.NORMAL)),
    more=(("Town", "Graz"),),
)
SECOND = Car("r2", "9", position=2, gap=Gap(laps=1))
BOARD = Board(at=NOON, layout="layout 1", kind=SessionKind.RACE, cars=(FIRST, SECOND))
FIRST_MAPPED = {"C1": "", "C2": "1", "C3": "7", "C4": "20.100", "C5": "1:02.345", "C6": "", "C7": "Graz"}
SECOND_MAPPED = {"C1": "", "C2": "2", "C3": "9", "C4": "", "C5": "", "C6": "1 L", "C7": ""}


def test_a_circuit_is_created_read_changed_and_deleted(venue: Venue) -> None:
    created = venue.ask("POST", "/circuits", RING)
    facts = {"id": "example-ring", "name": "Example Ring", "timing_system": "apex", "time_zone": "UTC"}
    app: dict[str, object] = {"nom": "Example Ring", "liveTimingUrl": None, "wssUrl": RING["websocket_url"]}
    same = {name: created.json()[name] for name in ("key", "createdAt")}

    assert created.status_code == 201
    assert created.json() == {
        **facts,
        **app,
        **same,
        "is_active": False,
        "mappings": {},
        **{f"c{n}": None for n in range(1, 15)},
    }
    assert [one["id"] for one in venue.read("/circuits")] == ["example-ring"]
    assert venue.read(f"/circuits/{created.json()['key']}")["name"] == "Example Ring"
    patched = venue.ask("PATCH", "/circuits/example-ring", {"name": "Ring", "id": "ring"}).json()
    assert (patched["id"], patched["name"], patched["timing_system"]) == ("ring", "Ring", "apex")
    put = venue.ask("PUT", "/circuits/ring", {"name": "Other", "websocket_url": "ws://10.0.0.1/"}).json()
    assert (put["id"], put["name"], put["timing_system"]) == ("ring", "Other", "auto")
    assert venue.ask("DELETE", "/circuits/ring").status_code == 204
    assert venue.read("/circuits") == []
    assert venue.ask("GET", "/circuits/ring").status_code == 404
    assert venue.ask("POST", "/circuits", {**RING, "id": "ring"}).status_code == 201, "the short name is free again"


def test_a_circuit_that_runs_or_has_race_sessions_is_not_deleted(venue: Venue) -> None:
    circuit = venue.circuit()

    venue.ask("POST", "/circuits/example-ring/start-timing")
    running = venue.ask("DELETE", "/circuits/example-ring")
    venue.ask("POST", "/circuits/example-ring/stop-timing")
    venue.app.race_sessions.create(circuit.id, "Race", by=None, now=NOON)
    used = venue.ask("DELETE", "/circuits/example-ring")

    assert (running.status_code, used.status_code) == (409, 409)
    assert "Stop its timing first" in running.json()["detail"]
    assert venue.read("/circuits/example-ring")["name"] == "Example Ring"


def test_timing_is_started_and_stopped(venue: Venue) -> None:
    circuit = venue.circuit()

    started = venue.ask("POST", "/circuits/example-ring/start-timing").json()
    venue.publish(circuit, replace(BOARD, source=SourceState(SourceStatus.RUNNING, NOON)))
    status = venue.read("/circuits/example-ring/status")
    stopped = venue.ask("POST", "/circuits/example-ring/stop-timing").json()

    assert (started["circuit_id"], started["status"]) == ("example-ring", "started")
    assert started["websocket_url"] == RING["websocket_url"]
    assert stopped == {
        "message": "Timing of Example Ring is stopped.",
        "circuit_id": "example-ring",
        "status": "stopped",
    }
    assert datetime.fromisoformat(status.pop("timestamp")) > NOON
    assert status == {
        "circuit_id": "example-ring",
        "timing_active": True,
        "collector_status": {
            "is_running": True,
            "is_connected": True,
            "last_update": "2026-05-01T12:00:00Z",
            "last_error": None,
        },
        "connected_clients": 0,
        "status": "running",
        "is_active": True,
        "connected": True,
        "cause": None,
        "last_update": "2026-05-01T12:00:00Z",
        "rows": 2,
    }
    after = venue.read("/circuits/example-ring/status")
    assert (after["status"], after["timing_active"], after["collector_status"]) == ("stopped", False, None)


def test_timing_that_runs_is_not_started_again(venue: Venue) -> None:
    venue.circuit()

    answers = [venue.ask("POST", "/circuits/example-ring/start-timing") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json()["status"] for answer in answers] == ["started", "already_running"]


def test_the_socket_sends_one_documented_message_a_row_and_then_the_rows_that_change(venue: Venue) -> None:
    circuit = venue.circuit()
    venue.store(circuit, Batch(layouts=[LAYOUT]))
    venue.publish(circuit, BOARD)
    with venue.live() as socket:
        first, second = heard(socket), heard(socket)
        venue.publish(circuit, replace(BOARD, cars=(FIRST, replace(SECOND, gap=Gap(ms=1_500)))))
        changed = heard(socket)
        with pytest.raises(TimeoutError):
            socket.recv(timeout=0.3)

    assert first == {
        "type": "timing_data",
        "circuit_id": "example-ring",
        "data": {
            "row_id": "r1",
            "mapped_data": FIRST_MAPPED,
            "raw_data": {
                "number": "7",
                "position": "1",
                "last": "1:02.345",
                "sectors": ["", "20.100"],
                "status": "running",
                "Town": "Graz",
            },
            "timestamp": "2026-05-01T12:00:00Z",
        },
    }
    assert second["data"]["mapped_data"] == SECOND_MAPPED
    assert (changed["data"]["row_id"], changed["data"]["mapped_data"]["C6"]) == ("r2", "1.500")


def test_a_ping_is_answered_by_a_pong_and_other_words_by_nothing(venue: Venue) -> None:
    venue.circuit()
    with venue.live() as socket:
        for said in ("no json", "[]", '{"type": "hello"}', '{"type": "ping"}'):
            socket.send(said)

        assert heard(socket) == {"type": "pong"}
        with pytest.raises(TimeoutError):
            socket.recv(timeout=0.2)


def test_a_feed_without_a_table_of_its_own_has_a_column_for_each_field(venue: Venue) -> None:
    circuit = venue.circuit()
    venue.publish(circuit, Board(at=NOON, columns=("position", "number", "sectors", "last"), cars=(FIRST, SECOND)))

    with venue.live() as socket:
        row = heard(socket)

    assert row["data"]["mapped_data"] == {"C1": "1", "C2": "7", "C3": "", "C4": "20.100", "C5": "1:02.345"}
    assert venue.read("/circuits/example-ring")["mappings"] == {
        "C1": "position", "C2": "number", "C3": "sectors", "C4": "sectors", "C5": "last",
    }  # fmt: skip


def test_recent_data_are_the_rows_and_then_the_laps_newest_first(venue: Venue) -> None:
    circuit = venue.circuit()
    session = KeptSession(UUID(int=3), circuit.id, "Race", SessionKind.RACE, "Ring", NOON - timedelta(hours=1))
    laps = [
        (session.id, Lap("r1", "7", lap, 60_000 + lap, LapKind.LAP, NOON - timedelta(minutes=10 - lap)))
        for lap in range(1, 6)
    ]
    venue.store(circuit, Batch([session], laps, layouts=[LAYOUT]))
    venue.publish(circuit, BOARD)

    whole = venue.read("/circuits/example-ring/data")
    page = venue.read("/circuits/example-ring/data?limit=2&offset=1")
    recent = venue.read("/circuits/example-ring/data?since=2026-05-01T11:54:30")

    assert [row["row_id"] for row in whole] == ["r1", "r2", *["r1"] * 5]
    assert whole[0]["mapped_data"] == FIRST_MAPPED
    assert [row["mapped_data"]["C5"] for row in whole[2:]] == ["1:00.005", "1:00.004", "1:00.003", "1:00.002",
        "1:00.001"]  # fmt: skip
    assert page == whole[1:3]
    assert recent == whole[:3]


def test_statistics_and_logs_are_those_of_the_link(venue: Venue) -> None:
    circuit = venue.circuit()
    minute = NOON.replace(second=0)
    links = LinkBatch([LinkEvent(NOON, "connected", "wss://timing.example.org", 2)], counts={
        (1, minute): FeedCount(minute, 10, 40, 900, 3, 1, 2, NOON)
    })  # fmt: skip
    venue.store(circuit, Batch(links=links))

    assert venue.read("/circuits/example-ring/statistics?since=2026-05-01T00:00:00Z") == {
        "circuit_id": "example-ring",
        "since": "2026-05-01T00:00:00Z",
        "total_messages": 10,
        "total_lines": 40,
        "total_bytes": 900,
        "total_laps": 3,
        "junk": 1,
        "unread": 2,
        "last_update": "2026-05-01T12:00:00Z",
    }
    [line] = venue.read("/circuits/example-ring/logs?limit=5")
    assert (line["event_type"], line["message"], line["attempt"]) == ("connected", "wss://timing.example.org", 2)
    assert datetime.fromisoformat(line["timestamp"]) == NOON


def test_the_format_of_the_running_link_is_analysed_and_kept(venue: Venue) -> None:
    circuit = venue.circuit()
    silent = venue.ask("POST", "/circuits/example-ring/analyze-format")
    before = venue.read("/circuits/example-ring/analysis")
    venue.owner.bus.put_raw_frames(circuit.id, [text for _, text in race(karts=3, laps=6).frames])

    found = venue.ask("POST", "/circuits/example-ring/analyze-format").json()

    assert (silent.status_code, before["format"]) == (409, None)
    assert (found["circuit_id"], found["format"], found["confidence"]) == ("example-ring", "apex", 1.0)
    kept = venue.read("/circuits/example-ring/analysis")
    assert kept == {**found, "timing_system": "apex", "mappings": {}}


def test_the_system_tells_that_it_is_well(venue: Venue) -> None:
    venue.circuit()

    health = venue.portal.ask("GET", "/compat/karting/health").json()
    assert (health["status"], set(health)) == ("healthy", {"status", "version", "timestamp"})
    status = venue.read("/status")
    assert (status["status"], status["circuits"], status["active_circuits"]) == ("operational", 1, 0)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/circuits/nowhere", None, 404),
        ("GET", "/nothing/here", None, 404),
        ("POST", "/circuits", {"name": "Only a name"}, 422),
        ("POST", "/circuits", {**RING, "websocket_url": "ftp://x"}, 422),
        ("GET", "/circuits/example-ring/data?limit=0", None, 422),
        ("PATCH", "/circuits/example-ring", {"timing_system": "morse"}, 422),
    ],
    ids=["no circuit", "no route", "no address", "bad address", "bad limit", "no parser"],
)
def test_errors_have_the_shape_of_the_old_framework(
    venue: Venue, method: str, path: str, body: object, status: int
) -> None:
    venue.circuit()

    answer = venue.ask(method, path, body)

    assert answer.status_code == status
    assert set(answer.json()) == {"detail"}


def test_a_token_in_a_header_counts_too_and_a_wrong_one_nowhere(venue: Venue) -> None:
    bearer = {"Authorization": f"Bearer {venue.token}"}

    assert venue.portal.ask("GET", "/compat/karting/circuits", bearer).status_code == 200
    for path in ("/compat/karting/circuits", "/compat/karting/t/wrong/circuits", "/compat/karting/t/wrong"):
        stranger = venue.portal.ask("GET", path)
        assert stranger.status_code == 401
        assert "detail" in stranger.json()


def test_a_token_in_the_address_opens_nothing_else(venue: Venue) -> None:
    assert venue.portal.ask("GET", f"/api/v1/t/{venue.token}/circuits").status_code == 401
    assert venue.portal.ask("GET", f"/t/{venue.token}/compat/karting/circuits").status_code in {303, 401}


def test_a_token_in_the_address_is_in_no_log(venue: Venue, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for talkative in asgi.TALKATIVE:
        caplog.set_level(logging.WARNING, talkative)
    venue.circuit()

    with venue.live() as socket:
        socket.send('{"type": "ping"}')
        heard(socket)
    venue.ask("GET", "/circuits/nowhere")

    ours = [line for line in caplog.records if not line.name.startswith(("httpx", "httpcore", "websockets"))]
    assert [line for line in ours if venue.token in f"{line.getMessage()} {line.__dict__}"] == []


def test_a_socket_that_may_not_be_is_told_why_by_its_close_code(venue: Venue) -> None:
    for path, code in (("/compat/karting/t/wrong/circuits/x/live", SIGNED_OUT), (None, NO_CIRCUIT)):
        with (
            venue.live("nowhere") if path is None else venue.portal.socket(path) as socket,
            pytest.raises(ConnectionClosed) as closed,
        ):
            socket.recv(timeout=5)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == code
