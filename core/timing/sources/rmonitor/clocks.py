"""The heartbeat `$F`, once a second: laps to go, time to go, time of day, race time, flag.

It is told on only when it says something new: the fold's clock runs by itself. Blanks for a flag were never seen while
a race clock ran (438 of 438 in recordings): they mean that no session is on, and the flag then is none. A clock that
does not run is told as a text.
"""

from datetime import datetime

from core.timing.events import ClockShown, Event, FlagShown, Novelty
from core.timing.model import ClockKind, Flag
from core.timing.sources.clock_told import ClockTold
from core.timing.sources.rmonitor.texts import flag, is_known_flag, number, time_ms

_TIMED = "9999"
"""Laps to go of a race by time."""

_NOTHING_TO_GO = '"00:00:00"'
_STILL_BEATS = 2
"""A race clock that keeps its text for so many heartbeats stands; one may be sent twice in a second."""


class Heartbeat:
    """What the last `$F` said."""

    def __init__(self) -> None:
        self.flag: Flag | None = None
        self._flag_text: str | None = None
        self._race_time = ""
        self._still = 0
        self._counts_down = False
        self._clock_told = ClockTold()

    def begin(self) -> None:
        """A session begins: its clock is another, and its flag is told anew."""
        self._counts_down = False
        self._flag_text = None
        self._clock_told.forget()

    def beat(self, parts: list[str], at: datetime) -> list[Event]:
        """The news of a heartbeat, most often none."""
        _, laps, to_go, _, race_time, flag_text = parts
        self._still = self._still + 1 if race_time == self._race_time else 0
        self._race_time = race_time
        if flag_text == self._flag_text and not self._still and laps == _TIMED and self._goes(to_go, race_time, at):
            return []
        events: list[Event] = []
        if flag_text != self._flag_text:
            events += self._flag(flag_text)
        clock = self._clock(laps, to_go, race_time)
        if self._clock_told.is_news(clock, at):
            events.append(clock)
        return events

    def _goes(self, to_go: str, race_time: str, at: datetime) -> bool:
        """Whether the clock only goes on: so it is almost always."""
        if self._counts_down:
            ms = time_ms(to_go)
            return ms is not None and self._clock_told.goes(ClockKind.COUNTDOWN, ms, at)
        ms = time_ms(race_time) if to_go == _NOTHING_TO_GO else None
        return ms is not None and self._clock_told.goes(ClockKind.COUNT_UP, ms, at)

    def _flag(self, text: str) -> list[Event]:
        is_first, before = self._flag_text is None, self.flag
        self._flag_text, self.flag = text, flag(text)
        if not is_known_flag(text):
            return [Novelty("flag", text)]
        return [FlagShown(self.flag)] if is_first or self.flag is not before else []

    def _clock(self, laps: str, to_go: str, race_time: str) -> ClockShown:
        to_go_ms = time_ms(to_go)
        if laps != _TIMED and laps != "0" and not to_go_ms and number(laps):
            return ClockShown(ClockKind.TEXT, None, f"{number(laps)} laps to go")
        self._counts_down = self._counts_down or bool(to_go_ms)
        is_still = self.flag is None or self._still >= _STILL_BEATS
        if self._counts_down and to_go_ms is not None and not is_still:
            return ClockShown(ClockKind.COUNTDOWN, to_go_ms, None)
        race_ms = None if is_still or self._counts_down else time_ms(race_time)
        if race_ms is not None:
            return ClockShown(ClockKind.COUNT_UP, race_ms, None)
        return ClockShown(ClockKind.TEXT, None, (to_go if self._counts_down else race_time).strip('" '))
