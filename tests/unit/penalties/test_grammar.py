"""Race control calls every penalty by its usual words, and every state by one that the public understands."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.penalties.bodies import PenaltyCancelled, ServingRecorded
from core.penalties.grammar import penalty_words, standing
from core.penalties.model import Act, Penalty, PenaltyState, PenaltyType
from core.penalties.notices import notice_board
from core.penalties.ticker import Reel, Visibility, wind
from tests.unit.penalties.log import NOON, PINNED, decided, issued, recorded, rows

ONE = Penalty("1/decision", 1, "42", "x", PenaltyType.OTHER, "Sweep the pit", PenaltyState.ISSUED, Act(NOON, "a"))

WORDS = {
    PenaltyType.WARNING: "WARNING",
    PenaltyType.WARNING_FLAG: "BLACK AND WHITE FLAG",
    PenaltyType.REPRIMAND: "REPRIMAND",
    PenaltyType.TIME: "5.5 SECOND TIME PENALTY",
    PenaltyType.TIME_AT_STOP: "5.5 SECOND PENALTY AT THE NEXT STOP",
    PenaltyType.STOP_GO: "5.5 SECOND STOP AND GO PENALTY",
    PenaltyType.STOP_EXTRA: "5.5 SECONDS ADDED TO A STOP",
    PenaltyType.DRIVE_THROUGH: "DRIVE THROUGH PENALTY",
    PenaltyType.LAP: "2 LAP PENALTY",
    PenaltyType.LAP_TIME_DELETED: "SWEEP THE PIT",
    PenaltyType.POSITION: "LOSS OF 1 POSITION",
    PenaltyType.GRID: "1 PLACE GRID PENALTY",
    PenaltyType.GRID_LAST: "START FROM THE BACK OF THE GRID",
    PenaltyType.PIT_LANE_START: "START FROM THE PIT LANE",
    PenaltyType.POINTS: "3 PENALTY POINTS",
    PenaltyType.FINE: "SWEEP THE PIT",
    PenaltyType.EXCLUSION: "EXCLUSION",
    PenaltyType.DISQUALIFICATION: "DISQUALIFICATION",
    PenaltyType.SUSPENSION: "SUSPENSION",
    PenaltyType.OTHER: "SWEEP THE PIT",
}


@pytest.mark.parametrize("kind", PenaltyType)
def test_each_type_of_penalty_has_its_words(kind: PenaltyType) -> None:
    one = replace(ONE, type=kind, seconds=Decimal("5.5"), laps=2, places=1, points=3)

    assert penalty_words(one) == WORDS[kind]


def test_an_amount_that_nobody_knows_is_a_question() -> None:
    assert penalty_words(replace(ONE, type=PenaltyType.TIME)) == "? SECOND TIME PENALTY"


@pytest.mark.parametrize("state", PenaltyState)
def test_each_state_has_a_word(state: PenaltyState) -> None:
    assert standing(replace(ONE, state=state))


def test_who_must_do_something_on_track_has_to_serve() -> None:
    assert standing(replace(ONE, type=PenaltyType.DRIVE_THROUGH)) == "To serve"
    assert standing(replace(ONE, type=PenaltyType.TIME)) == "In force"


def test_the_board_shows_what_is_to_be_served_first_and_keeps_what_was_cancelled() -> None:
    log = (recorded(1, "7", "CON"), decided(1), issued(1), recorded(2, "8", "CON"), decided(2, "stop_go_5"), issued(2))
    cancelled, served = PenaltyCancelled(1, "1/decision", "video"), ServingRecorded(2, "2/decision", 5)

    def board(*more: PenaltyCancelled | ServingRecorded) -> list[tuple[str, str, bool]]:
        shown = notice_board(wind(Reel(), rows(PINNED, *log, *more)), Visibility())
        return [(one.kart, one.standing, one.to_serve) for one in shown.penalties]

    assert board() == [("8", "To serve", True), ("7", "In force", False)]
    assert board(cancelled, served) == [("8", "Served", False), ("7", "Cancelled", False)]


def test_investigations_are_shown_unless_the_organiser_hides_them() -> None:
    reel = wind(Reel(), rows(PINNED, recorded(1, "7", "CON"), decided(1, "investigating"), recorded(2, "8", "CON")))

    assert [one.kart for one in notice_board(reel, Visibility()).investigations] == ["7"]
    assert notice_board(reel, Visibility(investigations=False)).investigations == ()
