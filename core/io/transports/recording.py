"""A recording played back: a transport like any other, at 0.1 to 100 times its speed, once or in a loop.

`Frame.at` is the clock of the feed. It runs at the recording's own pace whatever the speed, so that the rules about
"within a second" and "as long as a lap" hold at any speed and a late reader folds like a punctual one. It begins with
the wall clock; another round begins a second after the last frame of the round before. Whoever wants to pause or to
seek plays the journal instead (`core.io.dvr`).
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from core.io.clock import utc_now
from core.io.transports import Frame, Resume
from core.timing.recordings import RecordedFrame, read_recording

_BETWEEN_ROUNDS = timedelta(seconds=1)


class Replay:
    """One recording, opened; `frames` belongs to one thread.

    Args:
        path: the file; it is read lazily.
        speed: seconds of the recording in a second, from 0.1 to 100.
        loop: begin again at the end, as a feed that starts over.
        begin_s: how far into the recording the first round begins; what came before is told at once.
        after: go on behind this frame of an earlier replay of the same file.
        now: the wall clock.

    Raises:
        UnreadableFile: the file is not a recording.
    """

    def __init__(
        self,
        path: Path,
        *,
        speed: float = 1.0,
        loop: bool = False,
        begin_s: float = 0.0,
        after: Resume | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._recording = read_recording(path)
        self._speed = speed
        self._loop = loop
        self._tells_when = self._recording.has_clock and not loop  # every round of a loop is a race of its own
        self._begin_s = begin_s
        self._after = after
        self._now = now
        self._begun_s = 0.0
        """When the beginning of the recording would have been due, on the machine's steady clock."""

    def frames(self, stop: threading.Event) -> Iterator[Frame]:
        """Frames as they fall due; ends with the recording, or soon after `stop` is set."""
        length = sum(1 for _ in self._recording)
        position, at = (0, None) if self._after is None else (self._after.position + 1, self._after.at)
        while length and not stop.is_set():
            for frame in self._round(stop, position, position % length, at):
                yield frame
                position, at = position + 1, frame.at
            if not self._loop:
                return
            position = -(-position // length) * length

    def history(self, _source_ids: Sequence[str]) -> Iterator[str]:
        """A recording answers nothing: what was asked while it was made is among its frames."""
        return iter(())

    def _round(self, stop: threading.Event, position: int, skipped: int, at: datetime | None) -> Iterator[Frame]:
        """One passage through the file from frame `skipped` on; `at` is that of the frame before."""
        lead = timedelta(seconds=self._begin_s) if at is None else timedelta()
        timed = (
            (frame, frame.at - first.at, frame.at - before.at) for first, before, frame in _in_turn(self._recording)
        )
        for place, (frame, since_start, since_last) in enumerate(islice(timed, skipped, None)):
            step = _BETWEEN_ROUNDS if skipped + place == 0 and at is not None else max(since_last, timedelta())
            if place == 0:
                self._begun_s = time.monotonic() - (since_start - step + lead).total_seconds() / self._speed
            if stop.wait(max(self._begun_s + since_start.total_seconds() / self._speed - time.monotonic(), 0)):
                return
            at = self._now() - lead if at is None else at + step
            yield Frame(frame.text, at, position + place, recorded_at=frame.at if self._tells_when else None)


def _in_turn(frames: Iterable[RecordedFrame]) -> Iterator[tuple[RecordedFrame, RecordedFrame, RecordedFrame]]:
    """Every frame with the first one and the one before it."""
    first = before = None
    for frame in frames:
        first = first or frame
        yield first, before or frame, frame
        before = frame
