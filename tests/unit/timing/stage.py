"""A stage for the fold: tables and frames of an Apex feed in a few words, and what the fold made of them."""

from datetime import UTC, datetime, timedelta

from core.timing.board import BoardFold
from core.timing.model import Board, Car, Lap, Stop
from core.timing.sources.apex import Apex
from core.timing.withdrawn import Withdrawal

NOON = datetime(2026, 5, 2, 12, tzinfo=UTC)

TYPES = ("sta", "rk", "no", "dr", "llp", "blp", "gap", "tlp", "otr", "pit")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def grid(rows: dict[str, dict[str, str]], types: tuple[str, ...] = TYPES) -> str:
    """A grid line; cells are `class text` by column type, such as `{"r1": {"llp": "tn 59.938"}}`."""
    head = "".join(f'<td data-id="c{n}" data-type="{kind}"></td>' for n, kind in enumerate(types, start=1))
    body = "".join(
        f'<tr data-id="{row}" data-pos="1">'
        + "".join(_cell(row, n, cells.get(kind, "")) for n, kind in enumerate(types, 1))
        for row, cells in rows.items()
    )
    return f'grid||<tbody><tr data-id="r0" class="head" data-pos="0">{head}</tr>{body}</tbody>'


def table(
    rows: dict[str, dict[str, str]], *, types: tuple[str, ...] = TYPES, kind: str = "r", title: str = "Race"
) -> str:
    """A whole snapshot frame."""
    return f"init|{kind}|\ntitle1||Cup\ntitle2||{title}\ntrack||Test (900m)\n{grid(rows, types)}\nmsg||\n"


class Stage:
    """A source and a fold; `hear` feeds them frames whose cells are named by type: `r1.llp|tn|59.938`."""

    def __init__(self, *, types: tuple[str, ...] = TYPES) -> None:
        self.source = Apex()
        self.fold = BoardFold()
        self._types = types
        self.laps: list[Lap] = []
        self.corrected: list[Lap] = []
        self.withdrawn: list[Withdrawal] = []
        self.stops: list[Stop] = []
        self.finals: list[Board] = []

    def hear(self, seconds: float, *lines: str) -> None:
        frame = "\n".join(self._named(line) for line in lines) + "\n"
        self.fold.apply(self.source.feed(frame, at(seconds)))
        self._gather()

    def show(self, seconds: float, rows: dict[str, dict[str, str]], *, kind: str = "r", title: str = "Race") -> None:
        self.fold.apply(self.source.feed(table(rows, types=self._types, kind=kind, title=title), at(seconds)))
        self._gather()

    def close(self) -> None:
        self.fold.close()
        self._gather()

    def car(self, source_id: str = "r1") -> Car:
        return next(car for car in self.fold.snapshot().cars if car.source_id == source_id)

    def times(self, source_id: str = "r1") -> list[int | None]:
        return [lap.lap_ms for lap in self.laps if lap.source_id == source_id]

    def _named(self, line: str) -> str:
        subject, bar, rest = line.partition("|")
        row, dot, kind = subject.partition(".")
        return f"{row}c{self._types.index(kind) + 1}|{rest}" if dot else subject + bar + rest

    def _gather(self) -> None:
        for harvest in self.fold.drain():
            self.laps += harvest.laps
            self.stops += harvest.stops
            self.corrected += harvest.corrected
            self.withdrawn += harvest.withdrawn
            self.finals += [] if harvest.final is None else [harvest.final]


def _cell(row: str, number: int, content: str) -> str:
    css, _, text = content.partition(" ")
    return f'<td data-id="{row}c{number}" class="{css}">{text}</td>'
