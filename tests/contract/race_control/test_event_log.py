"""The log is append-only, chained, decided under its lock, and stores a repeated request once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from core.accounts.model import Role
from core.accounts.policy import rights_of
from core.errors import BadInput, Conflict, NotAllowed, PortalError, StaleSession, Unavailable
from core.io.clock import utc_now
from core.io.database.engine import beside
from core.io.runtime import Runtime, open_runtime
from core.io.settings import Settings
from core.penalties.bodies import IncidentRecorded, RulesetPinned, SessionOpened
from core.penalties.commands import Decide, Issue, Record
from core.penalties.desk import Receipt
from core.sessions.model import Phase
from tests.contract.race_control.conftest import Asking, House


def test_a_line_becomes_an_incident_a_decision_and_a_penalty_in_force(house: House, ask: Asking) -> None:
    session = house.session("Race")
    desk = house.desk(session)

    recorded = desk.submit("42 c 7 =t5", ask(session, house.anna))
    issued = desk.submit("#1 !", ask(session, house.bert))

    assert recorded.incidents == (1,)
    assert recorded.penalties == issued.penalties == ("1/decision",)
    assert recorded.seqs == (3, 4)
    assert recorded.text == "Incident 1: kart 42, Contact, turn 7. Incident 1: 5 s time penalty."
    assert issued.text == "Penalty 1/decision issued: 5 s time penalty for kart 42."
    assert desk.state().penalties["1/decision"].state.in_force
    assert desk.state().pending.penalties == ()
    assert desk.verify() is None


def test_the_first_opening_pins_the_ruleset_in_the_log(house: House) -> None:
    session = house.session("Race")

    first, second, *rest = house.desk(session).history()

    assert isinstance(first.body, RulesetPinned)
    assert isinstance(second.body, SessionOpened)
    assert rest == []
    assert {first.ruleset, second.ruleset} == {first.body.ruleset}


def test_the_phase_that_runs_is_noted_on_each_incident(house: House, ask: Asking) -> None:
    session = house.session("Race")
    desk = house.desk(session)

    desk.start_phase(Phase.RACE, ask(session, house.anna))
    desk.submit("42 w", ask(session, house.anna))

    assert desk.state().incidents[1].phase is Phase.RACE


def test_two_officials_press_apply_and_one_is_told_who_was_first(house: House, ask: Asking) -> None:
    session = house.session("Race")
    desk = house.desk(session)
    desk.submit("42 c =t5", ask(session, house.anna))

    def apply(number: int) -> Receipt | PortalError:
        try:
            return desk.perform(Issue(1), ask(session, house.anna if number % 2 else house.bert))
        except PortalError as error:
            return error

    with ThreadPoolExecutor(8) as officials:
        outcomes = list(officials.map(apply, range(8)))

    told = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert len(told) == 7
    assert all("Penalty 1/decision was issued by" in error.what for error in told)
    assert len([event for event in desk.history() if event.type == "penalty_issued"]) == 1


def test_a_retry_gets_what_was_stored_the_first_time(house: House, ask: Asking) -> None:
    session = house.session("Race")
    desk = house.desk(session)
    request = ask(session, house.anna)

    first = desk.submit("42,17 w", request)
    again = desk.submit("42,17 w", replace(request, now=utc_now() + timedelta(minutes=1)))

    assert first.incidents == (1, 2)
    assert again == replace(first, repeated=True)
    assert len(desk.history()) == 4


def test_parallel_retries_store_once(house: House, ask: Asking) -> None:
    session = house.session("Race")
    desk = house.desk(session)
    request = ask(session, house.anna)

    with ThreadPoolExecutor(8) as network:
        receipts = list(network.map(lambda _: desk.submit("42 w", request), range(8)))

    assert {receipt.seqs for receipt in receipts} == {(3,)}
    assert [receipt.repeated for receipt in receipts].count(False) == 1


@pytest.mark.parametrize("line", ["42 w 8", "#1 x reason"])
def test_a_request_id_used_for_another_request_is_refused(house: House, ask: Asking, line: str) -> None:
    session = house.session("Race")
    desk = house.desk(session)
    desk.submit("42 w 7", ask(session, house.anna, "once"))

    with pytest.raises(Conflict, match="used for another request"):
        desk.submit(line, ask(session, house.anna, "once"))
    with pytest.raises(Conflict, match="used for another request"):
        desk.submit("42 w 7", ask(session, house.bert, "once"))

    assert len(desk.history()) == 3


def test_what_is_refused_leaves_nothing_behind(house: House, ask: Asking) -> None:
    session = house.session("Race")
    desk = house.desk(session)
    head = desk.state().head
    marshal = replace(house.anna, role=Role.MARSHAL, rights=rights_of(Role.MARSHAL))

    with pytest.raises(BadInput):
        desk.submit("42 zz", ask(session, house.anna))
    with pytest.raises(NotAllowed):
        desk.submit("42 w", ask(session, marshal))
    with pytest.raises(BadInput):
        desk.submit("42 w", ask(session, house.anna, "x" * 101))

    assert desk.state().head == head


def test_an_act_on_a_changed_incident_is_refused_with_both_versions(house: House, ask: Asking) -> None:
    session = house.session("Race")
    desk = house.desk(session)
    seen = desk.submit("42 w", ask(session, house.anna)).seqs[-1]
    desk.perform(Decide(1, "t5"), ask(session, house.bert))

    with pytest.raises(Conflict, match=f"at version {seen + 1}, you saw {seen}"):
        desk.perform(Decide(1, "nfa"), ask(session, house.anna, seen=seen))


def test_processes_see_each_others_writes(house: House, ask: Asking, settings: Settings) -> None:
    session = house.session("Race")
    with open_runtime(settings, owner=False) as second:
        house.desk(session).submit("42 w", ask(session, house.anna))
        there = second.penalties(session.id)
        there.submit("17 w", ask(session, house.bert))

        assert house.desk(session).state() == there.state()
        assert list(there.state().incidents) == [1, 2]


def test_a_fold_read_anew_is_the_fold_that_was_kept(house: House, ask: Asking, settings: Settings) -> None:
    session = house.session("Race")
    desk = house.desk(session)
    for line in ["42,17 w", "#1 =t5", "#1 !", "8 c", "#3 x nothing happened"]:
        desk.submit(line, ask(session, house.anna))

    with open_runtime(settings, owner=False) as fresh:
        assert fresh.penalties(session.id).state() == desk.state()


def test_history_of_a_kart_names_who_did_what(house: House, ask: Asking) -> None:
    session = house.session("Race")
    desk = house.desk(session)
    desk.perform(Record(("42",), "w"), ask(session, house.anna))
    desk.perform(Record(("17",), "w"), ask(session, house.anna))
    desk.perform(Decide(1, "t5"), ask(session, house.bert))

    assert [(told.by, told.text) for told in desk.told("42")] == [
        ("Bert", "Incident 1: 5 s time penalty."),
        ("Anna", "Incident 1: kart 42, White line."),
    ]


def test_the_log_carries_ids_and_no_names(house: House, ask: Asking) -> None:
    session = house.session("Race")
    house.desk(session).submit("42 w", ask(session, house.anna))

    event = house.desk(session).history()[-1]

    assert event.actor == str(house.anna.account_id)
    assert event.body == IncidentRecorded(1, "42", "WL")


FORBIDDEN = [
    "UPDATE event SET role = 'x'",
    "UPDATE event SET role = 'x' WHERE false",
    "DELETE FROM event",
    "TRUNCATE event",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_no_role_changes_the_log(house: House, owner_runtime: Runtime, statement: str) -> None:
    session = house.session("Race")

    for runtime in (house.portal, owner_runtime):
        engine = runtime.sessions.engine(session.database_name)
        with pytest.raises(ProgrammingError, match=r"append-only|permission denied"), engine.begin() as connection:
            connection.execute(text(statement))


def test_not_even_a_superuser_changes_the_log_without_taking_the_guard_away(house: House) -> None:
    session = house.session("Race")

    with superuser(house, session.database_name) as connection:
        for statement in [*FORBIDDEN, "SET session_replication_role = replica; DELETE FROM event"]:
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO event SELECT * FROM event",
        "UPDATE seal SET state = 'open'",
        "DELETE FROM seal",
        "SELECT chain_events('x', sha256('x'), 0, '', '', '', '[]')",
        "DROP TABLE event",
        "ALTER TABLE event DISABLE TRIGGER append_only",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    ],
)
def test_the_portals_role_writes_only_through_the_functions(house: House, statement: str) -> None:
    session = house.session("Race")
    engine = house.portal.sessions.engine(session.database_name)

    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("edit", "broken"),
    [
        ('UPDATE event SET body = body || \'{"kart": "43"}\' WHERE seq = 4', 4),
        ("UPDATE event SET actor = 'x' WHERE seq = 1", 1),
        ("UPDATE event SET recorded_at = recorded_at + interval '1 ms' WHERE seq = 5", 5),
        ("UPDATE event SET hash = sha256('x') WHERE seq = 6", 6),
        ("DELETE FROM event WHERE seq = 3", 3),
        ("DELETE FROM event WHERE seq = 1", 1),
        ("UPDATE event SET seq = 99 WHERE seq = 6", 6),
    ],
)
def test_an_edit_behind_our_back_is_named(house: House, ask: Asking, edit: str, broken: int) -> None:
    session = house.session("Race")
    for _ in range(4):
        house.desk(session).submit("42 w", ask(session, house.anna))
    with superuser(house, session.database_name) as connection:
        connection.execute("ALTER TABLE event DISABLE TRIGGER append_only")
        connection.execute(edit)

    assert house.desk(session).verify() == broken


APPEND = text(
    "SELECT append_events(:session, 'x', sha256('x'), :head, 'a', 'r', '',"
    ' \'[{"subject": "1", "at": "2026-03-07T12:00:00Z", "type": "from_the_future", "body": {}}]\')'
)


def test_a_decision_taken_at_an_older_head_is_refused_by_the_database(house: House) -> None:
    session = house.session("Race")

    with (
        pytest.raises(DBAPIError, match="decided at 1, the head is 2"),
        house.portal.sessions.engine(session.database_name).begin() as connection,
    ):
        connection.execute(APPEND, {"session": session.id, "head": 1})


def test_an_event_of_a_newer_release_is_not_guessed_at(house: House) -> None:
    session = house.session("Race")
    with house.portal.sessions.engine(session.database_name).begin() as connection:
        connection.execute(APPEND, {"session": session.id, "head": 2})

    with pytest.raises(Unavailable, match="Event 3 is a “from_the_future”"):
        house.desk(session).state()


def test_who_hangs_with_the_log_in_hand_loses_it_and_commits_are_durable(house: House) -> None:
    session = house.session("Race")
    asked = ["synchronous_commit", "lock_timeout", "idle_in_transaction_session_timeout"]

    with house.portal.sessions.engine(session.database_name).begin() as connection:
        connection.execute(text("SET synchronous_commit = off"))
        connection.execute(text("SELECT begin_write(:session, 'x', sha256('x'))"), {"session": session.id})

        assert [connection.scalar(text(f"SHOW {name}")) for name in asked] == ["on", "4s", "8s"]


def test_a_write_into_another_sessions_database_is_refused(house: House, ask: Asking) -> None:
    mine, other = house.session("Mine"), house.session("Other")

    with pytest.raises(StaleSession):
        house.desk(mine).submit("42 w", ask(other, house.anna))
    with (
        pytest.raises(DBAPIError, match="foreign"),
        house.portal.sessions.engine(other.database_name).begin() as connection,
    ):
        connection.execute(text("SELECT begin_write(:session, 'x', sha256('x'))"), {"session": mine.id})


def superuser(house: House, database_name: str) -> psycopg.Connection[tuple[object, ...]]:
    """Of the embedded server; external servers may not lend theirs."""
    engine = beside(house.worker.control, database_name)
    _, known = engine.dialect.create_connect_args(engine.url)
    try:
        return psycopg.connect(**{**known, "user": "postgres"}, autocommit=True)
    except psycopg.OperationalError:
        pytest.skip("this server lends no superuser")
