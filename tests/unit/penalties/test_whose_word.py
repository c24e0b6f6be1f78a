"""Who may decide what: nobody on a team of theirs, only stewards over a judge of fact, teams for their own karts."""

from dataclasses import replace

import pytest

from core.errors import Conflict, NotAllowed, NotFound
from core.penalties.commands import (
    Acknowledge,
    Amend,
    Cancel,
    Decide,
    DecideProtest,
    Issue,
    LodgeProtest,
    Merge,
    Record,
    ReportServing,
    ShowSignal,
    Void,
)
from core.penalties.model import IncidentState
from tests.unit.penalties.desk_stage import (
    BEHIND_42,
    BERT,
    PARTIAL,
    STEWARD,
    TEAM_8,
    TEAM_42,
    DeskStage,
    refused,
)

STOP_GO = "3/line@3"


def test_nobody_decides_on_a_team_they_belong_to(warned: DeskStage) -> None:
    for command in (
        Issue(3),
        Decide(3, "nfa"),
        Void(3, "x"),
        Amend(3, {"turn": 1}, "x"),
        Merge(3, 2, "x"),
        Cancel(STOP_GO, "x"),
        Record(("42",), "c", outcome="t5"),
    ):
        assert "the team you belong to" in refused(warned, command, NotAllowed, PARTIAL).what
    warned.do(Record(("8",), "c", outcome="t5"), PARTIAL)


def test_an_account_is_of_the_teams_of_the_person_behind_it(warned: DeskStage) -> None:
    warned.do(Issue(3))
    official = replace(BEHIND_42, rights=STEWARD.rights)

    assert "the team you belong to" in refused(warned, Void(3, "x"), NotAllowed, official).what
    warned.do(Acknowledge(STOP_GO), BEHIND_42)

    assert warned.fold.penalties[STOP_GO].acknowledged is not None


def test_only_a_steward_overrules_a_judge_of_fact(warned: DeskStage) -> None:
    warned.do(Issue(3))

    for command in (Decide(3, "nfa"), Cancel(STOP_GO, "forgiven")):
        assert "Only a steward" in refused(warned, command, NotAllowed).remedy
    assert "cancel it" in refused(warned, Decide(3, "nfa"), Conflict, STEWARD).remedy
    warned.do(Cancel(STOP_GO, "the camera shows otherwise"), STEWARD)
    warned.do(Decide(3, "nfa"), BERT)

    assert warned.states() == {STOP_GO: "cancelled"}


def test_what_a_judge_of_fact_saw_is_withdrawn_or_corrected_by_race_control(warned: DeskStage) -> None:
    warned.do(Decide(2, "nfa"))
    assert warned.states() == {}
    warned.do(Record(("42",), "w"))
    warned.do(Issue(4))

    warned.do(Amend(4, {"kart": "17"}, "misread"))

    assert warned.states() == {"4/line@3": "cancelled"}


def test_a_penalty_that_an_official_chose_is_no_judge_s_fact(desk: DeskStage) -> None:
    desk.do(Record(("42",), "w", outcome="t5"))
    desk.do(Issue(1))

    desk.do(Cancel("1", "chosen in error"))

    assert desk.states() == {"1/decision": "cancelled"}


def test_a_flag_waits_until_it_is_shown(warned: DeskStage) -> None:
    assert [incident.id for incident in warned.fold.pending.flags] == [2]

    warned.do(ShowSignal(2))

    assert warned.fold.pending.flags == ()


def test_a_team_acts_for_its_own_karts(warned: DeskStage) -> None:
    warned.do(Issue(3))

    for command in (Acknowledge(STOP_GO), ReportServing(STOP_GO), LodgeProtest(3, "it was 17")):
        assert "not of your team" in refused(warned, command, NotAllowed, TEAM_8).what


def test_a_protest_is_lodged_once_in_time_and_answered(warned: DeskStage) -> None:
    warned.do(Issue(3))
    warned.do(LodgeProtest(3, "it was 17"), TEAM_42)

    assert warned.fold.incidents[3].state is IncidentState.PROTESTED
    assert "was lodged by Official 7" in refused(warned, LodgeProtest(3, "again"), Conflict, TEAM_42).what
    warned.do(DecideProtest(3, upheld=False, reason="video"), STEWARD)
    assert "was decided by Official 3" in refused(warned, DecideProtest(3, True, "x"), Conflict, STEWARD).what  # noqa: FBT003
    assert "allows no appeal" in refused(warned, LodgeProtest(3, "still", appeal=True), Conflict, TEAM_42).what
    refused(warned, DecideProtest(2, True, "x"), NotFound, STEWARD)  # noqa: FBT003
    with pytest.raises(Conflict, match="was over at"):
        warned.do(LodgeProtest(3, "late"), TEAM_42, later_s=400)
    warned.do(LodgeProtest(3, "on paper"), STEWARD, later_s=400)


def test_an_open_appeal_is_seen_on_the_penalty(desk: DeskStage) -> None:
    desk.do(Record(("42",), "c", outcome="t5"))
    desk.do(Issue(1))
    desk.do(LodgeProtest(1, "we appeal", appeal=True), TEAM_42)

    assert desk.states() == {"1/decision": "appealed"}
    assert desk.fold.penalties["1/decision"].state.in_force
