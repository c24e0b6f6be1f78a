"""From the fold to the bus: a change after silence goes out at once, a storm of them at most 20 times a second.

The last board is sent again every second although nothing has changed: a bus that was lost has it back by itself, and
a portal can tell a silent feed from a dead worker.

Happenings go out beside the boards, oldest first, and are let go of only when they are on the bus. One that is sent
again, because the worker was killed in between, is passed over there.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from core.io.bus import Appended
from core.timing.happenings import key_of
from core.timing.model import Car

_PORTION = 500
PAUSE_S = 0.05
SILENCE_S = 1.0


def send_untold(
    untold: deque[bytes], guard: threading.Lock, append: Callable[[Sequence[tuple[str, bytes]]], Appended]
) -> Appended:
    """Send what waits; without a bus it goes on waiting.

    Args:
        untold: what waits; others append to it under the guard.
        guard: not held while sending.
        append: puts a portion on the bus.
    """
    while True:
        with guard:
            portion = list(islice(untold, _PORTION))
        outcome = append([(key_of(body), body) for body in portion]) if portion else Appended.DONE
        if outcome is not Appended.DONE or not portion:
            return outcome
        sent = set(portion)
        with guard:
            while untold and untold[0] in sent:
                untold.popleft()


class Comings:
    """Cars that have come into the pits from one board to the next."""

    def __init__(self) -> None:
        self._in_pit: frozenset[str] = frozenset()
        self._are_new = False

    def note(self, cars: Iterable[Car]) -> None:
        before, self._in_pit = self._in_pit, frozenset(car.source_id for car in cars if car.in_pit_since is not None)
        self._are_new |= not self._in_pit <= before

    def take(self) -> bool:
        """Whether there were any since the last call."""
        are_new, self._are_new = self._are_new, False
        return are_new


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
