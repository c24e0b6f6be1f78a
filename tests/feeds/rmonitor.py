"""A race told as an RMonitor box tells it: a heartbeat a second, `$J $G $H` a passing, refreshes in between.

With everything that makes real boxes hard: the standing may come before its passing, a light barrier corrects a lap by
some milliseconds, a refresh sends empty rows before the true ones, a lone `$I` with noughts, passings after the flag
that do not count, quoted commas, text that ends inside its quotes.
"""

from datetime import timedelta
from random import Random

from tests.feeds.race import STARTED_AT, Crossing, Feed, Frame, Lap, Plan, Tally, crossings

NUMBERS = ("7", "12", "23", "31", "44", "58", "66", "71", "80", "99", "101", "112", "145", "177", "188", "201")
_GREEN_MS = 5000
_AFTER_MS = 60_000


def rmonitor(plan: Plan | None = None, *, is_relayed: bool = False) -> Feed:
    """A whole race; `is_relayed` adds Race Monitor's own records."""
    telling = _Telling(plan or Plan(), is_relayed=is_relayed)
    return telling.run()


class _Telling:
    def __init__(self, plan: Plan, *, is_relayed: bool) -> None:
        self._plan = plan
        self._is_relayed = is_relayed
        self._rng = Random(plan.seed)  # noqa: S311 - a race is invented, not guarded
        self._tally = Tally(plan.karts)
        self._place = [0] * plan.karts
        self._frames: list[Frame] = []
        self._laps: list[Lap] = []
        self._finished: set[int] = set()

    def run(self) -> Feed:
        pending = list(reversed(crossings(self._plan)))
        for second in range((_GREEN_MS + self._plan.duration_s * 1000 + _AFTER_MS) // 1000):
            now_ms = second * 1000 - _GREEN_MS
            while pending and pending[-1].at_ms <= now_ms:
                self._pass(pending.pop())
            self._beat(second, now_ms)
        order = self._tally.order()
        return Feed(tuple(self._frames), tuple(self._laps), {number(kart): order.index(kart) + 1 for kart in order})

    def _beat(self, second: int, now_ms: int) -> None:
        if second in {1, 70, 150}:
            self._say(now_ms, self._refresh(has_reset=second != 1))
        if second == 40:
            self._say(now_ms, ['$I, "00:00:00", "0/0/0000"'])
        left_ms = self._plan.duration_s * 1000 - max(now_ms, 0)
        word = "      " if now_ms < 0 else "Green " if left_ms > 0 else "Finish"
        clock = f"{STARTED_AT + timedelta(seconds=second):%H:%M:%S}"
        race = short(max(now_ms, 0))
        self._say(now_ms, [f'$F,9999,"{short(max(left_ms, 0))}","{clock}","{race}","{word}"'])

    def _pass(self, crossing: Crossing) -> None:
        kart, name = crossing.kart, number(crossing.kart)
        if kart in self._finished:
            return
        self._tally.cross(crossing)
        if crossing.lap:
            self._laps.append(Lap(name, crossing.lap, crossing.lap_ms))
        if crossing.at_ms >= self._plan.duration_s * 1000:
            self._finished.add(kart)
        passing = f'$J,"{name}","{long(crossing.lap_ms)}","{long(crossing.at_ms)}"'
        told = [passing, *self._standings(kart)]
        twist = self._rng.random() if crossing.lap > 1 else 1.0
        if twist < 0.05:
            told = [*told[1:], passing]
        elif twist < 0.1:
            early = crossing._replace(lap_ms=crossing.lap_ms + 3, at_ms=crossing.at_ms + 3)
            told = [
                f'$J,"{name}","{long(early.lap_ms)}","{long(early.at_ms)}"',
                self._standing(kart, early.at_ms),
                *told,
            ]
        told.append(self._best(kart))
        if self._is_relayed and crossing.lap:
            told += self._relayed(crossing)
        self._say(crossing.at_ms, told)
        if kart in self._finished:
            cool_ms = crossing.at_ms + self._plan.lap_ms
            again = f'$J,"{name}","{long(self._plan.lap_ms)}","{long(crossing.at_ms)}"'
            self._say(min(cool_ms, self._plan.duration_s * 1000 + _AFTER_MS - 2000), [again, self._standing(kart)])

    def _relayed(self, crossing: Crossing) -> list[str]:
        name, place = number(crossing.kart), self._place[crossing.kart]
        epoch_ms = round(STARTED_AT.timestamp() * 1000) + _GREEN_MS + crossing.at_ms
        lap_time, total = long(crossing.lap_ms), long(crossing.at_ms)
        return [
            f'$RMLT,"{name}",{epoch_ms}',
            f'$RMHL,"{name}","{crossing.lap}","{place}","{lap_time}","Green ","{total}"',
        ]

    def _standings(self, moved: int) -> list[str]:
        """The rows whose position or total changed."""
        rows = []
        for place, kart in enumerate(self._tally.order(), start=1):
            if place != self._place[kart] or kart == moved:
                self._place[kart] = place
                rows.append(self._standing(kart))
        return rows

    def _standing(self, kart: int, total_ms: int | None = None) -> str:
        laps = self._tally.laps[kart] or ""
        total = long(self._tally.total_ms[kart] if total_ms is None else total_ms)
        return f'$G,{self._place[kart]},"{number(kart)}",{laps},"{total}"'

    def _best(self, kart: int) -> str:
        best = sorted(range(self._plan.karts), key=lambda other: self._tally.best_ms[other] or 10**9)
        ms = self._tally.best_ms[kart]
        time = "00:59:59.999" if ms is None else long(ms)
        return f'$H,{best.index(kart) + 1},"{number(kart)}",{self._tally.best_lap[kart]},"{time}"'

    def _refresh(self, *, has_reset: bool) -> list[str]:
        karts = range(self._plan.karts)
        for place, kart in enumerate(self._tally.order(), start=1):
            self._place[kart] = place
        lines = ['$I, "00:00:00", "0/0/0000"'] if has_reset else []
        lines += ["$RMCA,1777716000000", '$RMS,"race"', "$RMDTL"] if self._is_relayed else []
        lines += [f'$A,"{number(kart)}","{number(kart)}",{5000 + kart},"Team {number(kart)}","","",1' for kart in karts]
        lines += [
            f'$COMP,"{number(kart)}","{number(kart)}",1,"Team {number(kart)}","","","Car (Red, No. {kart})"'
            for kart in karts
        ]
        lines += ['$B,7,"Test race, 5 minutes"', '$C,1,"Class One"', '$E,"TRACKNAME","Test circuit"']
        lines += [f'$G,{kart + 1},"{number(kart)}",,"00:00:00.000"' for kart in karts]
        lines += [self._standing(kart) for kart in karts if self._tally.total_ms[kart]]
        return lines + [self._best(kart) for kart in karts]

    def _say(self, at_ms: int, lines: list[str]) -> None:
        at = STARTED_AT + timedelta(milliseconds=_GREEN_MS + at_ms)
        self._frames.append(Frame(at, "\r\n".join(lines) + "\r\n"))


def number(kart: int) -> str:
    return NUMBERS[kart % len(NUMBERS)] + "B" * (kart // len(NUMBERS))


def short(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}"


def long(ms: int) -> str:
    return f"{short(ms)}.{ms % 1000:03}"
