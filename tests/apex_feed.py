"""A small Apex race as a recording, with the laps that it tells."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
COLUMNS = (("rk", "Rnk"), ("no", "Kart"), ("dr", "Team"), ("llp", "Last lap"), ("blp", "Best lap"), ("tlp", "Laps"))


class Told(NamedTuple):
    """One lap of the race."""

    source_id: str
    number: str
    lap: int
    lap_ms: int


class Race(NamedTuple):
    """Frames by second, and their laps in the order of the finish line."""

    frames: tuple[tuple[float, str], ...]
    laps: tuple[Told, ...]

    def write(self, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [{"v": 1, "name": "race", "started_at": START.isoformat()}]
        lines += [{"t": t, "msg": text} for t, text in self.frames]
        path.write_bytes(gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode()))
        return path


def race(karts: int, laps: int, title: str = "Race", apart_ms: int = 37) -> Race:
    """Karts that start `apart_ms` behind each other and need 10 s and a little for a lap."""
    told = sorted(_driven(karts, laps, apart_ms), key=lambda each: each[0])
    frames = [(0.0, _opening(karts, title)), *((t, _crossing(lap)) for t, lap in told)]
    return Race(tuple(frames), tuple(lap for _, lap in told))


def _driven(karts: int, laps: int, apart_ms: int) -> Iterator[tuple[float, Told]]:
    for kart in range(1, karts + 1):
        at = timedelta(milliseconds=apart_ms * kart)
        for lap in range(1, laps + 1):
            lap_ms = 10_000 + 13 * kart + 7 * lap
            at += timedelta(milliseconds=lap_ms)
            yield at.total_seconds(), Told(f"r{100 + kart}", str(kart), lap, lap_ms)


def _opening(karts: int, title: str) -> str:
    head = "".join(
        f'<td data-id="c{place}" data-type="{kind}" data-pr="1">{heading}</td>'
        for place, (kind, heading) in enumerate(COLUMNS, 1)
    )
    rows = "".join(_row(kart) for kart in range(1, karts + 1))
    table = f'<tbody><tr data-id="r0" class="head" data-pos="0">{head}</tr>{rows}</tbody>'
    state = (
        "init|r|",
        f"title1||{title}",
        "title2||Heat",
        "track||Ring (1000m)",
        "dyn1|countdown|3600000",
        "light|lg|",
    )
    return "\n".join((*state, f"grid||{table}", ""))


def _row(kart: int) -> str:
    texts = (str(kart), str(kart), f"Team {kart}", "", "", "")
    cells = "".join(f'<td data-id="r{100 + kart}c{place}" class="">{text}</td>' for place, text in enumerate(texts, 1))
    return f'<tr data-id="r{100 + kart}" data-pos="{kart}">{cells}</tr>'


def _crossing(lap: Told) -> str:
    seconds = f"{lap.lap_ms / 1000:.3f}"
    row = lap.source_id
    return f"{row}c4|tn|{seconds}\n{row}c6|in|{lap.lap}\n{row}|*|{lap.lap_ms}|\n"
