"""A session leaves as a file and comes back as another one; what was changed on the way is refused and named."""

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import httpx
import openpyxl
import pytest
from sqlalchemy import text

from core.accounts.model import Role
from core.io.clock import utc_now
from core.io.season import keep_ledgers
from core.io.session_jobs import make_ready
from core.penalties.bodies import SessionImported
from core.penalties.commands import Record, StartPhase
from core.penalties.tables.lines import incident_lines, penalty_lines
from core.sessions.model import Entry, Phase, RaceSession, SessionState
from tests.contract.race_control.conftest import Asking, House
from tests.portal_server import Portal, behind_the_gate, serving


class Files:
    """An official who sends and fetches files."""

    def __init__(self, portal: Portal, role: Role) -> None:
        self._root = f"{portal.origin}/api/v1"
        self._headers = portal.token(portal.account(f"files-{role}", role), role)

    def export(self, session_id: object, form: str = "json", expect: int = 200) -> bytes:
        answer = httpx.get(
            f"{self._root}/race-sessions/{session_id}/export?format={form}", headers=self._headers, timeout=30
        )
        assert answer.status_code == expect, answer.text
        return answer.content

    def send(self, content: bytes, expect: int = 201, *, look: bool = False, **query: str) -> Any:
        path = f"{self._root}/race-sessions/import{'/preview' if look else ''}"
        given = {"circuit": "test", **query}
        answer = httpx.post(path, content=content, params=given, headers=self._headers, timeout=60)
        assert answer.status_code == expect, answer.text
        return answer.json()


@contextmanager
def working(house: House) -> Iterator[None]:
    """Does the jobs on sessions meanwhile, as a worker would."""
    done = threading.Event()

    def work() -> None:
        while not done.wait(0.05):
            make_ready(house.worker)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.fixture
def portal(house: House) -> Iterator[Portal]:
    with serving(behind_the_gate(), house.portal) as served, working(house):
        yield served


@pytest.fixture
def files(portal: Portal) -> Files:
    return Files(portal, Role.RACE_CONTROL)


def made(house: House, name: str) -> RaceSession:
    """Not opened yet; the worker beside makes it."""
    asked = house.portal.race_sessions.create(house.circuit_id, name, by=house.anna, now=utc_now())
    return house.portal.race_sessions.wait_ready(asked.id, timeout_s=20)


@pytest.fixture
def race(portal: Portal, house: House, ask: Asking) -> RaceSession:  # noqa: ARG001 - the portal's worker makes it
    """A race with what a table must carry: decisions, a penalty served, a void, second karts, notes like formulas."""
    session = house.open(made(house, "Race"))
    drivers = ("Driver 42A",), ("Driver 17A",)
    for number, names in zip(("42", "17"), drivers, strict=True):
        house.portal.entries.put(session.id, Entry(number, team=f"Team {number}", drivers=names), house.anna, utc_now())
    desk = house.desk(session)
    desk.perform(StartPhase(Phase.RACE), ask(session, house.anna))
    desk.submit("42 c 7 =t5", ask(session, house.anna))
    desk.perform(Record(("17",), "OTH", text="=1+1"), ask(session, house.anna))
    for line in ("#1 !", "#1 s", "17 w", "#3 x misread", "42>17 c @b", "42 w 3"):
        desk.submit(line, ask(session, house.anna))
    return session


def test_a_whole_session_comes_back_with_every_event_as_it_was_told(
    house: House, files: Files, race: RaceSession
) -> None:
    content = files.export(race.id)

    sent = files.send(content, name="Again")

    again = house.portal.race_sessions.get(UUID(sent["session"]["id"]))
    before, after = house.desk(race), house.desk(again)
    first, *told = after.history()
    assert (again.state, again.active, again.name, again.season) == (SessionState.READY, False, "Again", race.season)
    assert isinstance(first.body, SessionImported)
    assert (first.body.session, first.body.seq, first.body.hash) == (str(race.id), len(told), before.state().hash)
    assert [_told(one) for one in told] == [_told(one) for one in before.history()]
    assert after.verify() is None
    assert incident_lines(after.state()) == incident_lines(before.state())
    assert after.state().penalties.keys() == before.state().penalties.keys()
    assert house.portal.race_sessions.entries(again.id) == house.portal.race_sessions.entries(race.id)


