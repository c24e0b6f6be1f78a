"""How fast a recording of a day becomes an analysed race."""

import sys
import time
from functools import cache

from core.timing.analysis import analyse
from core.timing.analysis_chart import lap_chart
from core.timing.analysis_debt import StopRules, adjusted, runners, stop_loss_ms
from core.timing.recordings import RecordedFrame
from core.timing.replay import replay
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
    folds, analyses = [], []
    for _ in range(ROUNDS):
        started = time.process_time()
        session = max(replay(frames, Apex()).sessions, key=lambda one: len(one.laps))
        folded = time.process_time()
        found = analyse(session.laps, session.stops)
        order = adjusted(runners(session.laps), session.stops, StopRules(stops=30), session.laps[-1].at)
        loss_ms, chart = stop_loss_ms(session.laps, session.stops), lap_chart(session.laps)
        folds.append(folded - started)
        analyses.append(time.process_time() - folded)

    lines = sum(frame.text.count("\n") for frame in frames)
    sys.stdout.write(
        f"\n24 h, 45 karts: {lines} lines, {len(session.laps)} laps, {len(session.stops)} stops\n"
        f"fold {min(folds):.2f} s, analysis {min(analyses):.2f} s, together {min(folds) + min(analyses):.2f} s\n"
    )
    assert len(found.teams) == len(order) == 45
    assert loss_ms is not None
    assert len(chart) == len(session.laps)
