"""A recording by its id, opened: that of a file which was brought in, or that of a circuit for its own journal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from core.errors import BadInput, NotFound
from core.io.carrying import boards_of, frames_of, laps_of
from core.io.dvr import Dvr
from core.io.runtime import Runtime
from core.timing.about import About
from core.timing.exports import to_csv, to_jsonl
from core.timing.recordings_desk import Imported, Kept
from core.timing.timing71 import write_zip
from core.tracks.model import Circuit

LARGEST = 512 << 20
"""Bytes of a file that may be brought in: years of one circuit, compressed."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A recording with its circuit; `kept` is None for the circuit's own journal."""

    circuit: Circuit
    kept: Kept | None
    dvr: Dvr

    @property
    def name(self) -> str:
        return self.circuit.name if self.kept is None else self.kept.name

    @property
    def protocol(self) -> str:
        return self.circuit.protocol if self.kept is None else self.kept.parts[0].protocol


class Format(StrEnum):
    """Kinds of files that need nothing but the standard library."""

    JSONL = "jsonl"
    """Every frame, as it came."""
    CSV = "csv"
    """Every lap."""


@dataclass(frozen=True, slots=True)
class Range:
    since: datetime
    until: datetime


def opened(runtime: Runtime, recording_id: UUID) -> Opened:
    """Open a recording.

    Raises:
        NotFound: there is none of this id.
    """
    kept = runtime.recordings.find(recording_id)
    if kept is not None:
        return Opened(runtime.circuits.get(kept.circuit_id), kept, runtime.dvrs.imported(kept))
    circuit = next((one for one in runtime.circuits.all() if one.id == recording_id), None)
    if circuit is None:
        raise NotFound(f"There is no recording {recording_id}.", "Choose one under Timing › Recordings.")
    return Opened(circuit, None, runtime.dvrs.journal(circuit.id, circuit.protocol))


def span_of(recording: Opened, since: datetime | None, until: datetime | None) -> Range:
    """The range that is asked for, as far as the recording goes.

    Raises:
        NotFound: nothing is recorded.
        BadInput: it ends before it begins.
    """
    recording.dvr.extend()
    span = recording.dvr.span()
    if span is None:
        raise NotFound("Nothing is recorded here yet.", "Start the source, or import a recording.")
    wanted = Range(since or span[0], until or span[1])
    if wanted.until < wanted.since:
        raise BadInput("The range ends before it begins.", "Give a later end.")
    return wanted


def told(recording: Opened, kind: Format, span: Range) -> Iterator[bytes]:
    """The recording as a file, piece by piece."""
    about = About(recording.name, recording.protocol, span.since, span.until)
    if kind is Format.JSONL:
        return to_jsonl(frames_of(recording.dvr, span.since, span.until), about)
    return to_csv(laps_of(recording.dvr, span.since, span.until))


def write_timing71(recording: Opened, span: Range, out: BinaryIO) -> None:
    """The recording as a zip of Timing71: the board at each second in which something was received."""
    boards = boards_of(recording.dvr, span.since, span.until, timedelta(seconds=1))
    write_zip(boards, About(recording.name, recording.protocol, span.since, span.until), out)


def bring_in_path(
    runtime: Runtime, circuit_id: UUID, path: str, *, by: UUID | None, now: datetime
) -> tuple[Imported, bool]:
    """Bring in a file of the data folder; with whether it is new.

    Raises:
        BadInput: the path leads out of the data folder.
        NotFound: there is no such file.
    """
    folder = runtime.settings.data.resolve()
    file = (folder / path).resolve()
    if not file.is_relative_to(folder):
        raise BadInput(f"{path} is outside the data folder.", "Give one such as recordings/heat.jsonl.gz.")
    return bring_in_file(runtime, circuit_id, file, by=by, now=now)


def bring_in_file(
    runtime: Runtime, circuit_id: UUID, file: Path, *, by: UUID | None, now: datetime
) -> tuple[Imported, bool]:
    """Bring in a file of this machine; only for who may read it anyway."""
    if not file.is_file():
        raise NotFound(f"There is no file {file.name}.", "Check the path.")
    if file.stat().st_size > LARGEST:
        raise too_large()
    with file.open("rb") as content:
        return runtime.recordings.bring_in(circuit_id, content, file.name, by=by, now=now)


def too_large() -> BadInput:
    return BadInput(f"The file is larger than {LARGEST >> 20} MB.", "Compress it with gzip, or split it.")