def test_what_comes_back_goes_on_under_the_rules_that_it_brought(house: House, files: Files, race: RaceSession) -> None:
    sent = files.send(files.export(race.id), name="Again")
    again = house.open(house.portal.race_sessions.get(UUID(sent["session"]["id"])))

    receipt = house.desk(again).state()

    assert receipt.catalogue is not None
    assert house.desk(race).state().catalogue == receipt.catalogue
    assert [one.type for one in house.desk(again).history()][-1] == "session_opened"
    assert house.desk(again).verify() is None


def test_a_changed_file_is_refused_and_names_the_row(house: House, files: Files, race: RaceSession) -> None:
    whole = files.export(race.id)
    at = next(place for place, row in enumerate(json.loads(whole)["log"]) if row["type"] == "incident_recorded")
    last = len(json.loads(whole)["log"]) - 1

    for where, place in (("kart", at), ("actor", at), ("at", at), ("hash", at), ("cut", last), ("swapped", at)):
        document = json.loads(whole)
        _tamper(document["log"], where, place)
        refusal = files.send(json.dumps(document).encode(), 422, name="Again")
        assert (where, f"log row {place + 1}" in refusal["detail"]) == (where, True), refusal

    assert len(house.portal.race_sessions.all()) == 1


def test_a_forged_chain_is_betrayed_by_an_anchor_kept_here(house: House, files: Files, race: RaceSession) -> None:
    """Every hash computed anew over an edited row, as only who has our programs can."""
    document = json.loads(files.export(race.id))
    house.portal.integrity.keep_asked(race.id, house.anna, race.created.at)
    log = document["log"]
    log[4]["body"]["kart"] = "99"
    _chain_anew(house, document)

    refusal = files.send(json.dumps(document).encode(), 422, name="Again")

    assert "The file was changed" in refusal["detail"]


def test_every_row_that_is_none_is_named_before_anything_is_made(house: House, files: Files, race: RaceSession) -> None:
    document = json.loads(files.export(race.id))
    del document["log"][1]["actor"]
    document["log"][3]["type"] = "dream"

    refusal = files.send(json.dumps(document).encode(), 422, name="Again")

    assert "log row 2, actor: Field required" in refusal["detail"]
    assert "log row 4, type: " in refusal["detail"]
    assert len(house.portal.race_sessions.all()) == 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_tables_come_back_as_the_same_tables(house: House, files: Files, race: RaceSession, form: str) -> None:
    content = files.export(race.id, form)

    look = files.send(content, 200, look=True, name="Again")
    sent = files.send(content, name="Again")

    before, after = house.desk(race).state(), house.desk(session_of(house, sent)).state()
    assert (look["incidents"], look["voided"], sent["incidents"]) == (5, 1, 5)
    assert incident_lines(after) == incident_lines(before)
    assert penalty_lines(after) == penalty_lines(before)
    assert house.desk(session_of(house, sent)).verify() is None


def test_a_table_goes_on_behind_the_incidents_of_the_open_session_once(
    house: House, files: Files, race: RaceSession
) -> None:
    table = b"time,kart,code,note\n2026-05-02 14:03:07,42,WL,=SUM(A1)\n2026-05-02 14:04:00,17,CON,\n"

    first = files.send(table, into=str(race.id))
    again = files.send(table, into=str(race.id))

    fold = house.desk(race).state()
    assert (first["incidents"], first["events"], again["events"]) == (2, 3, 3)
    assert [(one.kart, one.text) for one in fold.incidents.values()][-2:] == [("42", "=SUM(A1)"), ("17", "")]
    assert max(fold.incidents) == 7


def test_no_cell_of_a_file_is_a_formula(files: Files, race: RaceSession) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files.export(race.id, "xlsx")))
    with zipfile.ZipFile(io.BytesIO(files.export(race.id, "csv"))) as bag:
        text_ = bag.read("incidents.csv").decode()

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {"incidents", "penalties", "events", "entries"} <= set(book.sheetnames)
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert any(cell.value == "=1+1" for cell in cells)
    assert ",'=1+1," in text_


@pytest.mark.parametrize(
    ("content", "query", "status", "said"),
    [
        (b"\xd0\xcf\x11\xe0old", {}, 422, "xls"),
        (b"time,kart,code\nsoon,42,WL", {"name": "New"}, 422, "incidents row 2, time: is no time"),
        (b"", {}, 422, "empty"),
        (b"{}", {}, 422, "not the file of a whole race session"),
        (b"PK\x03\x04nothing", {}, 422, "damaged"),
        (b"time,kart,code\n" + b"x" * 10_000_000, {}, 413, "10 MB"),
        (b"time,kart,code\n2026-05-02 14:03:07,42,WL", {}, 422, "no name"),
    ],
    ids=["xls", "bad row", "empty", "other json", "bad zip", "too large", "no name"],
)
def test_what_cannot_be_taken_is_refused_with_words_and_leaves_nothing(
    house: House, files: Files, content: bytes, query: dict[str, str], status: int, said: str
) -> None:
    refusal = files.send(content, status, look=False, **query)

    assert said in refusal["detail"]
    assert house.portal.race_sessions.all() == ()


