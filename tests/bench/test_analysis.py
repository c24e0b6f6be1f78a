"""How fast a recording of a day becomes an analysed race."""

import gc
import sys
import time
from functools import cache

from core.timing.analysis import analyse
from core.timing.analysis_chart import lap_chart
from core.timing.analysis_debt import StopRules, adjusted, runners, stop_loss_ms
from core.timing.recordings import RecordedFrame
from core.timing.replay import ReplayedSession, replay
from core.timing.simulate import Plan, simulate
from core.timing.sources.apex import Apex

DAY_S = 24 * 3600
ROUNDS = 3


@cache
def day() -> tuple[RecordedFrame, ...]:
    """24 hours of 45 karts."""
    return simulate(Plan(seed=3, karts=45, duration_s=DAY_S, stint_s=2700)).frames


def test_a_recording_of_a_day_is_folded_and_analysed() -> None:
    frames = day()
    gc.collect()
    gc.freeze()  # as portal and workers do: the recording itself is no garbage to look through
    folds, analyses = zip(*(_timed(frames) for _ in range(ROUNDS)), strict=True)

    session = _folded(frames)
    lines = sum(frame.text.count("\n") for frame in frames)
    sys.stdout.write(
        f"\n24 h, 45 karts: {lines} lines, {len(session.laps)} laps, {len(session.stops)} stops\n"
        f"fold {min(folds):.2f} s ({lines / min(folds):,.0f} lines/s), analysis {min(analyses):.2f} s, "
        f"together {min(folds) + min(analyses):.2f} s of one core\n"
    )


def _timed(frames: tuple[RecordedFrame, ...]) -> tuple[float, float]:
    """Seconds of processor time: other work on the machine does not count."""
    started = time.process_time()
    session = _folded(frames)
    folded = time.process_time()
    _analysed(session)
    return folded - started, time.process_time() - folded


def _folded(frames: tuple[RecordedFrame, ...]) -> ReplayedSession:
    return max(replay(frames, Apex()).sessions, key=lambda one: len(one.laps))


def _analysed(session: ReplayedSession) -> None:
    found = analyse(session.laps, session.stops)
    order = adjusted(runners(session.laps), session.stops, StopRules(stops=30), session.laps[-1].at)
    assert len(found.teams) == len(order) == 45
    assert stop_loss_ms(session.laps, session.stops) is not None
    assert len(lap_chart(session.laps)) == len(session.laps)
