"""Jump starts, where the feed tells: a car that crossed the line before the green flag.

A crossing of the line before the flag is an offence only where the race starts in front of the line, from a standstill:
the ruleset says so by `limits: jump_start_s`, how long before the green flag a crossing is the start and not a lap of
formation. Without it, or without a flag in the feed, nothing is said.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.timing.proposals.model import Kart, Proposal
from core.timing.proposals.scene import Scene, moment, seconds

WINDOW_S = "jump_start_s"


def jump_starts(scene: Scene) -> Iterator[Proposal]:
    """Cars whose first passing came before the green flag, within the ruleset's window; the value says how much."""
    window_s = scene.bands.limit(WINDOW_S)
    if window_s is None or scene.green_at is None:
        return
    for code, kart in scene.each("jump_start"):
        crossed_at = _first_passing(scene, kart)
        early_ms = 0 if crossed_at is None else (scene.green_at - crossed_at) // timedelta(milliseconds=1)
        if crossed_at is not None and 0 < early_ms <= window_s * 1000 and _is_wrong(scene, code, kart, early_ms):
            value = seconds(early_ms)
            yield Proposal(
                kind="jump_start",
                subject=kart.source_id,
                kart=kart.number,
                at=crossed_at,
                text=f"Crossed the line {value} s before the green flag.",
                evidence=(("crossed", moment(crossed_at)), ("green flag", moment(scene.green_at))),
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
