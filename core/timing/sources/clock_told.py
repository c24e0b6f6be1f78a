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
        told = self._told
        if told is not None and clock.text == told.text:
            is_same = clock.kind is told.kind and clock.ms is None and told.ms is None
            if is_same or (clock.ms is not None and self.goes(clock.kind, clock.ms, at)):
                return False
        self._told, self._at = clock, at
        return True

    def goes(self, kind: ClockKind, ms: int, at: datetime) -> bool:
        """Whether a clock of that kind that shows `ms` goes as the one told goes, and that was told not long ago."""
        told = self._told
        if told is None or self._at is None or told.kind is not kind or told.ms is None:
            return False
        elapsed_ms = (at - self._at) / _MILLISECOND
        going_ms = told.ms + elapsed_ms if kind is ClockKind.COUNT_UP else max(told.ms - elapsed_ms, 0)
        return 0 <= elapsed_ms < _TOLD_EVERY_MS and -_SLACK_MS <= going_ms - ms <= _SLACK_MS
