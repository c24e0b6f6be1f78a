"""One open screen, as its socket sees it: a bounded queue of messages that never makes anybody wait."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from portal import metrics

QUEUE = 32
"""Messages that may wait for a screen; at ten a second that is three seconds behind."""


class Viewer:
    """One open screen: the messages it has not taken yet."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._arrived = asyncio.Event()
        self._closed = False

    def offer(self, message: str, whole: Callable[[], str]) -> None:
        """Queue a message; a viewer that is too far behind gets the whole picture instead of all it missed."""
        if len(self._waiting) >= QUEUE:
            self._waiting.clear()
            message = whole()
            metrics.BEHIND.inc()
        self._waiting.append(message)
        self._arrived.set()

    def close(self) -> None:
        self._closed = True
        self._arrived.set()

    async def messages(self) -> AsyncIterator[str]:
        """Everything offered, until the viewer is closed."""
        while not self._closed:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                yield self._waiting.popleft()
