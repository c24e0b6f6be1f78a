"""A venue's server and its recorder: cells told when they change, in frames of 0.2 s, to whoever is listening.

The race is the official list's; how it is told is that of real recordings. The leader's gap cell counts its laps; the
first kart of those a lap down shows laps, those behind it their time behind it, also while it stands in the pits; all
of them change when the leader passes. Lap times come a frame before their passing, or up to 0.8 s behind it, in seven
of a hundred passings.
"""

from dataclasses import dataclass, field
from random import Random

from core.timing.simulate import Signals
from core.timing.simulate.server import lap_text
from tests.conformance.official_list import Entry

FRAME_MS = 200

HEADINGS = {
    "sta": "",
    "rk": "Clt",
    "no": "Kart",
    "dr": "Equipe",
    "llp": "Dernier T.",
    "blp": "Meilleur T.",
    "gap": "Ecart",
    "int": "Interv.",
    "tlp": "Tours",
    "otr": "En piste",
    "pit": "Stands",
    "": "Catégorie",
}


@dataclass(frozen=True, slots=True)
class Venue:
    """What is shown, and how stops are told."""

    signals: Signals = Signals.ALL
    counts_laps: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        columns = ["sta", "rk", "no", "dr", "llp", "gap", "int", "blp"]
        columns += ["tlp"] if self.counts_laps else []
        columns += ["otr"] if self.signals in {Signals.ALL, Signals.CLOCK} else []
        return (*columns, "pit") if self.signals is Signals.ALL else tuple(columns)

    def tells(self, *signals: Signals) -> bool:
        return self.signals in {Signals.ALL, *signals}


@dataclass(slots=True)
class Car:
    """One row of the table."""

    entry: Entry
    laps: int = 0
    passed_ms: int = 0
    down: int = 0
    """Laps behind the leader, as the gap column counts them."""
    passings: dict[int, int] = field(default_factory=dict)
    best_ms: int | None = None
    recent: list[int] = field(default_factory=list)
    stops: int = 0
    in_ms: int | None = None
    out_ms: int = 0
    driver: str = ""
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)

    def pass_line(self, at_ms: int) -> None:
        self.laps += 1
        self.passed_ms = self.passings[self.laps] = at_ms


class Table:
    """The cells of all cars, and the lines of the frames that are being written."""

    def __init__(self, venue: Venue, cars: dict[str, Car], rng: Random) -> None:
        self.columns = venue.columns
        self.cars = cars
        self.absent: set[str] = set()
        self.is_heard = False
        self.frames: dict[int, list[str]] = {}
        self._rng = rng

    def say(self, at_ms: int, line: str) -> None:
        if self.is_heard:
            self.frames.setdefault(at_ms // FRAME_MS, []).append(line)

    def tell(self, at_ms: int, source_id: str, kind: str, text: str) -> None:
        if source_id not in self.absent:
            self.say(at_ms, f"{source_id}|{kind}|{text}")

    def show(self, at_ms: int, source_id: str, column: str, css: str, text: str) -> None:
        cells = self.cars[source_id].cells
        if cells.get(column) == (css, text):
            return
        cells[column] = css, text
        if self.is_heard and column in self.columns and source_id not in self.absent:
            self.say(at_ms, f"{source_id}c{self.columns.index(column) + 1}|{css}|{text}")

    def order(self) -> list[Car]:
        return sorted(self.cars.values(), key=lambda car: (-car.laps, car.passed_ms))

    def fade_bests(self, at_ms: int, but: str) -> None:
        """The best lap so far loses its purple; its text stays."""
        for source_id, car in self.cars.items():
            css, text = car.cells.get("llp", ("", ""))
            if css == "tb" and source_id != but:
                self.show(at_ms, source_id, "llp", "ti", text)

    def show_gaps(self, at_ms: int, passed: Car) -> None:
        """Behind a passing: the leader's moves everybody, another's those who are as far down."""
        order = self.order()
        is_leader = order[0] is passed
        if is_leader:
            _fall_back(order)
        passed.down = order[0].laps - passed.laps
        self._show_gaps(at_ms, order, None if is_leader else passed.down)

    def show_all_gaps(self, at_ms: int) -> None:
        order = self.order()
        _fall_back(order)
        self._show_gaps(at_ms, order, None)

    def _show_gaps(self, at_ms: int, order: list[Car], down: int | None) -> None:
        heads: dict[int, Car] = {}
        for place, car in enumerate(order):
            head = heads.setdefault(car.down, car)
            if down is None or car.down == down:
                self.show(at_ms, car.entry.source_id, "gap", *_gap(place, head, car))
                self.show(at_ms, car.entry.source_id, "int", "in", _behind(order[place - 1], car) if place else "")

    def show_positions(self, at_ms: int) -> None:
        """Cells first, then the rows' own lines."""
        moved = []
        for place, car in enumerate(self.order(), start=1):
            if car.cells.get("rk", ("", ""))[1] != str(place):
                self.show(at_ms, car.entry.source_id, "rk", "", str(place))
                moved.append((car.entry.source_id, place))
        for source_id, place in moved:
            self.tell(at_ms, source_id, "#", str(place))

    def grid(self) -> str:
        head = "".join(
            f'<td data-id="c{number}" data-type="{column}" data-pr="1">{HEADINGS[column]}</td>'
            for number, column in enumerate(self.columns, start=1)
        )
        present = [car for car in self.cars.values() if car.entry.source_id not in self.absent]
        rows = "".join(map(self._row, present))
        return f'grid||<tbody><tr data-id="r0" class="head" data-pos="0">{head}</tr>{rows}</tbody>'

    def _row(self, car: Car) -> str:
        row = car.entry.source_id
        cells = "".join(
            _cell(f"{row}c{number}", column, *car.cells.get(column, ("in", "")))
            for number, column in enumerate(self.columns, start=1)
        )
        return f'<tr data-id="{row}" data-pos="{car.cells.get("rk", ("", ""))[1]}">{cells}</tr>'


def _fall_back(order: list[Car]) -> None:
    """Cars that the leader has lapped again although they did not move."""
    leader = order[0]
    leader.down = 0
    for car in order[1:]:
        car.down = max(car.down, leader.laps - car.laps - 1)


def _gap(place: int, head: Car, car: Car) -> tuple[str, str]:
    if place == 0:
        return "in", f"Tour {car.laps}"
    if head is car:
        return "ib", f"{car.down} Tour{'s' if car.down > 1 else ''}"
    return "ib", _behind(head, car)


def _behind(ahead: Car, car: Car) -> str:
    """By the last passing that both have done."""
    lap = min(ahead.laps, car.laps)
    if lap not in ahead.passings or lap not in car.passings:
        return ""
    ms = car.passings[lap] - ahead.passings[lap]
    return f"-{lap_text(-ms)}" if ms < 0 else lap_text(ms)


def _cell(cell_id: str, column: str, css: str, text: str) -> str:
    if column == "rk":
        return f'<td class="rk"><div><p data-id="{cell_id}" class="{css}">{text}</p></div></td>'
    if column == "no":
        return f'<td class="no"><div data-id="{cell_id}" class="{css}">{text}</div></td>'
    return f'<td data-id="{cell_id}" class="{css}">{text}</td>'
