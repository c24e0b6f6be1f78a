"""What an outsider would say of our laps and stops, with nothing but the official list and `replay --laps --json`.

Laps are compared car by car as sequences of times: what can be paired in order is right, what is left of ours is a
phantom, what is left of the covered ones is missing. Numbers and drivers are looked at where a pair was found.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias, TypeVar

from tests.conformance.official_plan import Recorded, Told, ToldStop

ToldJson: TypeAlias = Mapping[str, Any]
"""One session of the replay, as JSON has it."""

T = TypeVar("T", Told, ToldStop)

_NEAR = timedelta(seconds=5)
_PIT_MS = 1000


@dataclass(slots=True)
class Verdict:
    """Counts; the lists name what is wrong, for whoever looks closer."""

    covered: int = 0
    exact: int = 0
    numbered: int = 0
    flying: int = 0
    """Of the exact ones those without a stop: in a lap with a stop two drivers have a share."""
    driven: int = 0
    missing: list[Told] = field(default_factory=list)
    phantoms: list[ToldJson] = field(default_factory=list)
    overclaimed: list[tuple[int, ToldJson]] = field(default_factory=list)
    """Laps with another number than the list's that are told as if the feed had numbered them."""
    sessions: int = 0
    stops: int = 0
    measured: int = 0
    wrong_stops: list[tuple[ToldJson, ToldStop | None]] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.exact / self.covered

    def line(self) -> str:
        laps = (
            f"{self.covered:6} laps {self.share:8.3%} exact {len(self.missing):2} missing {len(self.phantoms)} phantoms"
        )
        more = f"{self.numbered / self.exact:7.2%} numbered {self.driven / self.flying:7.2%} driver"
        return f"{laps} {more} {self.stops:4} stops {self.measured:4} measured {len(self.wrong_stops):2} wrong"


def judge(recorded: Recorded, sessions: Sequence[ToldJson]) -> Verdict:
    """All sessions of the replay together: to the outsider it is one race."""
    whole = sum(stop.is_whole for stop in recorded.stops)
    verdict = Verdict(covered=len(recorded.laps), stops=whole, sessions=len(sessions))
    ours, covered = _by_car([lap for session in sessions for lap in session["laps"]]), _by_id(recorded.laps)
    for source_id in sorted(ours.keys() | covered.keys()):
        allowed = recorded.allowed.get(source_id, [])
        _judge_car(verdict, ours[source_id], allowed, covered[source_id])
    official = _by_id(recorded.stops)
    for source_id, stops in _by_car([stop for session in sessions for stop in session["stops"]]).items():
        _judge_stops(verdict, stops, official[source_id])
    return verdict


def paired(ours: Sequence[int], theirs: Sequence[int]) -> list[tuple[int, int]]:
    """Places of equal values, as many as can be had in order (Hunt and Szymanski's longest common subsequence)."""
    places = defaultdict(list)
    for place, value in enumerate(theirs):
        places[value].append(place)
    ends: list[int] = []
    chains: list[tuple[int, int, Any]] = []
    for at, value in enumerate(ours):
        for place in reversed(places.get(value, [])):
            rank = bisect_left(ends, place)
            chain = (at, place, chains[rank - 1] if rank else None)
            ends[rank : rank + 1] = [place]
            chains[rank : rank + 1] = [chain]
    pairs, link = [], chains[-1] if chains else None
    while link is not None:
        pairs.append((link[0], link[1]))
        link = link[2]
    return pairs[::-1]


def _judge_car(verdict: Verdict, ours: list[ToldJson], allowed: list[tuple[int, int]], covered: list[Told]) -> None:
    pairs = paired([lap["lap_ms"] or -1 for lap in ours], [ms for _, ms in allowed])
    by_number = {told.number: told for told in covered}
    found = {allowed[place][0]: ours[at] for at, place in pairs}
    matched = {at for at, _ in pairs}
    verdict.phantoms += [lap for at, lap in enumerate(ours) if at not in matched]
    verdict.missing += [told for told in covered if told.number not in found]
    for number, lap in found.items():
        if number not in by_number:
            continue
        verdict.exact += 1
        verdict.numbered += lap["lap"] == number
        verdict.flying += not by_number[number].is_pit
        verdict.driven += not by_number[number].is_pit and lap["driver"] == by_number[number].driver
        if lap["lap"] != number and lap["provenance"] != "computed":
            verdict.overclaimed.append((number, lap))


def _judge_stops(verdict: Verdict, ours: list[ToldJson], official: list[ToldStop]) -> None:
    """By the way out; a stop of which we claim no duration is not judged."""
    for stop in ours:
        if stop["duration_ms"] is None:
            continue
        told = min(official, key=lambda told: _apart(told, stop), default=None)
        if told is None or _apart(told, stop) > _NEAR or abs(stop["duration_ms"] - told.ms) > _PIT_MS:
            verdict.wrong_stops.append((stop, told))
        else:
            verdict.measured += told.is_whole


def _apart(told: ToldStop, stop: ToldJson) -> timedelta:
    return abs(told.out_at - datetime.fromisoformat(stop["out_at"]))


def _by_car(told: Sequence[ToldJson]) -> defaultdict[str, list[ToldJson]]:
    cars = defaultdict(list)
    for one in told:
        cars[one["source_id"]].append(one)
    return cars


def _by_id(told: Sequence[T]) -> defaultdict[str, list[T]]:
    cars = defaultdict(list)
    for one in told:
        cars[one.source_id].append(one)
    return cars
