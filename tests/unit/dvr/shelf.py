"""Journals on a disk for the tests: frames in a spool, some of it sealed into blobs as a worker would."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

from core.io.blobs import Blobs
from core.io.dvr import Dvr
from core.io.journal import Journal, Sealed
from core.io.recorder import Recorder, Segment, mark_sealed, segments
from core.io.transports import Frame
from core.timing.board import BoardFold
from core.timing.model import Board
from core.timing.recordings import RecordedFrame
from core.timing.simulate import Plan, simulate
from core.timing.sources.apex import Apex


@dataclass
class Shelf:
    """One circuit's spool and what was sealed of it."""

    data: Path
    rows: list[Sealed] = field(default_factory=list)
    epoch: int = 1

    def __post_init__(self) -> None:
        self.spool = self.data / "spool"
        self.blobs = Blobs(self.data / "blobs")
        self.journal = Journal(self.spool, self.blobs, lambda: self.rows, index_s=0)
        self.recorder = self.begin()

    def begin(self, segment_bytes: int = 4 << 20) -> Recorder:
        self.recorder = Recorder(self.spool, self.epoch, segment_bytes=segment_bytes)
        self.epoch += 1
        return self.recorder

    def record(self, frames: Sequence[RecordedFrame], late: timedelta = timedelta()) -> None:
        for frame in frames:
            self.recorder.append(Frame(frame.text, frame.at), frame.at + late)

    def seal(self, *, drop: bool = False) -> list[Segment]:
        sealed = list(segments(self.spool))
        for one in sealed:
            sha256 = self.blobs.put(one.packed)
            self.rows.append(Sealed(one.epoch, one.first_frame, one.started_at, one.ended_at, sha256))
            mark_sealed(one)
            if drop:
                one.file.with_suffix(".sealed").unlink()
        return sealed

    def dvr(self) -> Dvr:
        return Dvr(self.journal, "apex", self.data / "dvr" / "one.keys")


@cache
def race(duration_s: int = 900) -> tuple[RecordedFrame, ...]:
    return simulate(Plan(karts=8, duration_s=duration_s, stint_s=200)).frames


def folded(frames: Sequence[RecordedFrame]) -> Board:
    source, fold = Apex(), BoardFold()
    for frame in frames:
        fold.apply(source.feed(frame.text, frame.at))
    return fold.snapshot()
