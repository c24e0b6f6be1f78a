"""Questions to somebody else's server, so many seconds apart, whoever asks."""

import threading
import time


class Turns:
    """Of one server; may be taken from any thread."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._next_at = 0.0

    def wait(self, apart_s: float, stop: threading.Event) -> bool:
        """Until it is the caller's turn; False when `stop` was set before."""
        with self._guard:
            mine = max(self._next_at, time.monotonic())
            self._next_at = mine + apart_s
        return not stop.wait(max(mine - time.monotonic(), 0))
