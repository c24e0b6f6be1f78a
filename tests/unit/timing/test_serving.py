"""Laps and stops of the circuit become crossings and stops of those who must serve; laps left are estimated."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from core.penalties.crossings import Crossing
from core.penalties.crossings import Stop as Visit
from core.sessions.model import Entry
from core.timing.desk import KeptSession, TimingDesk
from core.timing.laps_left import laps_left, usual_lap_ms
from core.timing.model import Board, Car, Clock, ClockKind, Flag, Lap, LapKind, Provenance, SessionKind, Stop
from core.timing.serving import ServingDesk
from core.timing.wire import board_to_json
from core.timing.withdrawn import WithdrawnLap
from tests.unit.penalties.serving_stage import NOON, at, folded, given

CIRCUIT = UUID(int=1)
FEED = KeptSession(UUID(int=2), CIRCUIT, "Race", SessionKind.RACE, "Test", NOON - timedelta(hours=1))
BEFORE = replace(FEED, id=UUID(int=3), ended_at=NOON - timedelta(minutes=50))


@dataclass
class Kept:
    """A store and a bus of plain lists."""

    driven: list[Lap] = field(default_factory=list)
    visited: list[Stop] = field(default_factory=list)
    shown: Board | None = None
    sessions: tuple[KeptSession, ...] = (FEED, BEFORE)

    def board(self, circuit_id: UUID) -> bytes | None:
        assert circuit_id == CIRCUIT
        return None if self.shown is None else board_to_json(self.shown)

    def feed_sessions(self, circuit_id: UUID, limit: int) -> tuple[KeptSession, ...]:
        assert circuit_id == CIRCUIT
        return self.sessions[:limit]

    def feed_session(self, feed_session_id: UUID) -> KeptSession | None:
        return next((one for one in self.sessions if one.id == feed_session_id), None)

    def laps(self, feed_session_id: UUID, source_id: str | None, after: datetime | None = None) -> tuple[Lap, ...]:
        own = self.driven if feed_session_id == FEED.id else []
        return tuple(lap for lap in own if source_id in {None, lap.source_id} and (after is None or lap.at > after))

    def passings(self, circuit_id: UUID, number: str, source_id: str | None, after: datetime) -> tuple[datetime, ...]:
        assert circuit_id == CIRCUIT
        own = (
            [lap for lap in self.driven if lap.number == number] if source_id is None else self.laps(FEED.id, source_id)
        )
        return tuple(sorted(lap.at for lap in own if lap.at > after))

    def lap_count(self, feed_session_id: UUID) -> int:
        return len(self.laps(feed_session_id, None))

    def withdrawn_laps(self, feed_session_id: UUID, source_id: str | None) -> tuple[WithdrawnLap, ...]:
        assert feed_session_id
        assert source_id
        return ()

    def stops(self, feed_session_id: UUID, source_id: str | None) -> tuple[Stop, ...]:
        own = self.visited if feed_session_id == FEED.id else []
        return tuple(stop for stop in own if source_id in {None, stop.source_id})


def desk(kept: Kept) -> ServingDesk:
    return ServingDesk(TimingDesk(kept, kept))


def lap(second: float, number: int = 1, *, source_id: str = "r1", kart: str = "42", ms: int = 60_000) -> Lap:
    return Lap(source_id, kart, number, ms, LapKind.LAP, at(second))


def test_laps_after_the_issue_are_crossings_and_stops_are_visits() -> None:
    kept = Kept(
        [lap(-10, 1), lap(50, 2), lap(110, 3), lap(55, 2, source_id="r2", kart="7")],
        [Stop("r1", at(-100), at(-60), 40_000), Stop("r1", at(70), at(74.012), 4_012, 2, Provenance.COMPUTED)],
    )

    seen = desk(kept).seen(CIRCUIT, folded(*given(1, 0)), ())

    assert seen.crossings == {"42": (Crossing("42", at(50), 2), Crossing("42", at(110), 3))}
    assert seen.stops == {"42": (Visit("42", at(70), at(74.012), Decimal("4.012"), "computed"),)}


def test_a_kart_is_followed_by_its_entry_else_by_the_board_else_by_its_number() -> None:
    driven = [lap(10, kart="42"), lap(20, 2, kart="9"), lap(30, 3, source_id="r2", kart="42"), lap(0, source_id="r3")]
    kept = Kept(driven, shown=Board(cars=(Car("r2", "42"),)))
    asked, entry = desk(kept), Entry("42", source_id="r1")

    assert asked.passed(CIRCUIT, "42", entry, at(0)) == (at(10), at(20))
    assert asked.passed(CIRCUIT, "42", None, at(0)) == (at(30),)
    kept.shown = None
    assert asked.passed(CIRCUIT, "42", None, at(0)) == (at(10), at(30))


def test_without_anybody_who_must_serve_nothing_is_read() -> None:
    kept = Kept(sessions=())
    kept.sessions = ()

    assert desk(kept).clocks(CIRCUIT, folded(), (), at(0)) == ()


def test_a_kart_is_followed_by_its_entry_then_by_the_board_then_by_who_bore_the_number_last() -> None:
    kept = Kept([lap(50, source_id=source_id) for source_id in ("r1", "r2", "r3")])
    fold, entry = folded(*given(1, 0)), Entry("42", source_id="r1")

    def used(entries: Sequence[Entry]) -> list[Crossing]:
        return list(desk(kept).seen(CIRCUIT, fold, entries).crossings["42"])

    kept.driven[0] = replace(kept.driven[0], at=at(51))
    kept.driven[1] = replace(kept.driven[1], at=at(52))
    assert used(()) == [Crossing("42", at(50), 1)]
    kept.shown = Board(cars=(Car("r2", "42"),))
    assert used(()) == [Crossing("42", at(52), 1)]
    assert used([entry]) == [Crossing("42", at(51), 1)]


def test_a_swapped_number_takes_its_crossings_along() -> None:
    kept = Kept([lap(50, 1), lap(110, 2, kart="142")], shown=Board(cars=(Car("r1", "142"),)))

    (clock,) = desk(kept).clocks(CIRCUIT, folded(*given(1, 0)), [Entry("42", source_id="r1")], at(200))

    assert clock.used == 2


def test_a_visit_that_is_on_comes_from_the_board_once() -> None:
    kept = Kept(shown=Board(cars=(Car("r1", "42", in_pit_since=at(70)),)))
    fold = folded(*given(1, 0))

    assert desk(kept).seen(CIRCUIT, fold, ()).stops == {"42": (Visit("42", at(70)),)}
    kept.visited.append(Stop("r1", at(70.2), at(75), 4_800))
    assert len(desk(kept).seen(CIRCUIT, fold, ()).stops["42"]) == 1


def test_a_lap_that_is_taken_back_gives_its_crossing_back() -> None:
    kept, fold = Kept([lap(60), lap(120, 2), lap(180, 3), lap(240, 4)]), folded(*given(1, 0))

    (before,) = desk(kept).clocks(CIRCUIT, fold, (), at(300))
    kept.driven.pop(1)
    (after,) = desk(kept).clocks(CIRCUIT, fold, (), at(300))

    assert (before.overdue, after.overdue, after.left) == (True, False, 0)


RACE = Board(
    kind=SessionKind.RACE,
    flag=Flag.GREEN,
    clock=Clock(ClockKind.COUNTDOWN, at(0), ms=600_000),
    cars=(Car("r2", "7", position=2), Car("r1", "42", position=1, crossed_at=at(-30))),
)


@pytest.mark.parametrize(
    ("board", "now", "left"),
    [
        (RACE, 0, 11),
        (RACE, 30, 11),
        (RACE, 570, 1),
        (RACE, 999, 1),
        (replace(RACE, cars=()), 0, 10),
        (replace(RACE, flag=Flag.CHEQUERED), 0, 0),
        (replace(RACE, clock=Clock(ClockKind.TEXT, at(0), text="12 laps to go")), 0, 12),
        (replace(RACE, clock=Clock(ClockKind.COUNT_UP, at(0), ms=600_000)), 0, None),
        (replace(RACE, clock=None), 0, None),
        (replace(RACE, kind=SessionKind.BEST_TIME), 0, None),
    ],
    ids=[
        "10 min and half a lap",
        "later",
        "last lap",
        "time is up",
        "no leader",
        "flag",
        "told",
        "up",
        "none",
        "quali",
    ],
)
def test_laps_left_are_those_the_leader_still_completes(board: Board, now: float, left: int | None) -> None:
    assert laps_left(board, 60_000, at(now)) == left


def test_the_leaders_usual_lap_leaves_stops_out() -> None:
    laps = [lap(60), lap(120, 2, ms=61_000), lap(400, 3, ms=62_000), replace(lap(500, 4, ms=9), kind=LapKind.PIT)]

    assert usual_lap_ms(laps) == 61_000
    assert usual_lap_ms([]) is None


def test_the_desk_estimates_from_the_leaders_last_half_hour() -> None:
    kept = Kept([lap(-60), lap(-3000, 2, ms=30_000), lap(-20, 3, source_id="r2", ms=20_000)], shown=RACE)

    assert desk(kept).laps_left(CIRCUIT, at(0)) == 11
    assert desk(Kept()).laps_left(CIRCUIT, at(0)) is None
