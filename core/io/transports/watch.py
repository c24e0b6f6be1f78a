"""The watch on a connection: a timer of its own that cuts a link without data.

A receive timeout would not do: a peer that only pings, or sends a byte now and then, begins it anew each time. Time in
which our own reader is busy with what it got does not count.
"""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

_LOOK_UP_S, _SHORTEST_S = 0.2, 0.005


class Watch:
    """Runs while the `with` block does.

    Args:
        limit_s: how long there may be no data.
        stop: the link is not wanted any more.
        cut: ends the connection under its reader, from this thread.
    """

    def __init__(self, limit_s: float, stop: threading.Event, cut: Callable[[], None]) -> None:
        self.is_silent = False
        """Whether it was cut because no data came."""
        self.has_heard = False
        """Whether any data came."""
        self._limit_s = limit_s
        self._stop = stop
        self._cut = cut
        self._waiting_since: float | None = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def got(self) -> None:
        """Data came; the reader turns to them."""
        self._waiting_since = None
        self.has_heard = True

    def wait(self) -> None:
        """The reader is back."""
        self._waiting_since = time.monotonic()

    def _run(self) -> None:
        while not self._over.wait(min(_LOOK_UP_S, max(self._limit_s - self._waited_s(), _SHORTEST_S))):
            self.is_silent = self._waited_s() >= self._limit_s
            if self.is_silent or self._stop.is_set():
                self._cut()
                return

    def _waited_s(self) -> float:
        since = self._waiting_since
        return 0.0 if since is None else time.monotonic() - since
