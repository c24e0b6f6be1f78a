"""The ticker: one message or more for every change of state, in the grammar of race control; only some are public."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.penalties import bodies as b
from core.penalties.messages import incident_of
from core.penalties.model import TrackState
from core.penalties.ticker import AFTER_THE_RACE, Reel, Visibility, skip, wind
from core.sessions.model import Phase
from tests.unit.penalties.log import PINNED, decided, issued, recorded, rows, voided

CLASH = b.IncidentRecorded(1, "42", "CON", second_kart="17", turn=7)


def said(*log: b.Body) -> list[str]:
    """All messages of a log; officials' own in brackets."""
    messages = wind(Reel(), rows(PINNED, *log)).messages(Visibility())
    return [message.text if message.public else f"({message.text})" for message in messages]


def test_a_note_is_for_officials_and_names_the_turn() -> None:
    assert said(b.IncidentRecorded(1, "42", "WL", turn=7)) == ["(KART 42 – WHITE LINE NOTED (TURN 7))"]


def test_an_investigation_is_announced_and_its_end_too() -> None:
    assert said(CLASH, decided(1, "investigating"), decided(1, "nfa")) == [
        "(INCIDENT INVOLVING KARTS 42 AND 17 NOTED – CONTACT (TURN 7))",
        "INCIDENT INVOLVING KARTS 42 AND 17 UNDER INVESTIGATION – CONTACT (TURN 7)",
        "INCIDENT INVOLVING KARTS 42 AND 17 REVIEWED, NO FURTHER ACTION – CONTACT (TURN 7)",
    ]


def test_an_incident_that_nobody_announced_ends_unannounced() -> None:
    assert said(CLASH, decided(1, "nfa"))[-1].startswith("(")


def test_an_investigation_may_wait_for_the_end_of_the_race() -> None:
    later = b.IncidentDecided(1, "investigating", words=AFTER_THE_RACE)

    assert said(CLASH, later)[-1] == (
        "INCIDENT INVOLVING KARTS 42 AND 17 WILL BE INVESTIGATED AFTER THE RACE – CONTACT (TURN 7)"
    )
    assert "AFTER THE SESSION" in said(b.PhaseStarted(Phase.QUALIFYING), CLASH, later)[-1]


def test_a_penalty_is_public_once_it_is_issued() -> None:
    assert said(CLASH, decided(1), issued(1))[1:] == [
        "(PROPOSED: 5 SECOND TIME PENALTY FOR KART 42 – CONTACT (TURN 7))",
        "5 SECOND TIME PENALTY FOR KART 42 – CONTACT (TURN 7)",
    ]


def test_a_void_is_a_correction_of_all_that_was_announced() -> None:
    assert said(CLASH, decided(1), issued(1), voided(1))[3:] == [
        "CORRECTION: INCIDENT INVOLVING KARTS 42 AND 17 WITHDRAWN – CONTACT (TURN 7)",
        "CORRECTION: 5 SECOND TIME PENALTY FOR KART 42 WITHDRAWN – CONTACT (TURN 7)",
    ]


def test_a_void_of_what_nobody_knew_stays_unannounced() -> None:
    assert all(text.startswith("(") for text in said(CLASH, decided(1), voided(1)))


def test_the_track_has_its_own_words_at_both_ends() -> None:
    states = (TrackState.SC, TrackState.GREEN, TrackState.FCY, TrackState.RED, TrackState.PITWINDOW, TrackState.GREEN)

    assert said(*(b.TrackStateSet(state) for state in states)) == [
        "SAFETY CAR DEPLOYED",
        "SAFETY CAR IN",
        "GREEN FLAG – TRACK CLEAR",
        "FULL COURSE YELLOW",
        "RED FLAG",
        "DRIVER CHANGE WINDOW OPEN",
        "DRIVER CHANGE WINDOW CLOSED",
    ]


