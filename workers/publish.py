"""From the fold to the bus: a change after silence goes out at once, a storm of them at most 20 times a second.

The last board is sent again every second although nothing has changed: a bus that was lost has it back by itself, and
a portal can tell a silent feed from a dead worker.
"""

import threading
from collections.abc import Callable

PAUSE_S = 0.05
SILENCE_S = 1.0


class Publisher:
    """Draws the board when it has changed and sends it; `run` is a thread's whole work."""

    def __init__(self, draw: Callable[[], bytes], send: Callable[[bytes], None]) -> None:
        self._draw = draw
        self._send = send
        self._news = threading.Event()
        self._stop = threading.Event()
        self._news.set()

    def changed(self) -> None:
        self._news.set()

    def stop(self) -> None:
        """End `run`; what has changed since the last sending still goes out."""
        self._stop.set()
        self._news.set()

    def run(self) -> None:
        body = b""
        while not self._stop.is_set():
            if self._news.wait(SILENCE_S):
                self._news.clear()
                body = self._draw()
            self._send(body)
            self._stop.wait(PAUSE_S)
        self._send(self._draw())
