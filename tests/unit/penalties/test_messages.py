"""Every event has a sentence; an amendment tells the old value and the new one."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.penalties import bodies as b
from core.penalties.events import TYPES
from core.penalties.messages import NOTHING, incident_of, old_values, sentence
from core.penalties.model import ReportSource, TrackState
from core.sessions.model import Phase
from tests.unit.penalties.log import NOON, PINNED, decided, folded, issued, recorded, rows

FOLD = folded(recorded(1), decided(1), issued(1), recorded(2, "17", "CON"))
PENALTY = "1/decision"

TOLD: list[tuple[b.Body, str]] = [
    (b.RulesetPinned("dubai@4#0a1b", ""), "Ruleset dubai@4#0a1b."),
    (b.RulesetChanged("dubai@5#0c1d", "", "rain"), "Ruleset changed to dubai@5#0c1d: rain."),
    (b.IncidentRejudged(1, "see bulletin 4"), "Incident 1 judged by the rules of this moment: see bulletin 4."),
    (b.CountersCarried(()), "Brought along from earlier sessions: 0 counters."),
    (b.SessionOpened(1), "Session opened."),
    (b.SessionPaused(2), "Session paused: another one was opened."),
    (
        b.SessionImported("ab" * 32, "0198", 7, "cd" * 32),
        "Imported from session 0198, whole up to event 7 (cdcdcdcdcdcd…).",
    ),
    (b.SessionClosed(3), "Session closed."),
    (b.SessionEnded(), "Chequered flag: the session has ended."),
    (b.PhaseStarted(Phase.RACE), "Phase: race."),
    (b.TrackStateSet(TrackState.FCY), "Track: full course yellow."),
    (
        b.IncidentRecorded(
            3, "42", "CON", second_kart="17", turn=7, lap=12, value=Decimal("61.20"), text="hard", report=5
        ),
        "Incident 3: kart 42 with 17, Contact, turn 7, lap 12, 61.20 — hard (report 5).",
    ),
    (b.IncidentDecided(1, "nfa", "racing incident"), "Incident 1: no further action — racing incident."),
    (b.IncidentVoided(1, "wrong kart"), "Incident 1 voided: wrong kart."),
    (b.IncidentAmended(1, {"turn": 8, "driver": "x"}, "video"), "Incident 1 amended, turn 8, another driver: video."),
    (b.IncidentMerged(2, 1, "the same"), "Incident 2 merged into 1: the same."),
    (b.SignalShown(1), "Incident 1: shown to the driver."),
    (b.DecisionApproved(1), "Incident 1: decision approved."),
    (b.ProtestLodged(1, "the flag was green"), "Incident 1: protest lodged — the flag was green."),
    (b.ProtestDecided(1, upheld=False, reason="it was yellow"), "Incident 1: protest dismissed: it was yellow."),
    (b.PenaltyApproved(1, PENALTY), "Penalty 1/decision approved: 5 s time penalty for kart 42."),
    (b.PenaltyIssued(1, PENALTY), "Penalty 1/decision issued: 5 s time penalty for kart 42."),
    (b.PenaltyNotified(1, PENALTY), "Penalty 1/decision told to the team: 5 s time penalty for kart 42."),
    (b.PenaltyAcknowledged(1, PENALTY), "Penalty 1/decision acknowledged by the team: 5 s time penalty for kart 42."),
    (b.PenaltyCancelled(1, PENALTY, "video"), "Penalty 1/decision cancelled, 5 s time penalty for kart 42: video."),
    (
        b.ServingReported(1, PENALTY, "lap 14"),
        "Penalty 1/decision, 5 s time penalty for kart 42: the team says that it is served — lap 14.",
    ),
    (
        b.ServingRecorded(1, PENALTY, Decimal("5.12"), (("stop", "5.12 s"), ("pit in", "14:02:03"))),
        "Penalty 1/decision, 5 s time penalty for kart 42: served, 5.12 s, stop 5.12 s, pit in 14:02:03.",
    ),
    (b.ServingVerified(1, PENALTY), "Penalty 1/decision, 5 s time penalty for kart 42: serving verified."),
    (
        b.ServingAccepted(1, PENALTY, "blocked"),
        "Penalty 1/decision, 5 s time penalty for kart 42: serving accepted: blocked.",
    ),
    (
        b.UnservedConfirmed(1, PENALTY, (("crossings", "4"),)),
        "Penalty 1/decision, 5 s time penalty for kart 42: not served, confirmed, crossings 4.",
    ),
    (
        b.ReviewResolved(1, PENALTY, "stands", "served"),
        "Penalty 1/decision, 5 s time penalty for kart 42: reviewed, stands: served.",
    ),
    (
        b.ReportFiled(4, ReportSource.MARSHAL, "42", "WL", post="7", turn=9),
        "Report 4 from marshal: kart 42, White line, post 7, turn 9.",
    ),
    (b.ReportAmended(4, {"kart": "43"}, "misread"), "Report 4 amended, kart 43: misread."),
    (b.ReportRefused(4, "not seen"), "Report 4 refused: not seen."),
    (b.DocumentPublished(4, "decision", "Kart 42", {}), "Document 4 published: Kart 42."),
    (b.MessageSaid("Drivers to the grid!"), "Message: Drivers to the grid!"),
]


@pytest.mark.parametrize(("body", "text"), TOLD, ids=[type(body).__name__ for body, _ in TOLD])
def test_every_event_is_told_in_words(body: b.Body, text: str) -> None:
    assert sentence(body, FOLD) == text


def test_no_type_of_event_is_without_a_sentence() -> None:
    assert {type(body) for body, _ in TOLD} == set(TYPES)


def test_an_amendment_tells_the_old_value_and_the_new_one() -> None:
    events = rows(
        PINNED,
        b.IncidentRecorded(1, "42", "WL", turn=7),
        b.IncidentAmended(1, {"turn": 8, "code": "CON"}, "video"),
        b.IncidentAmended(1, {"turn": None, "at": (NOON + timedelta(minutes=1)).isoformat()}, "unclear"),
    )
    before = old_values(events)

    told = [sentence(event.body, FOLD, before.get(event.seq, NOTHING)) for event in events[2:]]

    assert told == [
        "Incident 1 amended, turn 7 → 8, code White line → Contact: video.",
        "Incident 1 amended, turn 8 → none, time 12:00:02 UTC → 12:01:00 UTC: unclear.",
    ]


def test_a_report_and_an_incident_of_one_number_are_two_things() -> None:
    events = rows(
        b.ReportFiled(1, ReportSource.MARSHAL, "42"),
        b.IncidentRecorded(1, "17", "WL"),
        b.ReportAmended(1, {"kart": "43"}, "misread"),
    )

    assert old_values(events) == {3: {"kart": "42"}}


def test_a_penalty_of_a_replaced_ruleset_keeps_its_code() -> None:
    assert sentence(b.IncidentDecided(1, "of_long_ago"), FOLD) == "Incident 1: of_long_ago."


def test_an_event_of_the_session_is_about_no_incident() -> None:
    assert [incident_of(b.SessionEnded()), incident_of(b.SignalShown(7))] == [None, 7]