def test_names_leave_only_with_who_may_read_race_control(portal: Portal, race: RaceSession) -> None:
    engineer = Files(portal, Role.ENGINEER)

    for form in ("json", "xlsx", "csv"):
        whole = engineer.export(race.id, form)
        assert b"Driver 42A" not in (whole if form == "json" else _unpacked(whole))
    assert b"Driver 42A" in Files(portal, Role.TIMEKEEPER).export(race.id)


def test_the_same_people_are_known_in_a_session_of_elsewhere(house: House, files: Files, race: RaceSession) -> None:
    """A person by an id that is unknown here, and one of a name that is known."""
    document = json.loads(files.export(race.id))
    [ours] = [entry for entry in document["entries"] if entry["number"] == "42"]
    strange, twin = str(uuid4()), str(uuid4())
    document["people"] = {strange: "Driver 99A", twin: "Driver 17A"}
    ours["driver_ids"], ours["drivers"] = [strange, twin], ["Driver 99A", "Driver 17A"]

    files.send(json.dumps(document).encode(), name="Again")

    known = house.portal.people.known([UUID(strange), UUID(twin)])
    assert [known[UUID(one)].name for one in (strange, twin)] == ["Driver 99A", "Driver 17A"]
    assert known[UUID(twin)].id != UUID(twin)


def test_a_closed_session_leaves_with_what_the_timing_said(house: House, files: Files, race: RaceSession) -> None:
    house.portal.race_sessions.close(race.id, house.anna, race.created.at)
    keep_ledgers(house.worker)

    sent = files.send(files.export(race.id), name="Again")

    ours, theirs = house.portal.frozen(race.id), house.portal.frozen(UUID(sent["session"]["id"]))
    assert ours is not None
    assert theirs == ours


def test_a_log_can_be_told_only_to_a_session_without_one_and_only_as_told(house: House, race: RaceSession) -> None:
    call = text("SELECT import_session(:id, 'x', sha256('x'), CAST(:events AS jsonb), NULL)")
    fresh = made(house, "Fresh")
    cases = ((race, "not empty"), (fresh, "an import says so first"))

    for session, said in cases:
        engine = house.portal.sessions.engine(session.database_name)
        with pytest.raises(Exception, match=said), engine.begin() as connection:
            connection.execute(call, {"id": session.id, "events": json.dumps([{"type": "session_opened"}])})


def _tamper(log: list[Any], where: str, at: int) -> None:
    match where:
        case "kart":
            log[at]["body"]["kart"] = "99"
        case "actor":
            log[at]["actor"] = str(uuid4())
        case "at":
            log[at]["at"] = "2026-01-01T00:00:00+00:00"
        case "hash":
            log[at]["hash"] = "0" * 64
        case "cut":
            del log[at]
        case _:
            log[at], log[at + 1] = log[at + 1], log[at]


def _told(event: Any) -> tuple[object, ...]:
    return event.subject, event.at, event.recorded_at, event.actor, event.role, event.type, event.body, event.ruleset


def session_of(house: House, sent: Any) -> RaceSession:
    return house.portal.race_sessions.get(UUID(sent["session"]["id"]))


def _unpacked(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as bag:
        return b"".join(bag.read(name) for name in bag.namelist())


def _chain_anew(house: House, document: Any) -> None:
    digest = text("""
      SELECT encode(sha256(decode(:before, 'hex') || convert_to(jsonb_build_array(seq, request_id, ordinal,
        request_sha256, subject, extract(epoch FROM at), extract(epoch FROM recorded_at), actor, role, type, body,
        ruleset)::text, 'UTF8')), 'hex')
      FROM jsonb_to_record(CAST(:row AS jsonb)) AS e(seq bigint, request_id text, ordinal integer, request_sha256 text,
        subject text, at timestamptz, recorded_at timestamptz, actor text, role text, type text, body jsonb,
        ruleset text)
    """)
    before = "00"
    with house.worker.control.connect() as connection:
        for row in document["log"]:
            before = row["hash"] = connection.scalar(digest, {"before": before, "row": json.dumps(row)}) or ""
    document["head"]["hash"] = before
