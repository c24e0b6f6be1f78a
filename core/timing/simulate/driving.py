"""The race as it happens on the track, before anybody tells it: passings, stops, and what was truly driven."""

from dataclasses import dataclass
from enum import Enum, auto
from random import Random
from typing import NamedTuple

from core.timing.model import LapKind
from core.timing.simulate.plan import PitLaps, Plan

_TRAFFIC = 0.06
_TWICE_THE_SAME = 0.01
_READ_TWICE = 0.01
_SHORTEST_STOP_MS, _LONGEST_STOP_MS = 45_000, 150_000


class What(Enum):
    START = auto()
    """First passing of the line: no lap time yet."""
    LAP = auto()
    READ_TWICE = auto()
    """The transponder was read though no lap was completed."""
    SECTOR = auto()
    """A line between was passed."""
    PIT_IN = auto()
    PIT_OUT = auto()


class Happening(NamedTuple):
    at_ms: int
    kart: int
    what: What
    lap_ms: int = 0
    """Of a lap; of a way out that closes one, too."""
    kind: LapKind = LapKind.LAP
    is_last: bool = False
    sectors_ms: tuple[int, ...] = ()
    """Of a lap all of them, of a line between those so far."""


@dataclass(slots=True)
class Kart:
    """One entry: who drives and how fast."""

    source_id: str
    number: str
    team: str
    drivers: tuple[str, ...]
    pace_ms: int


def entries(plan: Plan, rng: Random) -> list[Kart]:
    numbers = rng.sample(range(1, 100), plan.karts)
    return [_kart(place, number, plan, rng) for place, number in enumerate(numbers)]


def drive(plan: Plan, karts: list[Kart], rng: Random) -> list[Happening]:
    """Everything that happens on the track, in order."""
    happenings = [event for place, kart in enumerate(karts) for event in _Drive(plan, place, kart, rng).run()]
    return sorted(happenings, key=lambda happening: (happening.at_ms, happening.kart))


class _Drive:
    """One kart from the start to the flag."""

    def __init__(self, plan: Plan, place: int, kart: Kart, rng: Random) -> None:
        self._plan = plan
        self._place = place
        self._kart = kart
        self._rng = rng
        self._now_ms = plan.green_s * 1000 + 1500 + place * 400
        if plan.late_entry_s is not None and place == plan.karts - 1:
            self._now_ms = plan.late_entry_s * 1000 + 20_000
        self._last_ms = 0
        self._sectors_ms: tuple[int, ...] = ()
        self._next_stop_ms = self._now_ms + self._stint_ms()
        self._happenings: list[Happening] = []

    def run(self) -> list[Happening]:
        self._tell(self._now_ms, What.START)
        while self._now_ms < self._plan.chequered_s * 1000:
            lap_ms = self._lap_ms()
            if self._now_ms + lap_ms > self._next_stop_ms:
                self._drive_stop(lap_ms)
            else:
                self._drive_lap(lap_ms)
        return self._happenings

    def _drive_lap(self, lap_ms: int) -> None:
        self._pass_sectors(lap_ms)
        if self._rng.random() < _READ_TWICE:
            self._tell(self._now_ms + round(lap_ms * self._rng.uniform(0.3, 0.7)), What.READ_TWICE)
        self._complete(self._now_ms + lap_ms, lap_ms, LapKind.LAP)

    def _drive_stop(self, lap_ms: int) -> None:
        in_ms = self._now_ms + round(lap_ms * 0.92)
        stop_ms = self._rng.randint(_SHORTEST_STOP_MS, _LONGEST_STOP_MS)
        out_ms = in_ms + stop_ms
        self._next_stop_ms = out_ms + self._stint_ms()
        if self._plan.pit_laps is PitLaps.CONTAIN:
            self._pass_sectors(lap_ms)
        self._tell(in_ms, What.PIT_IN)
        if self._plan.pit_laps is PitLaps.CONTAIN:
            self._tell(out_ms, What.PIT_OUT)
            line_ms = out_ms + round(lap_ms * 0.11)
            self._complete(line_ms, line_ms - self._now_ms, LapKind.PIT)
        else:
            self._tell(out_ms, What.PIT_OUT, stop_ms, LapKind.PIT)
            self._now_ms = out_ms
            self._pass_sectors(round(lap_ms * 0.94))
            self._complete(out_ms + round(lap_ms * 0.94), round(lap_ms * 0.94), LapKind.LAP)

    def _complete(self, at_ms: int, lap_ms: int, kind: LapKind) -> None:
        sectors_ms = (*self._sectors_ms, lap_ms - sum(self._sectors_ms)) if self._sectors_ms else ()
        self._now_ms, self._last_ms, self._sectors_ms = at_ms, lap_ms, ()
        is_last = at_ms >= self._plan.chequered_s * 1000
        self._happenings.append(Happening(at_ms, self._place, What.LAP, lap_ms, kind, is_last, sectors_ms))

    def _pass_sectors(self, lap_ms: int) -> None:
        """No dice are thrown for them: a race with sectors is the race without them, told more exactly."""
        if not self._plan.times_sectors:
            return
        first = lap_ms * 34 // 100 + (lap_ms * 7919 + self._place) % 400
        self._sectors_ms = (first, lap_ms * 37 // 100 + (lap_ms * 104_729 + self._place) % 400)
        for count in (1, 2):
            sectors_ms = self._sectors_ms[:count]
            at_ms = self._now_ms + sum(sectors_ms)
            self._happenings.append(Happening(at_ms, self._place, What.SECTOR, sectors_ms=sectors_ms))

    def _tell(self, at_ms: int, what: What, lap_ms: int = 0, kind: LapKind = LapKind.LAP) -> None:
        self._happenings.append(Happening(at_ms, self._place, what, lap_ms, kind))

    def _lap_ms(self) -> int:
        if self._last_ms and abs(self._last_ms - self._kart.pace_ms) < 2000 and self._rng.random() < _TWICE_THE_SAME:
            return self._last_ms
        traffic = self._rng.uniform(500, 4000) if self._rng.random() < _TRAFFIC else 0
        return round(self._kart.pace_ms + self._rng.gauss(0, 260) + traffic)

    def _stint_ms(self) -> int:
        return round(self._plan.stint_s * 1000 * self._rng.uniform(0.8, 1.2))


def _kart(place: int, number: int, plan: Plan, rng: Random) -> Kart:
    drivers = tuple(f"Driver {number}{letter}" for letter in "ABCD"[: rng.randint(2, 4)])
    pace_ms = plan.lap_ms + place * 45 + rng.randint(-400, 400)
    return Kart(f"r{4200 + place * 7}", str(number), f"Team {number}", drivers, pace_ms)
