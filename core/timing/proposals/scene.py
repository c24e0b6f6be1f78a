"""What is looked at: a circuit's race as timing has it, at one moment, beside the ruleset that counts.

Times are those of the feed session that is on. `served` are visits to the pit lane that serve a penalty, or look like
it: they are no stops of the regulations, end no stint and are not too short.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from core.penalties.model import Evidence
from core.timing.model import Board, Flag, Lap, Stop
from core.timing.proposals.bands import Bands
from core.timing.proposals.karts import Visit
from core.timing.proposals.model import Kart, Proposal

SETTLED = timedelta(seconds=120)
"""How long after the end everybody has completed the lap they were on, and late signals have come."""
_SAME = timedelta(seconds=2)
_Told = TypeVar("_Told", Lap, Stop)


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a search needs; laps and stops in the order in which they were completed."""

    bands: Bands
    karts: Mapping[str, Kart]
    """By the feed's identity of the car."""
    laps: Sequence[Lap]
    stops: Sequence[Stop]
    began_at: datetime
    """Nothing earlier is looked at."""
    now: datetime
    mark: str = ""
    """Names the feed session in keys."""
    board: Board | None = None
    green_at: datetime | None = None
    """The first green flag, where the feed told it."""
    ended_at: datetime | None = None
    """The chequered flag, by an official or else by the feed."""
    remaining_ms: int | None = None
    """What is left of the race, where the feed tells."""
    served: Mapping[str, Sequence[Visit]] = field(default_factory=dict)
    _laps: Mapping[str, list[Lap]] = field(init=False, repr=False, compare=False)
    _stops: Mapping[str, list[Stop]] = field(init=False, repr=False, compare=False)
    """By car: a race of 24 hours has fifty thousand laps."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_laps", _by_car(sorted(self.laps, key=lambda lap: lap.at)))
        object.__setattr__(self, "_stops", _by_car(sorted(filter(self._is_in_race, self.stops), key=_when)))

    @property
    def over(self) -> bool:
        return self.ended_at is not None and self.now - self.ended_at >= SETTLED

    @property
    def ends_at(self) -> datetime | None:
        """When the race ended, or will as far as its clock tells."""
        if self.ended_at is not None or self.remaining_ms is None:
            return self.ended_at
        return self.now + timedelta(milliseconds=self.remaining_ms)

    def each(self, measured: str) -> Iterator[tuple[str, Kart]]:
        """Every car with each code of the ruleset that is measured like this."""
        for code in self.bands.codes(measured):
            for kart in self.karts.values():
                yield code, kart

    def visits(self, source_id: str) -> list[Stop]:
        """The stops of a car in this race that serve no penalty, in their order."""
        return [stop for stop in self._stops.get(source_id, ()) if not self._serves(stop)]

    def driven(self, source_id: str) -> list[Lap]:
        """The laps of a car up to its own finish."""
        own = self._laps.get(source_id, [])
        if self.ended_at is None:
            return own
        last = next((at for at, lap in enumerate(own) if lap.at >= self.ended_at), len(own))
        return own[: last + 1]

    def _is_in_race(self, stop: Stop) -> bool:
        at = stop.in_at or stop.out_at
        return at is not None and self.began_at <= at and (self.ended_at is None or at <= self.ended_at)

    def _serves(self, stop: Stop) -> bool:
        """Whether one of the servings lies within the stop."""
        own, in_at = self.served.get(stop.source_id, ()), stop.in_at
        return in_at is not None and any(
            since <= (stop.out_at or since) + _SAME and (until or in_at) >= in_at - _SAME for since, until in own
        )


Search = Callable[[Scene], Iterable[Proposal]]


def seconds(ms: int) -> Decimal:
    """Whole milliseconds as seconds, exactly."""
    return Decimal(ms) / 1000


def moment(at: datetime | None) -> str:
    """An instant as evidence writes it."""
    return "not seen" if at is None else f"{at:%H:%M:%S}.{at.microsecond // 1000:03} UTC"


def stop_evidence(stop: Stop, ordinal: int) -> Evidence:
    """What was measured of a stop, and by what."""
    duration = "not measured" if stop.duration_ms is None else f"{seconds(stop.duration_ms)} s"
    return (
        ("stop", str(ordinal)),
        ("pit in", moment(stop.in_at)),
        ("pit out", moment(stop.out_at)),
        ("in the pit lane", f"{duration} ({stop.provenance.value})"),
    )


def flagged_at(laps: Iterable[Lap]) -> datetime | None:
    """When the first lap ended under the chequered flag."""
    return min((lap.at for lap in laps if lap.flag is Flag.CHEQUERED), default=None)


def _by_car(things: Iterable[_Told]) -> dict[str, list[_Told]]:
    own: dict[str, list[_Told]] = defaultdict(list)
    for one in things:
        own[one.source_id].append(one)
    return dict(own)


def _when(stop: Stop) -> datetime:
    at = stop.in_at or stop.out_at
    if at is None:
        raise ValueError(f"a stop of {stop.source_id} without a moment")
    return at
