"""How long to wait before the next attempt: doubling, shortened at random so that many links do not come at once."""

from collections.abc import Callable
from random import random

from core.io.transports import LinkLimits


class Backoff:
    """Of one link.

    Args:
        limits: first and longest pause, and the share that chance may take off.
        chance: a number from 0 to 1 for each pause.
    """

    def __init__(self, limits: LinkLimits, chance: Callable[[], float] = random) -> None:
        self.failed = 0
        """Attempts in a row that led to nothing."""
        self._limits = limits
        self._chance = chance

    def is_spent(self) -> bool:
        return 0 < self._limits.attempts <= self.failed

    def held(self) -> None:
        """The last link has held long enough."""
        self.failed = 0

    def next_s(self, rest_s: float = 0.0) -> float:
        """Another attempt has failed; how long to wait, at least what the other end asked for."""
        doubled = self._limits.first_pause_s * 2.0 ** min(self.failed, 30)
        self.failed += 1
        return max(min(doubled, self._limits.longest_pause_s) * (1 - self._limits.jitter * self._chance()), rest_s)
