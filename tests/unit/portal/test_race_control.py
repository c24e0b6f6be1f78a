"""The desk's lists: each thing that waits stands in its place, with its deadline, its acts, and why one is refused."""

from datetime import timedelta
from uuid import UUID

import pytest

from core.accounts.model import Identity
from core.penalties import commands as c
from core.penalties.deadlines import clocks
from core.penalties.model import Incident
from core.penalties.serving_clock import clocks as serving_clocks
from core.sessions.model import RaceSession, SessionState, Step
from portal import acts, outcomes, race_control, sight
from portal.acts import Act
from portal.components.worklist import Row
from tests.unit.penalties.desk_stage import ANNA, BERT, KEEPER, NAMES, SESSION_ID, STEWARD, DeskStage

SESSION = RaceSession(
    SESSION_ID, 1, UUID(int=2), "Race", "session_1", "stage", SessionState.READY, active=True,
    created=Step(DeskStage().now, None), season="2026",
)  # fmt: skip


@pytest.fixture
def stage() -> DeskStage:
    return DeskStage()


def look(stage: DeskStage, reader: Identity = ANNA) -> race_control.Desk:
    ticks = sight.ticks(clocks(stage.fold, stage.now))
    return race_control.Desk(SESSION, stage.fold, "UTC", reader, stage.now, ticks, NAMES)


def waiting(stage: DeskStage, name: str, reader: Identity = ANNA) -> list[Row]:
    found = race_control.waiting(look(stage, reader), clocks(stage.fold, stage.now))
    return list(next(section.rows for section in found if section.name == name))


def only(rows: list[Row]) -> Row:
    (row,) = rows
    return row


def act(row: Row, label: str) -> Act:
    return next(one for one in row.acts if one.label == label)


def incident(stage: DeskStage, number: int = 1) -> Incident:
    return stage.fold.incidents[number]


def test_an_incident_without_a_word_of_the_ruleset_is_to_be_decided_by_its_key(stage: DeskStage) -> None:
    stage.do(c.Record(("42",), "CON", second_kart="8", turn=7, text="from behind"))
    stage.do(c.Decide(1, "investigating"))

    row = only(waiting(stage, "decide"))

    assert (row.number, row.kart, row.second, row.words) == ("#1", "42", "8", "Contact")
    assert row.note == "turn 7 · from behind · under investigation"
    assert [(one.label, one.key) for one in row.acts] == [("Decide", "#1 ="), ("Void", "#1 x")]
    assert row.version == incident(stage).version


def test_decisions_stand_in_the_order_of_the_entry_pad_with_their_keys(stage: DeskStage) -> None:
    stage.do(c.Record(("42",), "CON"))
    stage.do(c.Decide(1, "investigating"))

    [options] = [field.options for field in act(only(waiting(stage, "decide")), "Decide").fields if field.options]

    assert [(label, key) for _, label, key in options][:4] == [
        ("no further action", "nfa"), ("under investigation", "inv"), ("As measured", "tx"), ("5 s", "t5")
    ]  # fmt: skip


def test_who_decided_cannot_approve_and_reads_why(stage: DeskStage) -> None:
    stage.do(c.Record(("42",), "CON"))
    stage.do(c.Decide(1, "dsq"))

    own, other = only(waiting(stage, "approve")), only(waiting(stage, "approve", BERT))

    assert own.note == "→ Disqualification by Official 1"
    assert act(own, "Approve").refused == "You stand behind it: another account approves."
    assert (act(other, "Approve").refused, act(other, "Approve").key) == ("", "#1 ok")


def test_what_the_ruleset_proposes_is_issued_or_declined_and_says_why(stage: DeskStage) -> None:
    for _ in range(3):
        stage.do(c.Record(("42",), "WL"))

    row = only(waiting(stage, "issue"))

    assert (row.number, row.note, row.why) == ("#3", "→ 5 s stop & go (by the ruleset)", True)
    assert [(one.label, one.path) for one in row.acts] == [
        ("Issue", "penalties/3/line@3/issue"), ("Decline", "penalties/3/line@3/cancel")
    ]  # fmt: skip


