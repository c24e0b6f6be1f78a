"""What a happening on the track does to the cells of the table."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random

from core.timing.simulate.driving import Happening, Kart
from core.timing.simulate.plan import PitLaps, Plan, Signals
from core.timing.simulate.server import Server, lap_text, pit_clock, stint_clock
from core.timing.simulate.standing import Standing

SECTORS = 3

_LATE_PASSING, _LATE_TIME = 0.03, 0.035
_SWAP, _SWAP_SHOWN_MS = 0.3, 20_000
_NAMED_MS = 20_000
_COLOURS = (("no1", "#FFFF00"), ("no2", "#00FF40"), ("notc16731983", "#4F4FFF"))
"""Plate colours by class; the number of the last is the same colour, blue first."""


STYLES = tuple(
    f"css|{css}|border-bottom-color:{colour} !important; color:#000000 !important;" for css, colour in _COLOURS
)
"""The style rules of a snapshot."""


@dataclass(slots=True)
class Cells:
    """The karts' cells and what it takes to fill them."""

    plan: Plan
    karts: list[Kart]
    rng: Random
    server: Server
    standing: Standing
    in_ms: dict[int, int] = field(default_factory=dict)
    """Since when karts are in the pits."""
    driver: dict[int, int] = field(default_factory=dict)
    out_ms: dict[int, int] = field(default_factory=dict)
    stops: dict[int, int] = field(default_factory=dict)
    swap_ms: dict[int, int] = field(default_factory=dict)
    """When somebody types the number of the kart a team has changed to."""
    own_best: dict[int, int] = field(default_factory=dict)
    recent: dict[int, list[int]] = field(default_factory=dict)
    best_sectors: dict[int, int] = field(default_factory=dict)

    def line_up(self) -> None:
        """The table before the start."""
        for place, kart in enumerate(self.karts):
            self.server.show(place, "no", _COLOURS[place % 2][0], kart.number)
            self.server.show(place, "dr", "dr", kart.team)
            self.server.show(place, "category", "in", "A" if place % 3 else "B")
            self.out_ms[place] = self.plan.green_s * 1000
        self.server.lines.clear()

    @staticmethod
    def styles() -> list[str]:
        return [
            f"css|{name}|border-bottom-color:{colour} !important; color:#000000 !important;"
            for name, colour in _COLOURS
        ]

    def driver_of(self, place: int, *, is_next: bool = False) -> str:
        drivers = self.karts[place].drivers
        return drivers[(self.driver.get(place, 0) + is_next) % len(drivers)]

    def start(self, happening: Happening) -> None:
        self.standing.start(happening.kart, happening.at_ms)
        self.server.tell(happening.kart, "*", "|")

    def read_twice(self, happening: Happening) -> None:
        self.server.tell(happening.kart, "*", self._prediction(happening.kart))

    def lap(self, happening: Happening, *, may_be_late: bool) -> None:
        """Cells, then the passing; now and then one of the two a frame later."""
        place, chance = happening.kart, self.rng.random() if may_be_late else 1.0
        tell_passing = partial(self.server.tell, place, "*", "|" if happening.is_last else self._predict(happening))
        tell_time = partial(self._show_time, happening)
        self._show_status(place, is_last=happening.is_last)
        moved = self._show_positions()
        if chance < _LATE_PASSING:
            tell_time()
            self.server.later(tell_passing)
        elif chance < _LATE_TIME:
            tell_passing()
            self.server.later(tell_time)
        else:
            tell_time()
            tell_passing()
        for other, position in moved:
            self.server.tell(other, "#", str(position))

    def sector(self, happening: Happening) -> None:
        """The first one of a lap clears the others of the lap before."""
        place, count = happening.kart, len(happening.sectors_ms)
        self._show_sector(place, count, happening.sectors_ms[-1])
        for later in range(count + 1, SECTORS + 1) if count == 1 else ():
            self.server.show(place, f"s{later}", "", "")
        self.server.tell(place, f"*i{count}", "")

    def come_in(self, happening: Happening) -> None:
        place, signals = happening.kart, self.plan.signals
        self.in_ms[place] = happening.at_ms
        self.stops[place] = self.stops.get(place, 0) + 1
        if signals in {Signals.ALL, Signals.ICONS}:
            self.server.show(place, "sta", "si", "")
        if signals in {Signals.ALL, Signals.CLOCK}:
            self.server.show(place, "otr", "to", pit_clock(0))
        if signals is Signals.ALL:
            self.server.show(place, "pit", "in", str(self.stops[place]))
        if signals in {Signals.ALL, Signals.IN}:
            self.server.tell(place, "*in", "0")

    def go_out(self, happening: Happening) -> None:
        place, signals = happening.kart, self.plan.signals
        del self.in_ms[place]
        self.out_ms[place] = happening.at_ms
        self.driver[place] = self.driver.get(place, 0) + 1
        if signals in {Signals.ALL, Signals.ICONS}:
            self.server.show(place, "sta", "so", "")
        if self.plan.pit_laps is PitLaps.ARE_STOPS:
            self._show_time(happening)
        if signals in {Signals.ALL, Signals.OUT}:
            self.server.tell(place, "*out", "0")
        if self.rng.random() < _SWAP:
            self.swap_ms[place] = happening.at_ms + _SWAP_SHOWN_MS

    def tick(self, now_ms: int) -> None:
        """What shows time going by: every second the pit clocks, every minute the stints."""
        if self.plan.signals in {Signals.ALL, Signals.CLOCK}:
            for place, in_ms in self.in_ms.items():
                self.server.show(place, "otr", "to", pit_clock(now_ms - in_ms + 500))
        self._swap_karts(now_ms)
        if now_ms % 60_000 == 0:
            self._show_stints(now_ms)
        if now_ms % 10_000 == 0:
            self._flip_names(now_ms)

    def _swap_karts(self, now_ms: int) -> None:
        for place in [place for place, due_ms in self.swap_ms.items() if due_ms <= now_ms]:
            del self.swap_ms[place]
            self._swap_kart(place)

    def _show_stints(self, now_ms: int) -> None:
        for place in range(len(self.karts)):
            if place not in self.in_ms and now_ms > self.out_ms[place]:
                stint = timedelta(milliseconds=now_ms - self.out_ms[place])
                self.server.show(place, "otr", "in", stint_clock(stint))

    def _flip_names(self, now_ms: int) -> None:
        """Team and driver take turns in one cell."""
        for place, kart in enumerate(self.karts):
            if (now_ms // 10_000 + place) % 2:
                self.server.show(place, "dr", "dr", kart.team)
            else:
                stint = stint_clock(timedelta(milliseconds=max(0, now_ms - self.out_ms[place])))
                self.server.show(place, "dr", "drteam", f"{self._named(place, now_ms)} [{stint}]")

    def _named(self, place: int, now_ms: int) -> str:
        """During a stop somebody types who drives next."""
        return self.driver_of(place, is_next=now_ms - self.in_ms.get(place, now_ms) >= _NAMED_MS)

    def _swap_kart(self, place: int) -> None:
        kart = self.karts[place]
        kart.number = str(int(kart.number) % 100 + 100 * self.rng.randint(0, 3))
        self.server.show(place, "no", self.rng.choice(_COLOURS)[0], kart.number)

    def _show_sector(self, place: int, sector: int, ms: int) -> None:
        """The best of all so far loses its purple to a better one, as lap times do."""
        column, is_best = f"s{sector}", ms < self.best_sectors.get(sector, ms + 1)
        if is_best:
            self.best_sectors[sector] = ms
            self._fade_others(place, column)
        self.server.show(place, column, "tb" if is_best else "tn", lap_text(ms))

    def _show_time(self, happening: Happening) -> None:
        place, ms = happening.kart, happening.lap_ms
        if happening.sectors_ms:
            self._show_sector(place, SECTORS, happening.sectors_ms[-1])
        rank = self._rank(place, ms) if place not in self.in_ms and happening.lap_ms else "tn"
        if rank == "tb":
            self._fade_others(place, "llp")
        self.server.show(place, "llp", rank, lap_text(ms))
        if rank != "tn":
            self.server.show(place, "blp", "in", lap_text(ms))
        self.server.show(place, "tlp", "in", str(self.standing.laps[place]))
        self._show_gap(place)

    def _rank(self, place: int, ms: int) -> str:
        overall, own = min(self.own_best.values(), default=ms + 1), self.own_best.get(place, ms + 1)
        self.own_best[place] = min(own, ms)
        return "tb" if ms < overall else "ti" if ms < own else "tn"

    def _fade_others(self, place: int, column: str) -> None:
        """The time that was the best so far loses its purple: the same one in another colour is nothing new."""
        for other in range(len(self.karts)):
            css, text = self.server.shown(other, column)
            if other != place and css == "tb":
                self.server.show(other, column, "ti", text)

    def _show_gap(self, place: int) -> None:
        order = self.standing.order()
        position = order.index(place)
        self.server.show(place, "gap", "ib", self.standing.gap(order, position))
        self.server.show(place, "int", "in", self.standing.interval(order, position))
        for other, gap in self.standing.lapped(order) if position == 0 else ():
            self.server.show(other, "gap", "ib", gap)

    def _show_status(self, place: int, *, is_last: bool) -> None:
        self.server.show(place, "sta", "sf" if is_last else self.rng.choice(("sr", "su", "sd")), "")

    def _show_positions(self) -> list[tuple[int, int]]:
        """The position column; karts that moved, with their new position."""
        moved = []
        for position, place in enumerate(self.standing.order(), start=1):
            if self.server.shown(place, "rk") != ("", str(position)):
                self.server.show(place, "rk", "", str(position))
                moved.append((place, position))
        return moved

    def _predict(self, happening: Happening) -> str:
        recent = self.recent.setdefault(happening.kart, [])
        recent.append(happening.lap_ms)
        del recent[:-4]
        return self._prediction(happening.kart)

    def _prediction(self, place: int) -> str:
        """How long the next lap will probably take: a mean, capped by the last lap. It is no lap time."""
        recent = self.recent.get(place)
        return f"{min(recent[-1], sum(recent) // len(recent))}|" if recent else "|"
