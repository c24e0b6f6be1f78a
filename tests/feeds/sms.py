"""A heat told as SMS-Timing tells it: the whole state at every change, `{}` while idle; names in several scripts."""

import json
from datetime import timedelta

from tests.feeds.race import STARTED_AT, Crossing, Feed, Frame, Lap, Plan, Tally, crossings

_GREEN_MS = 3000
_NAMES = ("Driver One", "Водитель Два", "司机三", "Fahrer Vür", "سائق خمسة")


def sms(plan: Plan | None = None) -> Feed:
    """A whole heat."""
    plan = plan or Plan()
    tally, frames, laps = Tally(plan.karts), [Frame(STARTED_AT, "{}")], list[Lap]()
    frames.append(Frame(STARTED_AT + timedelta(seconds=1), _state(plan, tally, -1, phase=0)))
    finished: set[int] = set()
    for crossing in crossings(plan):
        if crossing.kart in finished:
            continue
        tally.cross(crossing)
        laps += [Lap(source_id(crossing.kart), crossing.lap, crossing.lap_ms)] if crossing.lap else []
        is_over = crossing.at_ms >= plan.duration_s * 1000
        finished |= {crossing.kart} if is_over else set()
        frames.append(_frame(plan, tally, crossing, phase=3 if is_over else 1))
    end = frames[-1].at + timedelta(seconds=5)
    order = tally.order()
    frames += [Frame(end, _state(plan, tally, plan.duration_s * 1000, phase=4)), Frame(end, "{}")]
    return Feed(tuple(frames), tuple(laps), {source_id(kart): order.index(kart) + 1 for kart in order})


def source_id(kart: int) -> str:
    return str(19_000_000 + kart)


def _frame(plan: Plan, tally: Tally, crossing: Crossing, *, phase: int) -> Frame:
    at = STARTED_AT + timedelta(milliseconds=_GREEN_MS + crossing.at_ms)
    return Frame(at, _state(plan, tally, crossing.at_ms, phase=phase))


def _state(plan: Plan, tally: Tally, now_ms: int, *, phase: int) -> str:
    left_ms = max(0, plan.duration_s * 1000 - max(now_ms, 0))
    state = {
        "T": round(STARTED_AT.timestamp()),
        "CE": int(phase == 1),
        "CS": int(phase == 1),
        "D": [_driver(tally, place, kart) for place, kart in enumerate(tally.order(), start=1)],
        "EM": 0,
        "C": left_ms,
        "N": "[HEAT] 12 - Тест",
        "E": 1,
        "R": 0,
        "L": 0,
        "S": phase,
    }
    return json.dumps(state, ensure_ascii=False, separators=(",", ":"))


def _driver(tally: Tally, place: int, kart: int) -> dict[str, object]:
    leader = tally.order()[0]
    gap_ms = tally.total_ms[kart] - tally.total_ms[leader] if tally.laps[kart] == tally.laps[leader] else 0
    return {
        "LP": 0,
        "A": tally.last_ms[kart],
        "B": tally.best_ms[kart] or 0,
        "K": str(kart + 1),
        "G": f"+{gap_ms // 1000:02}.{gap_ms % 1000:03}" if gap_ms > 0 else "",
        "D": int(source_id(kart)),
        "L": tally.laps[kart],
        "T": tally.last_ms[kart],
        "R": 5,
        "N": f"{_NAMES[kart % len(_NAMES)]} {kart + 1}",
        "P": place,
        "M": 0,
    }