def test_officials_words_documents_and_the_session_are_public() -> None:
    log = (
        b.SessionOpened(1),
        b.PhaseStarted(Phase.RACE),
        b.MessageSaid("Briefing at 14:00."),
        b.DocumentPublished(4, "decision", "Decision – kart 42", {}),
        b.SessionEnded(),
        b.SessionPaused(1),
    )

    assert said(*log) == [
        "SESSION OPENED",
        "RACE BEGINS",
        "Briefing at 14:00.",
        "DOCUMENT 4 PUBLISHED – DECISION – KART 42",
        "CHEQUERED FLAG",
        "(SESSION PAUSED)",
    ]


def test_two_incidents_in_one_second_stay_two() -> None:
    one, other = rows(PINNED, recorded(1), recorded(2, "17"))[1:]
    reel = wind(Reel(), rows(PINNED))

    assert len(wind(reel, [one, other]).messages(Visibility())) == 2


def test_a_setting_says_what_is_shown_of_notes_and_investigations() -> None:
    reel = wind(Reel(), rows(PINNED, CLASH, decided(1, "investigating"), decided(1), issued(1)))

    def public(visibility: Visibility) -> list[bool]:
        return [message.public for message in reel.messages(visibility)]

    assert public(Visibility(notes=True, investigations=True)) == [True, True, False, True]
    assert public(Visibility(notes=False, investigations=False)) == [False, False, False, True]


def test_what_a_reader_has_is_not_sent_again() -> None:
    reel = wind(Reel(), rows(PINNED, recorded(1), recorded(2, "17")))

    assert [message.kart for message in reel.messages(Visibility(), after=2)] == ["17"]


events = st.lists(
    st.sampled_from(
        [
            CLASH,
            recorded(2, "17"),
            decided(1),
            decided(1, "nfa"),
            decided(2, "investigating"),
            issued(1),
            voided(1),
            b.TrackStateSet(TrackState.SC),
            b.TrackStateSet(TrackState.GREEN),
            b.SessionEnded(),
        ]
    ),
    max_size=15,
)


@settings(deadline=None, max_examples=40)
@given(events, st.integers(0, 15))
def test_a_reel_wound_in_two_pieces_is_the_reel_wound_at_once(log: list[b.Body], cut: int) -> None:
    whole, zone = rows(PINNED, *log), ZoneInfo("Asia/Dubai")

    assert wind(wind(Reel(), whole[:cut], zone), whole[cut:], zone) == wind(Reel(), whole, zone)


STOP = (CLASH, decided(1, "stop_go_5"), issued(1))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b.ServingRecorded(1, "1/decision", 5), "PENALTY SERVED – KART 42 – 5 SECOND STOP AND GO PENALTY"),
        (
            b.ServingRecorded(1, "1/decision", 4),
            "STOP TOO SHORT, TO BE REPEATED – KART 42 – 5 SECOND STOP AND GO PENALTY",
        ),
        (b.UnservedConfirmed(1, "1/decision"), "PENALTY NOT SERVED – KART 42 – 5 SECOND STOP AND GO PENALTY"),
        (b.PenaltyNotified(1, "1/decision"), "(TEAM NOTIFIED – KART 42 – 5 SECOND STOP AND GO PENALTY)"),
        (b.PenaltyAcknowledged(1, "1/decision"), "(PENALTY ACKNOWLEDGED – KART 42 – 5 SECOND STOP AND GO PENALTY)"),
        (b.ServingReported(1, "1/decision"), "(TEAM REPORTS PENALTY SERVED – KART 42 – 5 SECOND STOP AND GO PENALTY)"),
        (b.ProtestLodged(1, "no"), "PROTEST AGAINST THE DECISION ON KARTS 42 AND 17 – CONTACT (TURN 7)"),
        (b.SignalShown(1), "WARNING SHOWN TO KART 42 – CONTACT (TURN 7)"),
        (
            b.PenaltyCancelled(1, "1/decision", "video"),
            "CORRECTION: 5 SECOND STOP AND GO PENALTY FOR KART 42 WITHDRAWN – CONTACT (TURN 7)",
        ),
        (
            b.IncidentMerged(1, 2, "the same"),
            "UPDATE: INCIDENT INVOLVING KARTS 42 AND 17 JOINED WITH INCIDENT 2 – CONTACT (TURN 7)",
        ),
    ],
    ids=lambda one: type(one).__name__ if not isinstance(one, str) else "",
)
def test_what_is_done_about_a_penalty_is_said(body: b.Body, text: str) -> None:
    assert text in said(*STOP, recorded(2, "17"), body)[4:]


