"""Recordings as files to carry away, written piece by piece: frames as JSON lines, laps as CSV.

The JSON lines are a container that Paddock and others read (ISO clock): what is brought in again folds into the same
laps. Frames that did not come from the feed itself carry their channel.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.timing.about import About
from core.timing.board import Harvest
from core.timing.model import Lap
from core.timing.recordings import RecordedFrame

LAP_COLUMNS = ("session", "source_id", "number", "lap", "lap_ms", "kind", "at", "driver", "position", "flag")


@dataclass(frozen=True, slots=True)
class SessionLap:
    """A lap with the name of the feed session it belongs to."""

    session: str
    lap: Lap


def to_jsonl(frames: Iterable[RecordedFrame], about: About) -> Iterator[bytes]:
    """Frames as container 2: a line of metadata, a line a frame, a last line that says that nothing is missing."""
    span = {"started_at": about.started_at.isoformat(), "ended_at": about.ended_at.isoformat()}
    yield _line({"metadata": {"name": about.name, "protocol": about.protocol, **span}})
    count = 0
    for frame in frames:
        count += 1
        told = {"timestamp": frame.at.isoformat(), "data": frame.text}
        yield _line({**told, "channel": frame.stream} if frame.stream else told)
    yield _line({"endMetadata": {"frames": count}})


def to_csv(laps: Iterable[SessionLap]) -> Iterator[bytes]:
    """Laps in the order of the finish line."""
    yield _row(LAP_COLUMNS)
    for one in laps:
        yield _row(lap_row(one).values())


def lap_row(one: SessionLap) -> dict[str, object]:
    """A lap as plain values under `LAP_COLUMNS`."""
    lap = one.lap
    told = {name: getattr(lap, name) for name in LAP_COLUMNS[1:]}
    plain = {"kind": lap.kind.value, "at": lap.at.isoformat(), "flag": lap.flag.value if lap.flag else None}
    return {"session": one.session, **told, **plain}


def laps_in(harvests: Iterable[Harvest]) -> Iterator[SessionLap]:
    for harvest in harvests:
        yield from (SessionLap(harvest.session.name, lap) for lap in harvest.laps)


def _line(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _row(cells: Iterable[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([_harmless(cell) for cell in cells])
    return text.getvalue().encode()


def _harmless(cell: object) -> object:
    """A text that a spreadsheet would take for a formula is quoted: names come from the feed."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
