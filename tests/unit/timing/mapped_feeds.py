"""A race told in the manner of feeds that nobody knows: a dozen shapes, with the truth beside them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random


@dataclass
class Kart:
    """One kart and what a timing system knows of it."""

    number: int
    name: str
    transponder: int
    laps: list[int] = field(default_factory=list)
    """Times in ms."""

    @property
    def total_ms(self) -> int:
        return sum(self.laps)


@dataclass(frozen=True)
class Race:
    """Passings in their order: the karts' state after each, leader first, and who passed."""

    states: list[tuple[list[Kart], Kart]]

    def laps(self) -> dict[str, list[int]]:
        """The truth, by number."""
        return {str(kart.number): kart.laps for kart in self.states[-1][0]}


def race(seed: int, karts: int = 5, laps: int = 6) -> Race:
    dice = Random(seed)  # noqa: S311 - a race, no secret
    numbers = dice.sample(range(1, 99), karts)
    field_ = [Kart(number, f"Driver {chr(65 + place)}", 4_000_000 + 7 * number) for place, number in enumerate(numbers)]
    states = [(_copy(field_), field_[0])]
    while min(len(kart.laps) for kart in field_) < laps:
        kart = min(field_, key=lambda one: (one.total_ms + _pace(one), one.number))
        kart.laps.append(_pace(kart) + dice.randrange(-900, 900))
        states.append((_copy(field_), kart))
    return Race(states)


def _pace(kart: Kart) -> int:
    return 61_000 + 37 * kart.number


def _copy(karts: list[Kart]) -> list[Kart]:
    ordered = sorted(karts, key=lambda one: (-len(one.laps), one.total_ms, one.number))
    return [Kart(one.number, one.name, one.transponder, list(one.laps)) for one in ordered]


def clock(ms: int) -> str:
    return f"{ms // 60_000}:{ms % 60_000 / 1000:06.3f}"


def _row(place: int, kart: Kart, leader: Kart) -> dict[str, object]:
    return {
        "pos": place,
        "kart": str(kart.number),
        "name": kart.name,
        "laps": len(kart.laps),
        "lastLap": kart.laps[-1] if kart.laps else 0,
        "bestLap": min(kart.laps, default=0),
        "gap": max(0, kart.total_ms - leader.total_ms) if len(kart.laps) == len(leader.laps) else 0,
    }


def _rows(karts: list[Kart]) -> list[dict[str, object]]:
    return [_row(place, kart, karts[0]) for place, kart in enumerate(karts, start=1)]


def json_list(karts: list[Kart], _passed: Kart) -> str:
    return json.dumps(_rows(karts))


def json_nested(karts: list[Kart], _passed: Kart) -> str:
    rows = [{"competitorId": kart.transponder, "driver": {"name": kart.name}, "number": kart.number,
             "position": place, "timing": {"lapCount": len(kart.laps), "last_ms": kart.laps[-1] if kart.laps else None}}
            for place, kart in enumerate(karts, 1)]  # fmt: skip
    session = {"name": "Heat 7", "flag": "GREEN", "timeRemaining": "12:34"}
    return json.dumps({"type": "update", "session": session, "data": {"standings": rows, "count": len(rows)}})


def json_by_key(karts: list[Kart], _passed: Kart) -> str:
    rows = {str(kart.transponder): {"no": kart.number, "rank": place, "tours": len(kart.laps),
                                    "dernier": clock(kart.laps[-1]) if kart.laps else "-"}
            for place, kart in enumerate(karts, 1)}  # fmt: skip
    return json.dumps({"cars": rows, "flag": "green"})


def json_arrays(karts: list[Kart], _passed: Kart) -> str:
    rows = [[place, kart.number, kart.name, len(kart.laps), clock(kart.laps[-1]) if kart.laps else ""]
            for place, kart in enumerate(karts, 1)]  # fmt: skip
    return json.dumps({"rows": rows})


def json_passing(karts: list[Kart], passed: Kart) -> str:
    now = next(kart for kart in karts if kart.number == passed.number)
    return json.dumps({"transponder": now.transponder, "kartNumber": now.number, "driverName": now.name,
                       "lapNumber": len(now.laps), "lapTime": (now.laps[-1] if now.laps else 0) / 1000})  # fmt: skip


def json_wrapped(karts: list[Kart], _passed: Kart) -> str:
    inner = json.dumps({"Competitors": [{"Kart": kart.number, "Lap": len(kart.laps), "LastLapTime": kart.laps[-1] * 1000
                                         if kart.laps else 0} for kart in karts]})  # fmt: skip
    return json.dumps({"e": "tick", "payload": inner})


def csv_headed(karts: list[Kart], _passed: Kart) -> str:
    lines = ["Pos,Nr,Driver,Laps,Last Lap,Best Lap"]
    for place, kart in enumerate(karts, 1):
        last, best = (clock(kart.laps[-1]), clock(min(kart.laps))) if kart.laps else ("", "")
        lines.append(f'{place},{kart.number},"{kart.name}",{len(kart.laps)},{last},{best}')
    return "\r\n".join(lines) + "\r\n"


def semicolons(karts: list[Kart], _passed: Kart) -> str:
    return "".join(
        f"{place};{kart.number};{kart.name};{len(kart.laps)};{clock(kart.laps[-1]) if kart.laps else ''}\n"
        for place, kart in enumerate(karts, 1)
    )


def tabs_by_row(karts: list[Kart], passed: Kart) -> str:
    now = next(kart for kart in karts if kart.number == passed.number)
    return f"{now.number}\t{now.name}\t{len(now.laps)}\t{(now.laps[-1] if now.laps else 0) / 1000:.3f}\n"


def bars_headed(karts: list[Kart], _passed: Kart) -> str:
    lines = ["Clt|Kart|Pilote|Tours|Dernier T."]
    lines += [f"{place}|{kart.number}|{kart.name}|{len(kart.laps)}|{clock(kart.laps[-1]) if kart.laps else ''}"
              for place, kart in enumerate(karts, 1)]  # fmt: skip
    return "\n".join(lines)


def pairs(karts: list[Kart], _passed: Kart) -> str:
    return "".join(
        f"no={kart.number};pos={place};laps={len(kart.laps)};last={(kart.laps[-1] if kart.laps else 0) / 1000:.3f}\n"
        for place, kart in enumerate(karts, 1)
    )


def pairs_by_row(karts: list[Kart], passed: Kart) -> str:
    now = next(kart for kart in karts if kart.number == passed.number)
    return f"kart:{now.number} lap:{len(now.laps)} laptime:{now.laps[-1] if now.laps else 0}"


def no_counter(karts: list[Kart], _passed: Kart) -> str:
    return json.dumps([{"kart": kart.number, "last": clock(kart.laps[-1]) if kart.laps else ""} for kart in karts])


_WRITERS: tuple[Callable[[list[Kart], Kart], str], ...] = (
    *(json_list, json_nested, json_by_key, json_arrays, json_passing, json_wrapped),
    *(csv_headed, semicolons, tabs_by_row, bars_headed, pairs, pairs_by_row, no_counter),
)

SHAPES = {write.__name__: write for write in _WRITERS}


def messages(told: Race, shape: str) -> Iterator[str]:
    return (SHAPES[shape](karts, passed) for karts, passed in told.states)