def test_an_amendment_that_names_another_kart_is_an_update_of_all_that_was_said() -> None:
    amended = b.IncidentAmended(1, {"kart": "43"}, "video")

    assert said(*STOP, amended)[3:] == [
        "UPDATE: INCIDENT INVOLVING KARTS 43 AND 17 – CONTACT (TURN 7)",
        "UPDATE: 5 SECOND STOP AND GO PENALTY FOR KART 43 – CONTACT (TURN 7)",
    ]


def test_an_amendment_may_drop_a_kart() -> None:
    log = (CLASH, decided(1, "investigating"), b.IncidentAmended(1, {"second_kart": None}, "alone"))

    assert said(*log)[-1] == "UPDATE: INCIDENT INVOLVING KART 42 UNDER INVESTIGATION – CONTACT (TURN 7)"


def test_a_lap_deletion_carries_turn_lap_and_the_time_at_the_circuit() -> None:
    cut = b.IncidentRecorded(1, "42", "TL", turn=4, lap=12)
    events = rows(PINNED, cut, decided(1, "lap_deleted"), issued(1))

    texts = [message.text for message in wind(Reel(), events, ZoneInfo("Asia/Dubai")).messages(Visibility())]

    assert texts[-1] == "KART 42 LAP TIME DELETED – TRACK LIMITS (TURN 4, LAP 12) 16:00:02"


def test_a_penalty_that_was_never_issued_leaves_without_a_word() -> None:
    assert all(text.startswith("(") for text in said(CLASH, decided(1), decided(1, "nfa")))


SILENT = {b.RulesetPinned, b.CountersCarried, b.ReportFiled, b.ReportAmended, b.ReportRefused}
"""They change no state that the ticker is about: the queue has its own list."""


def test_every_other_event_says_something_to_somebody() -> None:
    about: list[b.Body] = [
        *(b.IncidentDecided(1, "auto"), b.IncidentRejudged(1, "r"), b.DecisionApproved(1), b.IncidentVoided(1, "r")),
        *(b.PenaltyApproved(1, "1/decision"), b.ServingVerified(1, "1/decision")),
        *(b.ServingAccepted(1, "1/decision", "r"), b.ReviewResolved(1, "1/decision", "stands", "r")),
        *(
            b.SessionClosed(1),
            b.RulesetChanged(PINNED.ruleset, PINNED.text, "rain"),
            b.ProtestDecided(1, upheld=False, reason="r"),
        ),
    ]

    silent = {type(body) for body in about if len(said(*STOP, body)) == len(said(*STOP))}

    assert silent <= SILENT


def plausible(log: list[b.Body]) -> list[b.Body]:
    """What race control would have let through: nothing about an incident that there is not, one issue a decision."""
    kept: list[b.Body] = []
    for body in log:
        about = [one for one in kept if incident_of(one) == incident_of(body) is not None]
        first, due = isinstance(body, b.IncidentRecorded), bool(about) and about[-1] == decided(1)
        if incident_of(body) is None or (due if isinstance(body, b.PenaltyIssued) else first is not bool(about)):
            kept.append(body)
    return kept


@settings(deadline=None, max_examples=60)
@given(events, st.integers(0, 15))
def test_a_reel_begun_late_says_what_it_would_have_said_anyway(log: list[b.Body], cut: int) -> None:
    whole = rows(PINNED, *plausible(log))

    late = wind(skip(whole[:cut]), whole[cut:])

    assert late.messages(Visibility()) == wind(Reel(), whole).messages(Visibility(), after=late.since)
