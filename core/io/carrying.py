"""What leaves a recording: its frames, laps and boards in a range of time, read lazily from its journal."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.io.dvr import Dvr
from core.io.journal import Reader, Told
from core.io.transports import Channel
from core.timing.exports import SessionLap, laps_in
from core.timing.model import Board
from core.timing.recordings import RecordedFrame


def frames_of(dvr: Dvr, since: datetime, until: datetime) -> Iterator[RecordedFrame]:
    """Frames by the feed's own clock that were received in the range."""
    for told in _through(dvr, until):
        if told.at >= since:
            channel = told.frame.channel
            yield RecordedFrame(told.frame.at, told.frame.text, "" if channel is Channel.FEED else channel.value)


def laps_of(dvr: Dvr, since: datetime, until: datetime) -> Iterator[SessionLap]:
    """Laps completed in the range; everything before is folded too, so that they have their numbers."""
    folding = dvr.folding()
    for told in _through(dvr, until):
        folding.take(told)
        if told.at >= since:
            yield from laps_in(folding.completed)
    yield from laps_in(folding.close())


def boards_of(dvr: Dvr, since: datetime, until: datetime, every: timedelta) -> Iterator[tuple[datetime, Board]]:
    """The board at the end of each step of time in which something was received."""
    folding, reader = dvr.at(since)
    due = since
    for told in reader.read():
        if told.at > until:
            break
        if told.at >= due and folding.at is not None and folding.at >= since - every:
            yield folding.at, folding.board()
            due = told.at + every
        folding.take(told)
    if folding.at is not None:
        yield folding.at, folding.board()


def _through(dvr: Dvr, until: datetime) -> Iterator[Told]:
    for told in Reader(dvr.journal).read():
        if told.at > until:
            return
        yield told
