"""Who drove a kart when an incident happened, though it is recorded later."""

from dataclasses import replace

import pytest

from core.sessions.model import Entry
from core.timing.desk import TimingDesk
from core.timing.driving import driver_at
from core.timing.model import Board, Car, SessionKind, Stop
from tests.unit.penalties.serving_stage import at
from tests.unit.timing.test_serving import CIRCUIT, Kept, lap

KART = Entry("42", team="Team 42", drivers=("Driver 42A", "Driver 42B"))
LAPS = [replace(lap(60 * n, n), driver="Driver 42A" if n < 4 else "Driver 42B") for n in range(1, 7)]
STOP = Stop("r1", at(190), at(215))


def kept(driver: str | None = "Driver 42C") -> Kept:
    """Three laps of the first driver, a stop, three of the second; the board says who has sat in since."""
    board = Board(kind=SessionKind.RACE, cars=(Car("r1", "42", driver=driver, crossed_at=at(360)),))
    return Kept(LAPS, [STOP], board)


@pytest.mark.parametrize(
    ("second", "driver"),
    [(30, "Driver 42A"), (150, "Driver 42A"), (220, "Driver 42B"), (359, "Driver 42B"), (360, "Driver 42C")],
)
def test_a_driver_is_the_one_of_that_moment(second: float, driver: str) -> None:
    store = kept()

    assert driver_at(TimingDesk(store, store), CIRCUIT, KART, at(second)) == driver


def test_a_time_before_the_first_lap_has_no_driver() -> None:
    store = kept()

    assert driver_at(TimingDesk(store, store), CIRCUIT, KART, at(-90)) is None


def test_where_timing_has_seen_nothing_the_board_is_asked() -> None:
    store = replace(kept(), driven=[])
    unseen = replace(KART, number="17")

    assert driver_at(TimingDesk(store, store), CIRCUIT, KART, at(30)) == "Driver 42C"
    assert driver_at(TimingDesk(store, store), CIRCUIT, unseen, at(30)) is None
