"""The ticker: one message or more for every change of state, in the grammar of race control; only some are public."""

from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from core.penalties import bodies as b
from core.penalties.model import TrackState
from core.penalties.ticker import AFTER_THE_RACE, Reel, Visibility, wind
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


@given(events, st.integers(0, 15))
def test_a_reel_wound_in_two_pieces_is_the_reel_wound_at_once(log: list[b.Body], cut: int) -> None:
    whole, zone = rows(PINNED, *log), ZoneInfo("Asia/Dubai")

    assert wind(wind(Reel(), whole[:cut], zone), whole[cut:], zone) == wind(Reel(), whole, zone)
