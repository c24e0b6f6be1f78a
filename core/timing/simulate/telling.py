"""How a race is told and recorded: frame by frame, with interruptions, and with the truth about what was told."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from core.timing.model import Lap, Stop
from core.timing.recordings import RecordedFrame
from core.timing.simulate.cells import STYLES, Cells
from core.timing.simulate.driving import Happening, Kart, What
from core.timing.simulate.plan import Plan, Signals
from core.timing.simulate.server import Server
from core.timing.simulate.standing import Standing

_STEP_MS = 200
_KEEP_ALIVE_MS = 60_100
_COLD_MS = 90_000
"""How long after the flag the recording goes on."""

_JUNK = "GET / HTTP/1.1\nHost: 192.0.2.1:8310\nUser-Agent: scanner\n"
_NO_LIVE = "init|n|\nbest|hide|\ntrack||\n"


class Telling:
    """The server and its recorder; `run` once, then look at what was told."""

    def __init__(self, plan: Plan, karts: list[Kart], rng: Random) -> None:
        self.laps: list[Lap] = []
        self.stops: list[Stop] = []
        self.official_laps: list[Lap] = []
        self.official_stops: list[Stop] = []
        self.driven_ms: Counter[tuple[str, str]] = Counter()
        self.half_told_stops = 0
        self.junk = 0
        self.grids = 0
        self._plan = plan
        self._karts = karts
        self._standing = Standing(len(karts))
        self._server = Server(karts, columns_of(plan))
        self._cells = Cells(plan, karts, rng, self._server, self._standing)
        if plan.late_entry_s is not None:
            self._server.absent.add(len(karts) - 1)
        self._is_linked = True
        self._cut_ms = self._slept_ms = 0
        self._missed: dict[int, Lap] = {}
        self._seen: dict[int, str] = {}
        self._in_at: dict[int, datetime | None] = {}
        self._out_ms: dict[int, int] = {}
        self._light, self._clock, self._comments = "lr", "text|00:25:00", ""
        self._schedule = self._scheduled()
        self._breaks = [at_ms for at_ms, action in self._schedule if action in self._breaking()]

    def _breaking(self) -> set[Callable[[int], None]]:
        return {self._unlink, self._link, self._hide, self._wake}

    def run(self, happenings: list[Happening]) -> Iterator[RecordedFrame]:
        self._cells.line_up()
        told_ms, pending = 0, list(reversed(happenings))
        for now_ms in range(_STEP_MS, self._plan.chequered_s * 1000 + _COLD_MS, _STEP_MS):
            while self._schedule and self._schedule[0][0] <= now_ms:
                self._schedule.pop(0)[1](now_ms)
            while pending and pending[-1].at_ms <= now_ms:
                self._tell(pending.pop(), now_ms)
            if now_ms % 1000 == 0:
                self._tick(now_ms)
            frame = self._server.flush() or ("\n" if now_ms - told_ms >= _KEEP_ALIVE_MS else "")
            if frame and self._is_linked:
                told_ms = now_ms
                yield RecordedFrame(self._at(now_ms), frame)

    def _tell(self, happening: Happening, now_ms: int) -> None:
        place = happening.kart
        match happening.what:
            case What.START:
                self._out_ms[place] = happening.at_ms
                self._cells.start(happening)
            case What.READ_TWICE:
                self._cells.read_twice(happening)
            case What.LAP:
                if happening.is_last:
                    self._note_driven(happening)
                self._note_lap(happening)
                calm = all(abs(now_ms - at_ms) > 3000 for at_ms in self._breaks)
                self._cells.lap(happening, may_be_late=calm)
            case What.SECTOR:
                self._cells.sector(happening)
            case What.PIT_IN:
                self._in_at[place] = self._at(happening.at_ms) if self._is_linked else None
                self._note_driven(happening)
                self._cells.come_in(happening)
            case What.PIT_OUT:
                self._note_stop(happening)
                self._out_ms[place] = happening.at_ms
                self._cells.go_out(happening)

    def _note_driven(self, happening: Happening) -> None:
        """A driver's time runs from the way out of the pits to the next way in."""
        place = happening.kart
        driver = self._karts[place].source_id, self._cells.driver_of(place)
        self.driven_ms[driver] += happening.at_ms - self._out_ms[place]

    def _note_lap(self, happening: Happening) -> None:
        place, kart = happening.kart, self._karts[happening.kart]
        number = self._standing.complete(place, happening.at_ms)
        at = self._at(happening.at_ms)
        lap = Lap(
            kart.source_id,
            kart.number,
            number,
            happening.lap_ms,
            happening.kind,
            at,
            self._cells.driver_of(place, is_next=happening.what is What.PIT_OUT),
            sectors_ms=happening.sectors_ms,
        )
        self.official_laps.append(lap)
        if self._is_linked:
            self.laps.append(lap)
        else:
            self._missed[place] = lap

    def _note_stop(self, happening: Happening) -> None:
        place, in_at = happening.kart, self._in_at.pop(happening.kart)
        self._note_official_stop(happening)
        if happening.lap_ms:
            self._note_lap(happening)
        if in_at is None or not self._is_linked:
            self.half_told_stops += 1
            return
        out_at = self._at(happening.at_ms)
        duration_ms = round((out_at - in_at) / timedelta(milliseconds=1))
        self.stops.append(Stop(self._karts[place].source_id, in_at, out_at, duration_ms))

    def _note_official_stop(self, happening: Happening) -> None:
        in_ms = self._cells.in_ms[happening.kart]
        in_at, out_at = self._at(in_ms), self._at(happening.at_ms)
        laps, source_id = self._standing.laps[happening.kart], self._karts[happening.kart].source_id
        self.official_stops.append(Stop(source_id, in_at, out_at, happening.at_ms - in_ms, laps))

    def _tick(self, now_ms: int) -> None:
        self._cells.tick(now_ms)
        left_ms = self._plan.chequered_s * 1000 - now_ms
        if now_ms % 30_000 == 0 and 0 < left_ms <= self._plan.duration_s * 1000:
            self._say_clock(f"countdown|{left_ms}")

    def _scheduled(self) -> list[tuple[int, Callable[[int], None]]]:
        """Everything that happens at its hour, in order; the shares are of the race's duration."""
        start, length = self._plan.green_s * 1000, self._plan.duration_s * 1000
        share = {0.2: self._scan, 0.25: self._penalise, 0.3: self._slow, 0.32: self._go, 0.35: self._send_again}
        share |= {0.45: self._scan, 0.55: self._change_layout, 0.6: self._penalise, 0.7: self._hide, 0.9: self._scan}
        actions = [(_STEP_MS, self._link), (start, self._start), (start + length, self._finish)]
        actions += [(round(start + length * part), action) for part, action in share.items()]
        actions.append((round(start + length * 0.7) + 4000, self._link))
        if self._plan.hole is not None:
            actions += [(self._plan.hole[0] * 1000, self._unlink), (self._plan.hole[1] * 1000, self._link)]
        for away in self._plan.away:
            actions += [(away.since_s * 1000, self._unlink)]
            actions += [(away.until_s * 1000, self._wake if away.slept else self._link)]
        if self._plan.late_entry_s is not None:
            actions += [(self._plan.late_entry_s * 1000, self._enter)]
        return sorted(actions, key=lambda action: action[0])

    def _link(self, now_ms: int) -> None:
        """A connection: the whole state, and of what was missed the last laps that stand in the table."""
        self._server.flush()
        self._server.flush()
        self._is_linked = True
        self._server.lines += self._snapshot()
        for place, lap in sorted(self._missed.items()):
            if self._seen.get(place) != self._server.shown(place, "llp")[1]:
                self.laps.append(replace(lap, at=self._at(now_ms)))
        self._missed.clear()

    def _wake(self, now_ms: int) -> None:
        """The recorder's clock stood still while it slept."""
        self._slept_ms += now_ms - self._cut_ms - _STEP_MS
        self._link(now_ms)

    def _enter(self, now_ms: int) -> None:
        """The operator adds a row."""
        self._server.absent.clear()
        self._send_again(now_ms)

    def _unlink(self, now_ms: int) -> None:
        self._is_linked = False
        self._cut_ms = now_ms
        self._seen = {place: self._server.shown(place, "llp")[1] for place in range(len(self._karts))}

    def _hide(self, now_ms: int) -> None:
        """The venue takes its page off for a moment."""
        self._server.say(_NO_LIVE.rstrip("\n"))
        self._server.later(lambda: self._unlink(now_ms))

    def _send_again(self, _now_ms: int) -> None:
        self._server.lines += self._snapshot()

    def _change_layout(self, now_ms: int) -> None:
        """The operator takes one column away and brings another."""
        columns = [column for column in self._server.columns if column != "int"]
        self._server.columns = (*columns[:4], "category", *columns[4:])
        self._send_again(now_ms)

    def _scan(self, _now_ms: int) -> None:
        self._server.lines += _JUNK.rstrip("\n").split("\n")
        self.junk += self._is_linked * _JUNK.count("\n")

    def _start(self, _now_ms: int) -> None:
        self._say_light("lg")
        self._say_clock(f"countdown|{self._plan.duration_s * 1000}")
        self._comment("green", "Start")

    def _finish(self, _now_ms: int) -> None:
        self._say_light("lf")
        self._say_clock("text|")
        self._comment("chequered", "Finish")

    def _slow(self, _now_ms: int) -> None:
        self._say_light("ly")

    def _go(self, _now_ms: int) -> None:
        self._say_light("lg")

    def _penalise(self, now_ms: int) -> None:
        place = now_ms // _STEP_MS % len(self._karts)
        self._server.show(place, "penalty", "pena1", "1 Lap")
        self._comment("penalty", "1 Lap", self._karts[place].number)

    def _comment(self, flag: str, text: str, number: str | None = None) -> None:
        """The whole list is sent again, newest first."""
        plate = f'<span class="com_no no1">{number}</span>' if number else ""
        clock = f"{self._plan.started_at:%H:%M}"
        self._comments = f'<p><b>{clock}</b><span data-flag="{flag}"></span>{plate}{text}</p>{self._comments}'
        self._server.say(f"com||{self._comments}")

    def _say_light(self, light: str) -> None:
        self._light = light
        self._server.say(f"light|{light}|")

    def _say_clock(self, clock: str) -> None:
        self._clock = clock
        self._server.say(f"dyn1|{clock}")

    def _snapshot(self) -> list[str]:
        self.grids += self._is_linked
        return [
            "init|r|",
            "best|hide|",
            *STYLES,
            f"title1||{self._plan.title}",
            "title2||Race",
            f"dyn1|{self._clock}",
            f"light|{self._light}|",
            "track||Test circuit (1100m)",
            f"com||{self._comments}",
            self._server.grid(self._standing.order()),
            "msg||",
        ]

    def _at(self, ms: int) -> datetime:
        return self._plan.started_at + timedelta(milliseconds=ms - self._slept_ms)


def columns_of(plan: Plan) -> tuple[str, ...]:
    """The table of a venue with the plan's signals."""
    columns = ["sta", "rk", "no", "dr", "llp", "blp", "gap", "int"]
    columns += ["s1", "s2", "s3"] if plan.times_sectors else []
    columns += ["tlp"] if plan.counts_laps else []
    columns += ["otr"] if plan.signals in {Signals.ALL, Signals.CLOCK} else []
    columns += ["pit"] if plan.signals is Signals.ALL else []
    return (*columns, "penalty")
