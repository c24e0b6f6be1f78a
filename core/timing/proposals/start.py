"""Jump starts, where the feed tells: a car that crossed the line before the green flag.

A crossing of the line before the flag is an offence only where the race starts in front of the line, from a standstill:
the ruleset says so by `limits: jump_start_s`, how long before the green flag a crossing is the start and not a lap of
formation. Without it, or without a flag in the feed, nothing is said.

A feed's flag is no clock of the start: in 18 recorded races with a rolling start and a green light the first car passed
0.7 s before to 0.4 s after it, and in three the light came after the whole field. So what lies within a second is not
told, nor is anything when most of those who have started were early: then the flag was late.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.timing.proposals.model import Kart, Proposal
from core.timing.proposals.scene import Scene, moment, seconds

_MILLISECOND = timedelta(milliseconds=1)
WINDOW_S = "jump_start_s"
EXACT_MS = 1_000
"""So exactly feeds tell the moment of the flag."""


def jump_starts(scene: Scene) -> Iterator[Proposal]:
    """Cars whose first passing came before the green flag, within the ruleset's window; the value says how much."""
    window_s = scene.bands.limit(WINDOW_S)
    if window_s is None or scene.green_at is None:
        return
    for code in scene.bands.codes("jump_start"):
        yield from _of_code(scene, code, int(window_s * 1000), scene.green_at)


def _of_code(scene: Scene, code: str, window_ms: int, green_at: datetime) -> Iterator[Proposal]:
    passed = [(kart, at) for kart in scene.karts.values() if (at := _first_passing(scene, kart)) is not None]
    early = [(kart, at, ms) for kart, at in passed if (ms := (green_at - at) // _MILLISECOND) > EXACT_MS]
    if len(early) * 2 > len(passed) > 1:
        return
    for kart, crossed_at, early_ms in early:
        if early_ms <= window_ms and _is_wrong(scene, code, kart, early_ms):
            value = seconds(early_ms)
            yield Proposal(
                kind="jump_start",
                subject=kart.source_id,
                kart=kart.number,
                at=crossed_at,
                text=f"Crossed the line {value} s before the green flag.",
                evidence=(("crossed", moment(crossed_at)), ("green flag", moment(green_at))),
                code=code,
                value=value,
            )


def _first_passing(scene: Scene, kart: Kart) -> datetime | None:
    """As the board has it until the first lap is completed, as the laps tell afterwards."""
    first = next((lap for lap in scene.driven(kart.source_id) if lap.lap == 1), None)
    if first is not None:
        return None if first.lap_ms is None else first.at - timedelta(milliseconds=first.lap_ms)
    cars = scene.board.cars if scene.board else ()
    return next((car.crossed_at for car in cars if car.source_id == kart.source_id and not car.laps), None)


def _is_wrong(scene: Scene, code: str, kart: Kart, early_ms: int) -> bool:
    return scene.bands.punish(code, kart, seconds(early_ms)) or not scene.bands.is_measured(code, kart)
