"""What may be done, and what the second of two officials is told."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from core.accounts.model import Identity, Role, Via
from core.accounts.policy import rights_of
from core.errors import BadInput, Conflict, NotAllowed, NotFound, PortalError
from core.penalties.acts.answer import answer
from core.penalties.acts.bench import Bench
from core.penalties.bodies import Body, PhaseStarted, SessionClosed, SessionOpened, SessionPaused
from core.penalties.commands import Command, Decide, Issue, Record, StartPhase, Void
from core.penalties.entry import resolve
from core.penalties.log import WriteRequest, fingerprint
from core.penalties.messages import about_kart, sentence
from core.sessions.model import Phase
from tests.unit.penalties.log import CATALOGUE, NOON, PINNED, decided, folded, issued, recorded, rows, voided

SESSION_ID = UUID(int=9)


def official(role: Role = Role.RACE_CONTROL, account: int = 1) -> Identity:
    me = UUID(int=account)
    return Identity(me, "anna", "Anna", role, rights_of(role), None, me, Via.COOKIE)


def request(role: Role = Role.RACE_CONTROL, *, seen: int | None = None) -> WriteRequest:
    return WriteRequest("request", SESSION_ID, official(role), NOON, seen)


def bench(*log: Body, by: WriteRequest | None = None) -> Bench:
    return Bench(folded(*log), by or request(), lambda _: "Bert")


def test_each_kart_of_a_line_is_an_incident_of_its_own() -> None:
    events = answer(bench(recorded(1), PhaseStarted(Phase.RACE)), Record(("42", "17"), "WL", turn=7, back_s=30))

    assert [event.body for event in events] == [
        replace(recorded(2, "42"), phase=Phase.RACE, turn=7),
        replace(recorded(3, "17"), phase=Phase.RACE, turn=7),
    ]
    assert {event.at for event in events} == {NOON - timedelta(seconds=30)}
    assert [event.subject for event in events] == ["2", "3"]


def test_an_incident_may_be_decided_as_it_is_recorded() -> None:
    events = answer(bench(), Record(("42",), "WL", outcome="time_5"))

    assert [event.body for event in events] == [recorded(1), decided(1)]


@pytest.mark.parametrize(
    ("log", "command"),
    [
        ([], Decide(1, "time_5")),
        ([decided(1, "investigating")], Decide(1, "time_5")),
        ([decided(1)], Issue(1)),
        ([decided(1), issued(1)], Void(1, "wrong kart")),
        ([decided(1, "nfa")], Void(1, "wrong kart")),
    ],
    ids=str,
)
def test_the_next_step_of_an_incident_is_taken(log: list[Body], command: Command) -> None:
    assert len(answer(bench(recorded(1), *log), command)) == 1


@pytest.mark.parametrize(
    ("log", "command", "error", "what"),
    [
        ([], Issue(1), NotFound, "Incident 1 has no penalty to issue."),
        ([], Issue(2), NotFound, "There is no incident 2."),
        ([decided(1, "nfa")], Issue(1), NotFound, "Incident 1 has no penalty to issue."),
        ([decided(1), decided(1, "nfa")], Issue(1), NotFound, "Incident 1 has no penalty to issue."),
        ([decided(1), issued(1)], Issue(1), Conflict, "Penalty 1/decision was issued by Bert at 12:00:04 UTC."),
        ([decided(1), issued(1)], Decide(1, "nfa"), Conflict, "Penalty 1/decision was issued by Bert at 12:00:04 UTC."),
        ([decided(1)], Decide(1, "time_5"), Conflict, "Incident 1 was decided “time_5” by Bert at 12:00:03 UTC."),
        ([decided(1)], Decide(1, "nfa"), Conflict, "Incident 1 was decided “time_5” by Bert at 12:00:03 UTC."),
        ([voided(1)], Void(1, "again"), Conflict, "Incident 1 was voided by Bert at 12:00:03 UTC: wrong kart."),
        ([voided(1)], Decide(1, "nfa"), Conflict, "Incident 1 was voided by Bert at 12:00:03 UTC: wrong kart."),
        ([decided(1), voided(1)], Issue(1), Conflict, "Incident 1 was voided by Bert at 12:00:04 UTC: wrong kart."),
    ],
    ids=str,
)
def test_who_comes_second_is_told_who_was_first(
    log: list[Body], command: Command, error: type[PortalError], what: str
) -> None:
    with pytest.raises(error) as refused:
        answer(bench(recorded(1), *log), command)

    assert refused.value.what == what
    assert refused.value.remedy


def test_a_decision_is_changed_by_who_has_seen_it() -> None:
    changed = answer(bench(recorded(1), decided(1), by=request(seen=3)), Decide(1, "nfa"))

    assert [event.body for event in changed] == [decided(1, "nfa")]


@pytest.mark.parametrize("command", [Decide(1, "nfa"), Issue(1), Void(1, "wrong kart")], ids=str)
def test_an_act_on_something_changed_since_it_was_seen_is_refused_with_both_versions(command: Command) -> None:
    with pytest.raises(Conflict, match="it is at version 3, you saw 2"):
        answer(bench(recorded(1), decided(1), by=request(seen=2)), command)


def test_having_seen_the_head_of_the_log_is_having_seen_the_incident() -> None:
    assert answer(bench(recorded(1), decided(1), recorded(2), by=request(seen=4)), Issue(1))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    "command", [Record(("42",), "WL"), Record(("42",), "WL", outcome="nfa"), Decide(1, "nfa"), Void(1, "x")], ids=str
)
def test_only_race_control_and_stewards_act(role: Role, command: Command) -> None:
    able = bench(recorded(1), by=request(role))

    if role in {Role.RACE_CONTROL, Role.STEWARD}:
        assert answer(able, command)
    else:
        with pytest.raises(NotAllowed):
            answer(able, command)


def test_a_phase_starts_once() -> None:
    (started,) = answer(bench(), StartPhase(Phase.RACE))

    assert started.body == PhaseStarted(Phase.RACE)
    with pytest.raises(Conflict):
        answer(bench(PhaseStarted(Phase.RACE)), StartPhase(Phase.RACE))


def test_a_program_may_use_any_word_of_the_ruleset() -> None:
    command = resolve(Record(("42",), "white LINE", outcome="5 s time penalty"), CATALOGUE)

    assert command == Record(("42",), "WL", outcome="time_5")


@pytest.mark.parametrize(
    "command",
    [Record(("42",), "?"), Record(("42",), "OTH"), Record(("42",), "WL", outcome="?"), Decide(1, "?"), Void(1, " ")],
    ids=str,
)
def test_a_word_that_the_ruleset_does_not_know_is_refused(command: Command) -> None:
    with pytest.raises(BadInput):
        resolve(command, CATALOGUE)


def test_a_retry_has_the_fingerprint_of_the_first_try() -> None:
    first = fingerprint(request(), {"line": "42 w 7"})

    assert fingerprint(replace(request(), now=NOON + timedelta(hours=1)), {"line": "42 w 7"}) == first
    assert fingerprint(request(), {"line": "42 w 8"}) != first
    assert fingerprint(replace(request(), actor=official(account=2)), {"line": "42 w 7"}) != first


def test_the_history_of_a_kart_has_the_incidents_it_had_a_part_in() -> None:
    log: list[Body] = [
        PINNED,
        recorded(1, "42"),
        recorded(2, "8"),
        replace(recorded(3, "8", "CON"), second_kart="42"),
        decided(3),
    ]
    fold = folded(*log[1:])

    assert [event.seq for event in about_kart(rows(*log), fold, "42")] == [2, 4, 5]


def test_history_speaks_the_words_of_the_ruleset() -> None:
    contact = replace(recorded(1, "42", "CON"), second_kart="17", turn=7, text="pushed")
    of_session: list[Body] = [PhaseStarted(Phase.RACE), SessionOpened(1), SessionPaused(2), SessionClosed(3)]
    log: list[Body] = [PINNED, contact, decided(1), issued(1), voided(1), *of_session]
    fold = folded(*log[1:])

    assert [sentence(body, fold) for body in log] == [
        f"Ruleset {CATALOGUE.reference}.",
        "Incident 1: kart 42 with 17, Contact, turn 7 — pushed.",
        "Incident 1: 5 s time penalty.",
        "Penalty 1/decision issued: 5 s time penalty for kart 42.",
        "Incident 1 voided: wrong kart.",
        "Phase: race.",
        "Session opened.",
        "Session paused: another one was opened.",
        "Session closed.",
    ]
