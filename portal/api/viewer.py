"""One open screen, as its socket sees it: a bounded queue of messages that never makes anybody wait."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

from portal import metrics

QUEUE = 32
"""Messages that may wait for a screen; at ten a second that is three seconds behind."""


class Viewer:
    """One open screen: the messages it has not taken yet."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._most = QUEUE
        self._arrived = asyncio.Event()
        self._closed = False

    def begin(self, backlog: Sequence[str]) -> None:
        """What comes first; it may be more than may wait later."""
        self._waiting.extend(backlog)
        self._most = QUEUE + len(backlog)
        self._arrived.set()

    def offer(self, message: str, whole: Callable[[], str]) -> None:
        """Queue a message; a viewer that is too far behind gets the whole picture instead of all it missed."""
        if len(self._waiting) >= self._most:
            self._waiting.clear()
            self._most = QUEUE
            message = whole()
            metrics.BEHIND.inc()
        self._waiting.append(message)
        self._arrived.set()

    def wake(self) -> None:
        self._arrived.set()

    def close(self) -> None:
        self._closed = True
        self._arrived.set()

    def take(self) -> Iterator[str]:
        """What waits, also what arrives meanwhile."""
        while self._waiting:
            yield self._waiting.popleft()

    async def news(self) -> bool:
        """Wait until something arrives; False once the viewer is closed."""
        if not self._closed:
            await self._arrived.wait()
            self._arrived.clear()
        return not self._closed

    async def messages(self) -> AsyncIterator[str]:
        """Everything offered, until the viewer is closed."""
        while await self.news():
            for message in self.take():
                yield message
