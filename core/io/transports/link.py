"""A live link: connect, bring frames, notice that it is lost, wait, connect again. It never gives up unless told to.

Everything happens in the thread that takes the frames, except looking for the way (`patience`), which cannot be
interrupted, and the watch. A stop is noticed within 0.3 s in every state.
"""

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import datetime

from core.io.clock import utc_now
from core.io.transports import Frame, LinkLimits, LinkNews, LinkStatus
from core.io.transports.backoff import Backoff
from core.io.transports.connection import Connection, Dialler
from core.io.transports.faults import LinkFault
from core.io.transports.patience import Errand
from core.io.transports.watch import Watch

log = logging.getLogger(__name__)

_WAYS = 3
"""Finding the way, and other hosts where the first does not answer, may together take so many times as long."""


class Link:
    """One feed, held for as long as it is wanted; `frames` belongs to one thread.

    Args:
        dialler: knows the way.
        watch_s: how long there may be no data.
        news: hears every step.
        limits: how patient to be.
        now: the wall clock.
    """

    def __init__(
        self,
        dialler: Dialler,
        watch_s: float,
        *,
        news: Callable[[LinkNews], None],
        limits: LinkLimits,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._dialler = dialler
        self._watch_s = watch_s if limits.watch_s is None else limits.watch_s
        self._news = news
        self._limits = limits
        self._now = now
        self._backoff = Backoff(limits)
        self._stop = threading.Event()

    def frames(self, stop: threading.Event) -> Iterator[Frame]:
        """Frames as they come, from one connection after the other."""
        self._stop = stop
        while not stop.is_set():
            fault = yield from self._attempt(stop)
            if fault is None or self._has_given_up(fault):
                return
            pause_s = self._backoff.next_s(fault.rest_s)
            self._tell(LinkStatus.LOST, f"{fault.words} Next attempt in {pause_s:.1f} s.")
            stop.wait(pause_s)

    def history(self, source_ids: Sequence[str]) -> Iterator[str]:
        return self._dialler.history(source_ids, self._limits, self._stop)

    def _attempt(self, stop: threading.Event) -> Generator[Frame, None, LinkFault | None]:
        """Frames of one connection; returns why it ended, None when it was to end."""
        self._tell(LinkStatus.CONNECTING, f"Connecting to {self._dialler.address}.")
        try:
            connection = self._dialled(stop)
        except LinkFault as fault:
            return fault
        if connection is None:
            return None
        try:
            return (yield from self._held(connection, stop))
        finally:
            connection.close()

    def _dialled(self, stop: threading.Event) -> Connection | None:
        left = threading.Event()
        errand = Errand(lambda: self._dialler.dial(self._limits, left), lambda late: late.close())
        try:
            return errand.result(_WAYS * self._limits.connect_s, stop)
        except TimeoutError as error:
            raise LinkFault(f"{self._dialler.address} does not answer.") from error
        finally:
            left.set()

    def _held(self, connection: Connection, stop: threading.Event) -> Generator[Frame, None, LinkFault | None]:
        self._tell(LinkStatus.CONNECTED, f"Connected to {connection.address}.")
        began = time.monotonic()
        with Watch(self._watch_s, stop, connection.cut) as watch:
            try:
                while not stop.is_set():
                    yield from self._read(connection, watch)
                    if watch.has_heard and time.monotonic() - began >= self._limits.held_s:
                        self._backoff.held()
            except LinkFault as fault:
                return self._ended(connection, watch, fault)
        return None

    def _read(self, connection: Connection, watch: Watch) -> Iterator[Frame]:
        texts = connection.read()
        if not texts:
            return
        at = self._now()
        watch.got()
        for text in texts:
            yield Frame(text, at)
        watch.wait()

    def _ended(self, connection: Connection, watch: Watch, fault: LinkFault) -> LinkFault | None:
        if watch.is_silent:
            words = f"{connection.address} has sent no data for {self._watch_s:g} s."
            self._tell(LinkStatus.SILENT, words)
            return LinkFault(words)
        return None if self._stop.is_set() else fault

    def _has_given_up(self, fault: LinkFault) -> bool:
        """Whether this was the last attempt; the first connection is none."""
        if not self._backoff.is_spent():
            return False
        self._tell(LinkStatus.GAVE_UP, f"{fault.words} Given up after {self._backoff.failed} attempts.")
        return True

    def _tell(self, status: LinkStatus, words: str) -> None:
        log.info("link", extra={"status": status.value, "detail": words, "attempt": self._backoff.failed})
        self._news(LinkNews(self._now(), status, words, self._backoff.failed))