def test_a_team_is_to_be_told_within_the_limit_of_the_ruleset(stage: DeskStage) -> None:
    stage.do(c.Record(("42",), "CON", outcome="t5"))
    stage.do(c.Issue(1))

    row = only(waiting(stage, "tell"))

    issued = stage.fold.penalties["1/decision"].issued
    assert issued is not None
    [tick] = row.clocks
    assert (tick.words, tick.due, tick.open) == ("tell the team", issued.at + timedelta(seconds=60), False)
    assert act(row, "Told").key == "#1 n"


def test_crossings_that_are_left_stand_first_and_not_served_only_when_they_are_used_up(stage: DeskStage) -> None:
    stage.do(c.Record(("42",), "CON", outcome="sg5"))
    stage.do(c.Issue(1))

    section = race_control.serving(look(stage, KEEPER), serving_clocks(stage.fold, {}, {}, stage.now))

    row = only(list(section.rows))
    assert (row.words, row.note) == ("3 of 3 left", "5 s stop & go · Contact")
    assert [(one.label, one.key) for one in row.acts] == [("Served", "#1 s")]


def test_a_served_penalty_without_a_basis_is_reviewed_with_a_reason(stage: DeskStage) -> None:
    stage.do(c.Record(("42",), "CON", outcome="sg5"))
    stage.do(c.Serve("1/decision", seconds=5))
    stage.do(c.Void(1, "wrong kart"))

    review = only(list(race_control.afterwards(look(stage), {})[0].rows))

    assert [(one.label, one.body["resolution"]) for one in review.acts] == [
        ("Stands", "stands"), ("Compensated", "compensated")
    ]  # fmt: skip
    assert all(one.fields[0].name == "reason" for one in review.acts)


def test_a_protest_is_answered_by_stewards_alone_before_its_verdict_is_due(stage: DeskStage) -> None:
    stage.do(c.Record(("42",), "CON", outcome="t5"))
    stage.do(c.LodgeProtest(1, "he braked"), STEWARD)

    row = only(list(race_control.afterwards(look(stage, STEWARD), {})[1].rows))

    assert (row.note, [one.label for one in row.acts]) == ("protest: he braked", ["Uphold", "Reject"])
    assert "verdict" in {tick.words for tick in row.clocks}
    assert only(list(race_control.afterwards(look(stage), {})[1].rows)).acts == ()


def test_of_hundreds_that_wait_the_first_are_shown_and_all_are_counted(stage: DeskStage) -> None:
    for _ in range(race_control.SHOWN + 5):
        stage.do(c.Record(("42",), "CON", outcome="inv"))

    section = race_control.waiting(look(stage), ())[1]

    assert (len(section.rows), section.count) == (race_control.SHOWN, race_control.SHOWN + 5)


def test_a_recorder_does_not_verify_their_own_serving(stage: DeskStage) -> None:
    stage.do(c.Record(("42",), "CON", outcome="sg5"))
    stage.do(c.Serve("1/decision", seconds=5))
    penalty = stage.fold.penalties["1/decision"]

    [own] = [one for one in acts.serve(penalty, ANNA) if one.label == "Verify"]
    [other] = [one for one in acts.serve(penalty, KEEPER) if one.label == "Verify"]

    assert (own.refused, other.refused) == ("You recorded it: another person verifies.", "")


def test_the_outcome_says_how_far_the_ladder_is(stage: DeskStage) -> None:
    for _ in range(3):
        stage.do(c.Record(("42",), "WL"))
    stage.do(c.Record(("8",), "CON", outcome="dsq"))

    said = [outcomes.outcome(one, stage.fold) for one in stage.fold.incidents.values()]

    assert said == [
        "Warning 1 of 3", "Warning flag 2 of 3", "5 s stop & go (proposed)", "Disqualification (to be approved)"
    ]  # fmt: skip
