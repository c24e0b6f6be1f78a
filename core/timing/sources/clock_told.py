"""When the clock of a feed that repeats it every second is worth telling: the fold's clock runs by itself."""

from datetime import datetime, timedelta

from core.timing.events import ClockShown
from core.timing.model import ClockKind

_SLACK_MS = 1500
_TOLD_EVERY_MS = 30_000
_MILLISECOND = timedelta(milliseconds=1)


class ClockTold:
    """What was told last, and when."""

    def __init__(self) -> None:
        self._told: ClockShown | None = None
        self._at: datetime | None = None

    def forget(self) -> None:
        """Whatever comes next is news."""
        self._told = self._at = None

    def is_news(self, clock: ClockShown, at: datetime) -> bool:
        """Whether the clock is another, goes wrong, or was not told for half a minute; if so it now is told."""
        if not self._differs(clock, at):
            return False
        self._told, self._at = clock, at
        return True

    def _differs(self, clock: ClockShown, at: datetime) -> bool:
        told = self._told
        if told is None or self._at is None or clock.kind is not told.kind or clock.text != told.text:
            return True
        if clock.ms is None or told.ms is None:
            return clock.ms is not told.ms
        elapsed_ms = (at - self._at) / _MILLISECOND
        going_ms = told.ms + (elapsed_ms if clock.kind is ClockKind.COUNT_UP else -elapsed_ms)
        return not 0 <= elapsed_ms < _TOLD_EVERY_MS or abs(max(going_ms, 0) - clock.ms) > _SLACK_MS
