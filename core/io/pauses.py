"""How long to wait before something that ended is started again: hardly at first, longer while it keeps ending.

It never gives up. Times are seconds of one monotonic clock.
"""

import math

FIRST_S = 0.1
LONGEST_S = 10.0
LONG_LIFE_S = 30.0
"""Who lived this long has done nothing wrong: its next pause is the first again."""


class Pauses:
    """Of one thing that is kept running."""

    def __init__(self) -> None:
        self._started_at = math.inf
        self._next_at = -math.inf
        self._pause_s = FIRST_S

    def over(self, now: float) -> bool:
        """Whether it may be started."""
        return now >= self._next_at

    def started(self, now: float) -> None:
        self._started_at = now

    def failed(self, now: float) -> float:
        """It ended, or could not be started; returns the pause until the next start."""
        if now - self._started_at >= LONG_LIFE_S:
            self._pause_s = FIRST_S
        self._started_at = math.inf
        pause_s, self._pause_s = self._pause_s, min(2 * self._pause_s, LONGEST_S)
        self._next_at = now + pause_s
        return pause_s
