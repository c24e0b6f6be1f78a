"""Recordings as Parquet, in batches: frames as they came, or laps."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO

import pyarrow as pa  # type: ignore[import-untyped]  # has no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # has no types

from core.timing.exports import SessionLap
from core.timing.recordings import RecordedFrame

_BATCH = 5000
_INSTANT = pa.timestamp("us", tz="UTC")

FRAMES = pa.schema([("at", _INSTANT), ("channel", pa.string()), ("text", pa.string())])
LAPS = pa.schema(
    [
        ("session", pa.string()),
        ("source_id", pa.string()),
        ("number", pa.string()),
        ("lap", pa.int32()),
        ("lap_ms", pa.int64()),
        ("kind", pa.string()),
        ("at", _INSTANT),
        ("driver", pa.string()),
        ("position", pa.int32()),
        ("flag", pa.string()),
    ]
)

Row = dict[str, object]


def write_frames(frames: Iterable[RecordedFrame], out: BinaryIO) -> None:
    rows = ({"at": frame.at, "channel": frame.stream or "feed", "text": frame.text} for frame in frames)
    _write(rows, FRAMES, out)


def write_laps(laps: Iterable[SessionLap], out: BinaryIO) -> None:
    _write(map(_lap, laps), LAPS, out)


def _lap(one: SessionLap) -> Row:
    lap = one.lap
    known = {name: getattr(lap, name) for name in LAPS.names[1:]}
    return {"session": one.session, **known, "kind": lap.kind.value, "flag": lap.flag.value if lap.flag else None}


def _write(rows: Iterator[Row], schema: pa.Schema, out: BinaryIO) -> None:
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        while batch := list(islice(rows, _BATCH)):
            writer.write_table(pa.Table.from_pylist(batch, schema))
