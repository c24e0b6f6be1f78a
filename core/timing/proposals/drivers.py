"""Driving time and share of laps: of each driver, at the end; and sooner, when what is asked for cannot be reached.

The queue gets no names: a driver is called by the place in the entry, else by the order in which they drove first. A
person of the entry goes with the proposal by id.
Nothing is said about somebody who was never seen as long as the feed tells a name for this car that no entry has: it
may be another spelling of the one who is missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.penalties.model import Evidence
from core.timing.analysis_stints import Driver, drivers_of, stints_driven
from core.timing.proposals.model import Kart, Proposal
from core.timing.proposals.scene import Scene, moment, seconds

SHARE = "driver_share_percent"
"""The limit that says which part of the team's laps one driver may drive."""


@dataclass(frozen=True, slots=True)
class _Seat:
    """One driver of a car, without the name."""

    word: str
    driven_ms: int
    laps: int
    stints: int
    person: str | None


def driving_times(scene: Scene) -> Iterator[Proposal]:
    """At the end, every driver whose time the bands punish."""
    if not scene.over or scene.ended_at is None:
        return
    for code, kart in scene.each("driving_time"):
        for seat in _seats(scene, kart):
            value = seconds(seat.driven_ms)
            if scene.bands.punish(code, kart, value):
                yield Proposal(
                    kind="driving_time",
                    subject=kart.source_id,
                    kart=kart.number,
                    at=scene.ended_at,
                    text=f"{seat.word.capitalize()}: {value} s driven in the race.",
                    evidence=(*_evidence(seat), ("end", moment(scene.ended_at))),
                    code=code,
                    value=value,
                    mark=f"{seat.word}@{scene.mark}",
                    driver=seat.person,
                )


def unreachable(scene: Scene) -> Iterator[Proposal]:
    """While the race is on, every driver who cannot keep the limits any more. Without a value: it is only a warning."""
    if scene.ended_at is not None or scene.remaining_ms is None:
        return
    for code, kart in scene.each("driving_time"):
        for seat in _seats(scene, kart):
            low, high = seconds(seat.driven_ms), seconds(seat.driven_ms + scene.remaining_ms)
            if not scene.bands.spare(code, kart, low, high):
                left = seconds(scene.remaining_ms)
                yield Proposal(
                    kind="unreachable",
                    subject=kart.source_id,
                    kart=kart.number,
                    at=scene.now,
                    text=f"{seat.word.capitalize()}: {low} s driven, {left} s left; the limits are out of reach.",
                    evidence=(*_evidence(seat), ("left of the race", f"{left} s")),
                    code=code,
                    mark=f"{seat.word}@{scene.mark}",
                    driver=seat.person,
                )


def shares(scene: Scene) -> Iterator[Proposal]:
    """At the end, laps of a driver above the permitted share of the team's."""
    percent = scene.bands.limit(SHARE)
    if percent is None or not scene.over or scene.ended_at is None:
        return
    for code, kart in scene.each("share"):
        seats = _seats(scene, kart)
        whole = len(scene.driven(kart.source_id))
        for seat in seats:
            value = seat.laps - Decimal(whole) * percent / 100
            if value > 0 and scene.bands.punish(code, kart, value):
                yield Proposal(
                    kind="share",
                    subject=kart.source_id,
                    kart=kart.number,
                    at=scene.ended_at,
                    text=f"{seat.word.capitalize()}: {seat.laps} of {whole} laps, {value} above {percent} %.",
                    evidence=(*_evidence(seat), ("laps of the team", str(whole)), ("permitted", f"{percent} %")),
                    code=code,
                    value=value,
                    mark=f"{seat.word}@{scene.mark}",
                    driver=seat.person,
                )


def _seats(scene: Scene, kart: Kart) -> list[_Seat]:
    """Everybody who drove or should have; nobody where the feed names no drivers."""
    found = drivers_of(stints_driven(scene.driven(kart.source_id), scene.visits(kart.source_id)))
    if not found:
        return []
    entered = {_plain(name): f"driver {at}" for at, name in enumerate(kart.drivers, start=1)}
    strangers = [one for one in found if _plain(one.driver) not in entered]
    words = {**entered, **{_plain(one.driver): f"other driver {at}" for at, one in enumerate(strangers, start=1)}}
    people = {f"driver {at}": person for at, person in enumerate(kart.people, start=1)}
    driven = {words[_plain(one.driver)]: one for one in _joined(found)}
    seats = [_Seat(word, one.driven_ms, one.laps, one.stints, people.get(word)) for word, one in driven.items()]
    missing = [] if strangers else [word for word in entered.values() if word not in driven]
    return [*seats, *(_Seat(word, 0, 0, 0, people.get(word)) for word in missing)]


def _joined(drivers: Sequence[Driver]) -> list[Driver]:
    """One of each, where the feed spelled somebody in two ways."""
    own: Mapping[str, list[Driver]] = {_plain(one.driver): [] for one in drivers}
    for one in drivers:
        own[_plain(one.driver)].append(one)
    return [
        Driver(
            same[0].source_id,
            same[0].number,
            same[0].driver,
            sum(one.stints for one in same),
            sum(one.laps for one in same),
            sum(one.driven_ms for one in same),
        )
        for same in own.values()
    ]


def _evidence(seat: _Seat) -> Evidence:
    return (
        ("who", seat.word),
        ("driven", f"{seconds(seat.driven_ms)} s (computed)"),
        ("stints", str(seat.stints)),
        ("laps", str(seat.laps)),
    )


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
