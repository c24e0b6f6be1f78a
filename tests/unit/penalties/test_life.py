"""The life of a penalty, from the incident to the serving, and what the second of two officials is told."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.errors import BadInput, Conflict, NotFound
from core.penalties.bodies import PenaltyIssued, ServingRecorded
from core.penalties.commands import (
    AcceptServing,
    Acknowledge,
    Amend,
    Approve,
    Cancel,
    ChangeRules,
    Command,
    ConfirmUnserved,
    Decide,
    EndSession,
    Issue,
    Merge,
    Notify,
    Record,
    Rejudge,
    ReportServing,
    ResolveReview,
    Serve,
    SetTrack,
    ShowSignal,
    VerifyServing,
    Void,
)
from core.penalties.model import IncidentState, PenaltyState, PenaltyType, TrackState
from tests.unit.penalties.desk_stage import (
    ANNA,
    BERT,
    KEEPER,
    STEWARD,
    TEAM_42,
    DeskStage,
    refused,
)
from tests.unit.penalties.stage import CHANGED, STAGE

STOP_GO = "3/line@3"


def test_a_ladder_proposes_and_nothing_is_in_force_until_somebody_issues_it(warned: DeskStage) -> None:
    incidents = warned.fold.incidents.values()

    assert [(incident.outcome, incident.count, incident.state) for incident in incidents] == [
        ("warning", 1, "decided"),
        ("warning_flag", 2, "decided"),
        ("penalty", 3, "decided"),
    ]
    assert warned.states() == {STOP_GO: "proposed"}
    assert [penalty.id for penalty in warned.fold.pending.penalties] == [STOP_GO]
    assert warned.fold.pending.incidents == ()
    assert warned.do(Issue(3)) == [PenaltyIssued(3, STOP_GO, "stop_go_5")]
    assert warned.states() == {STOP_GO: "issued"}


def test_a_penalty_is_issued_told_acknowledged_served_verified_and_closed(warned: DeskStage) -> None:
    seen = []
    for command, by in (
        (Issue(3, STOP_GO), ANNA),
        (Notify(STOP_GO), BERT),
        (Acknowledge(STOP_GO), TEAM_42),
        (ReportServing(STOP_GO, "lap 40"), TEAM_42),
        (Serve(STOP_GO, seconds=Decimal("5.2")), KEEPER),
        (VerifyServing(STOP_GO), ANNA),
    ):
        warned.do(command, by)
        seen.append(warned.fold.penalties[STOP_GO].state.value)

    assert seen == ["issued", "notified", "acknowledged", "acknowledged", "served", "closed"]
    assert warned.fold.incidents[3].state is IncidentState.CLOSED


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (Issue(3), "was issued by Official 1"),
        (Notify(STOP_GO), "was told to the team by Official 1"),
        (Serve(STOP_GO, seconds=5), "was served at 12:00:06 UTC, recorded by Official 1"),
        (ConfirmUnserved(STOP_GO), "was confirmed as not served by Official 1"),
        (Cancel(STOP_GO, "overruled"), "was cancelled by Official 3"),
        (ShowSignal(3), "was shown to the driver by Official 1"),
        (Void(3, "wrong kart"), "was voided by Official 1"),
        (Merge(3, 2, "the same"), "was merged into 2 by Official 1"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Command) else "",
)
def test_the_second_press_is_told_who_was_first_and_when(warned: DeskStage, first: Command, said: str) -> None:
    if not isinstance(first, Issue | Void | Merge | ShowSignal):
        warned.do(Issue(3))
    warned.do(first, STEWARD if isinstance(first, Cancel) else ANNA)

    error = refused(warned, first, Conflict, BERT)

    assert said in error.what
    assert isinstance(error, Conflict)
    assert error.current is not None


def test_a_decision_of_a_grave_type_needs_two_accounts(desk: DeskStage) -> None:
    desk.do(Record(("42",), "c"))
    desk.do(Decide(1, "dq"))
    waiting = desk.fold.incidents[1]

    assert waiting.state is IncidentState.AWAITING_APPROVAL
    assert desk.fold.penalties == {}
    assert "waits for another official" in refused(desk, Issue(1), Conflict).what
    assert "You stand behind" in refused(desk, Approve(1), Conflict).what
    desk.do(Approve(1), BERT)
    assert "You stand behind" in refused(desk, Approve(1), Conflict, BERT).what
    assert "waits for no approval: approved by Official 2" in refused(desk, Approve(1), Conflict, STEWARD).what
    assert desk.states() == {"1/decision": "proposed"}
    desk.do(Issue(1))
    assert desk.fold.penalties["1/decision"].state is PenaltyState.ISSUED


def test_an_automatic_penalty_of_a_grave_type_needs_another_account_than_its_issuer(desk: DeskStage) -> None:
    desk.do(Record(("42",), "LIC", points=6))

    assert desk.states() == {"1/licence@6": "awaiting_approval"}
    assert "needs 2 officials" in refused(desk, Issue(1), Conflict).what
    desk.do(Approve(1), BERT)
    assert "already" in refused(desk, Approve(1), Conflict, BERT).what
    assert desk.states() == {"1/licence@6": "proposed"}
    assert "needs 2 officials" in refused(desk, Issue(1), Conflict, BERT).what
    desk.do(Issue(1), ANNA)
    assert desk.states() == {"1/licence@6": "issued"}


def test_a_short_stop_is_repeated_or_accepted(warned: DeskStage) -> None:
    warned.do(Issue(3))
    warned.do(Serve(STOP_GO, seconds=4), KEEPER)
    assert warned.states() == {STOP_GO: "short"}
    warned.do(Serve(STOP_GO, seconds=Decimal("4.5")), KEEPER)
    assert warned.states() == {STOP_GO: "served"}

    assert "needs no acceptance" in refused(warned, AcceptServing(STOP_GO, "x"), Conflict).what
    assert "yourself" in refused(warned, VerifyServing(STOP_GO), Conflict, KEEPER).what
    warned.do(VerifyServing(STOP_GO, (("stop", "4.512 s"),)), KEEPER)
    assert warned.states() == {STOP_GO: "verified"}


def test_serving_under_the_safety_car_is_rejected_until_somebody_accepts_it(warned: DeskStage) -> None:
    warned.do(Issue(3))
    warned.do(SetTrack(TrackState.SC))
    warned.do(Serve(STOP_GO, seconds=6), KEEPER)
    assert warned.states() == {STOP_GO: "rejected"}

    warned.do(AcceptServing(STOP_GO, "called in by us"))

    assert warned.states() == {STOP_GO: "served"}


def test_what_follows_an_unserved_penalty_is_proposed_and_falls_away_when_it_is_accepted(warned: DeskStage) -> None:
    follow_up = f"{STOP_GO}/unserved"
    warned.do(Issue(3))
    warned.do(ConfirmUnserved(STOP_GO, (("crossings", "4 of 3"),)))
    assert warned.states() == {STOP_GO: "unserved", follow_up: "awaiting_approval"}
    warned.do(Approve(3, follow_up), BERT)
    warned.do(Issue(3))
    warned.do(Serve(STOP_GO, seconds=6), KEEPER)
    assert warned.states() == {STOP_GO: "unserved", follow_up: "issued"}

    warned.do(AcceptServing(STOP_GO, "blocked in the pits"))

    assert warned.states() == {STOP_GO: "served", follow_up: "cancelled"}
    assert "does not follow" in refused(warned, Serve(follow_up), Conflict).what


def test_a_served_penalty_is_never_undone_but_reviewed(warned: DeskStage) -> None:
    warned.do(Issue(3))
    warned.do(Serve(STOP_GO, seconds=6), KEEPER)
    assert "What was served stays" in refused(warned, Cancel(STOP_GO, "overruled"), Conflict).remedy
    assert "was served" in refused(warned, Decide(3, "nfa"), Conflict).what
    warned.do(Amend(1, {"kart": "17"}, "misread"))

    (review,) = warned.fold.pending.reviews

    assert (review.penalty, review.kart, review.label) == (STOP_GO, "42", "5 s stop & go")
    assert warned.fold.penalties[STOP_GO].serving is not None
    refused(warned, ResolveReview(STOP_GO, "forgotten", "x"), BadInput)
    warned.do(ResolveReview(STOP_GO, "compensated", "one lap given back"))
    assert warned.fold.pending.reviews == ()
    assert (
        "was resolved “compensated” by Official 1"
        in refused(warned, ResolveReview(STOP_GO, "stands", "x"), Conflict).what
    )
    refused(warned, ResolveReview("1/decision", "stands", "x"), NotFound)


def test_what_somebody_serves_who_may_issue_is_issued_with_it(warned: DeskStage) -> None:
    assert "not issued yet" in refused(warned, Serve(STOP_GO), Conflict, KEEPER).what

    stored = warned.do(Serve("3", seconds=5))

    assert stored == [PenaltyIssued(3, STOP_GO, "stop_go_5"), ServingRecorded(3, STOP_GO, 5)]
    assert warned.states() == {STOP_GO: "served"}


def test_a_cancelled_decision_may_be_taken_anew(desk: DeskStage) -> None:
    desk.do(Record(("42",), "c", outcome="t5"))
    desk.do(Issue(1))
    assert "cancel it" in refused(desk, Decide(1, "sg5"), Conflict).remedy
    desk.do(Cancel("1", "overruled"))
    assert desk.states() == {"1/decision": "cancelled"}

    desk.do(Decide(1, "sg5"), seen=len(desk.log))

    assert desk.states() == {"1/decision": "proposed"}
    assert desk.fold.penalties["1/decision"].code == "stop_go_5"


def test_an_act_on_something_changed_brings_the_thing_as_it_is_now(desk: DeskStage) -> None:
    desk.do(Record(("42",), "w"))
    seen = len(desk.log)
    desk.do(Amend(1, {"turn": 8}, "video"), BERT)

    with pytest.raises(Conflict, match=f"at version {seen + 1}, you saw {seen}") as caught:
        desk.do(Amend(1, {"turn": 9}, "video"), seen=seen)

    assert caught.value.current == desk.fold.incidents[1]
    assert desk.fold.incidents[1].turn == 8


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Nothing is to be changed"),
        ({"state": "closed"}, "cannot be amended"),
        ({"kart": "no kart"}, "cannot be amended"),
        ({"kart": "12345678901"}, "cannot be amended"),
        ({"turn": "seven"}, "cannot be amended"),
        ({"value": "-1"}, "cannot be amended"),
        ({"code": "zz"}, "“zz” is not a code."),
        ({"at": "2030-01-01T00:00:00Z"}, "more than 5 minutes ahead"),
    ],
    ids=str,
)
def test_an_amendment_that_cannot_be_is_refused(desk: DeskStage, changes: dict[str, object], said: str) -> None:
    desk.do(Record(("42",), "w"))

    assert said in refused(desk, Amend(1, changes, "video"), BadInput).what
    refused(desk, Amend(1, {"turn": 8}, " "), BadInput)
    refused(desk, Amend(1, {"kart": "42"}, "misread"), Conflict)


def test_another_kart_brings_its_own_team_and_driver(desk: DeskStage) -> None:
    desk.do(Record(("42",), "w"))
    desk.do(Amend(1, {"kart": "8", "value": "4.50", "at": (desk.now - timedelta(minutes=3)).isoformat()}, "misread"))

    incident = desk.fold.incidents[1]

    assert (incident.kart, incident.team, incident.driver) == ("8", "t2", "driver of 8")
    assert (incident.value, incident.fields) == (Decimal("4.50"), {"class": "pro"})


def test_a_decision_after_the_end_is_converted(desk: DeskStage) -> None:
    desk.do(Record(("42",), "c"))
    desk.do(EndSession())
    assert "ended at" in refused(desk, EndSession(), Conflict).what
    desk.do(Decide(1, "sg5"))
    desk.do(Issue(1))

    penalty = desk.fold.penalties["1/decision"]

    assert (penalty.state, penalty.type, penalty.seconds) == (PenaltyState.CONVERTED, PenaltyType.TIME, 30)
    assert penalty.label == "5 s stop & go, converted to 30 s"
    assert desk.fold.incidents[1].state is IncidentState.CLOSED


def test_the_laps_to_go_are_kept_with_the_record_and_the_decision(desk: DeskStage) -> None:
    desk.grid.left = 5
    desk.do(Record(("42",), "c"))
    desk.grid.left = 3
    desk.do(Decide(1, "sg5"))

    assert desk.fold.incidents[1].laps_left == 5
    assert desk.fold.penalties["1/decision"].converted_from is PenaltyType.STOP_GO


def test_a_penalty_reckoned_from_a_value_needs_one(desk: DeskStage) -> None:
    desk.do(Record(("42",), "c"))
    assert "has none" in refused(desk, Decide(1, "tx"), BadInput).what
    desk.do(Amend(1, {"value": "4.2"}, "from the timing"))
    desk.do(Decide(1, "tx"))

    assert desk.fold.penalties["1/decision"].seconds == 5


def test_a_penalty_in_an_officials_own_words_needs_words(desk: DeskStage) -> None:
    desk.do(Record(("42",), "c"))
    refused(desk, Decide(1, "other"), BadInput)
    desk.do(Decide(1, "other", words="Sweep the pit lane"))

    penalty = desk.fold.penalties["1/decision"]

    assert (penalty.type, penalty.label) == (PenaltyType.OTHER, "Sweep the pit lane")


def test_a_change_of_rules_leaves_what_is_older(warned: DeskStage) -> None:
    warned.do(ChangeRules(CHANGED, "rain"))
    assert "already" in refused(warned, ChangeRules(CHANGED, "rain"), Conflict).what
    warned.do(Record(("8",), "w"))

    assert [incident.ruleset for incident in warned.fold.incidents.values()] == [
        *[STAGE.reference] * 3,
        CHANGED.reference,
    ]
    assert "is judged by the ruleset that stands now" in refused(warned, Rejudge(4, "x"), Conflict).what
    warned.do(Rejudge(3, "bulletin 4"))
    assert warned.fold.incidents[3].ruleset == CHANGED.reference


def test_times_in_the_future_or_of_another_year_are_refused(desk: DeskStage) -> None:
    desk.do(Record(("42",), "w", at=desk.now + timedelta(minutes=5)))
    for wrong in (timedelta(minutes=5, seconds=1), -timedelta(days=367)):
        refused(desk, Record(("42",), "w", at=desk.now + wrong), BadInput)
        refused(desk, SetTrack(TrackState.SC, desk.now + wrong), BadInput)
