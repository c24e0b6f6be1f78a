"""The follower's side of a live link: what its news become, and what is asked about the past once it is back.

News become the source's state on the board and lines of the connection log. The first frame after a break closes the
hole that the break has left: a frame of our own in front of it tells the fold, and the feed is asked for what was
missed. Whoever asks may wait for long and has a thread of its own; the replies are recorded like any frame.
"""

import json
import logging
import threading
from collections.abc import Callable
from datetime import datetime

from core.errors import Unavailable
from core.io.database.links import LinkBatch
from core.io.transports import Channel, Frame, FrameStream, LinkNews, LinkStatus
from core.timing.model import Car, SourceStatus
from core.tracks.links import LinkEvent

log = logging.getLogger(__name__)

_REMEDY = (
    "Check the circuit's address, then stop and start it; "
    "PADDOCK_WS_MAX_RECONNECT_ATTEMPTS says how often a link is tried, 0 without end."
)


class Line:
    """One for each follower; `hear`, `before` and `to_ask` belong to the thread that takes the frames.

    Args:
        tell: shows a state of the source, with its cause.
        put: stores rows.
        heard: when the feed was heard last before this follower; None = never, or nobody knows.
    """

    def __init__(
        self,
        tell: Callable[[SourceStatus, str | None], None],
        put: Callable[[LinkBatch], None],
        heard: datetime | None,
    ) -> None:
        self.gave_up: str | None = None
        """Why, and what to do about it; None while it has not."""
        self._tell = tell
        self._put = put
        self._heard = heard
        self._has_begun = False
        self._is_fresh = False
        """Connected, and nobody was asked about the past yet."""
        self._is_cut = False
        """Connected, and nothing came yet."""

    def hear(self, news: LinkNews) -> None:
        """The link has taken a step."""
        self._note(LinkEvent(news.at, news.status, news.detail, news.attempt))
        match news.status:
            case LinkStatus.CONNECTED:
                self._is_fresh = self._is_cut = True
                self._tell(SourceStatus.RUNNING, None)
            case LinkStatus.SILENT | LinkStatus.LOST:
                self._tell(SourceStatus.LOST, news.detail)
            case LinkStatus.GAVE_UP:
                self.gave_up = f"{news.detail} {_REMEDY}"
            case LinkStatus.CONNECTING if not self._has_begun:
                self._tell(SourceStatus.LOST, news.detail)
        self._has_begun = True

    def before(self, frame: Frame) -> Frame | None:
        """What must be told before this frame: that the link was away, and from when until when."""
        heard, self._heard = self._heard, frame.at
        is_cut, self._is_cut = self._is_cut, False
        if heard is None or not is_cut:
            return None
        text = json.dumps({"since": heard.isoformat(), "until": frame.at.isoformat()})
        return Frame(text, frame.at, channel=Channel.LINK)

    def to_ask(self, cars: Callable[[], tuple[Car, ...]]) -> list[str]:
        """A frame was read: the first ones of a connection tell whom to ask about the past."""
        if not self._is_fresh:
            return []
        source_ids = [car.source_id for car in cars()]
        self._is_fresh = not source_ids
        return source_ids

    def _note(self, event: LinkEvent) -> None:
        self._put(LinkBatch(events=[event]))


class Past:
    """Asks the feed about what was missed; `run` is a thread's whole work.

    Args:
        take: has a reply recorded and read.
        put: stores rows.
        now: the wall clock.
    """

    def __init__(
        self, take: Callable[[str], None], put: Callable[[LinkBatch], None], now: Callable[[], datetime]
    ) -> None:
        self._take = take
        self._put = put
        self._now = now
        self._wake = threading.Event()
        self._question: tuple[FrameStream, list[str]] | None = None
        self._stop = False

    def ask(self, stream: FrameStream, source_ids: list[str]) -> None:
        """Ask about these; what is being asked is left."""
        self._question = stream, source_ids
        self._wake.set()

    def stop(self) -> None:
        self._stop = True
        self._wake.set()

    def run(self) -> None:
        while self._wake.wait() and not self._stop:
            self._wake.clear()
            if self._question is not None:
                self._take_replies(*self._question)

    def _take_replies(self, stream: FrameStream, source_ids: list[str]) -> None:
        try:
            for text in stream.history(source_ids):
                if self._wake.is_set():
                    return
                self._take(text)
        except Unavailable as error:
            self._put(LinkBatch(events=[LinkEvent(self._now(), "no_history", error.what)]))
            log.warning("the past is not told", extra={"cause": error.what})
