"""SMS-Timing frames as events. A frame is one JSON state, `{}` while the venue is idle; nothing in it may stop us."""

import json
from datetime import datetime

from core.timing.events import Event, Heard, Junk, KeepAlive, Novelty, Unread
from core.timing.sources.plain import mended, one_line
from core.timing.sources.sms_timing.heat import Heat
from core.timing.sources.sms_timing.state import DRIVER_FIELDS, FIELDS, read_state

_LONGEST_SAMPLE = 200
_LONGEST_STATE = 1_000_000
_MOST_NOVELTIES = 100
_MARKS = ({"D"}, {"CE", "CS"})
"""Fields of which a state has some; other JSON is not SMS-Timing's."""


class SmsTiming:
    """The source for SMS-Timing; see `core.timing.sources`."""

    def __init__(self) -> None:
        self._heat = Heat()
        self._known = FIELDS | {f"D.{name}" for name in DRIVER_FIELDS}

    def feed(self, frame: str, at: datetime) -> list[Event]:
        """The events of one frame. Never raises: what it cannot read comes out as `Unread` or `Junk`."""
        text = mended(frame).strip("\ufeff \t\r\n\x00")
        if text in {"", "{}"}:
            return [KeepAlive(at)]
        events: list[Event] = [Heard(at)]
        for part in _states(text):
            self._read(part, at, events)
        return events

    def _read(self, text: str, at: datetime, events: list[Event]) -> None:
        value = _object(text)
        if value is None:
            is_cut = text.startswith("{")
            sample = text[:_LONGEST_SAMPLE]
            events.append(Unread(sample, "no whole JSON object") if is_cut else Junk(sample))
        elif any(mark <= value.keys() for mark in _MARKS):
            events += self._novelties(value)
            events += self._heat.tell(read_state(value), at)
        elif value:
            events.append(Junk(text[:_LONGEST_SAMPLE]))

    def _novelties(self, value: dict[str, object]) -> list[Event]:
        """Fields that nobody has told us about, each once."""
        names = set(value)
        drivers = value.get("D")
        for driver in drivers if isinstance(drivers, list) else ():
            names |= {f"D.{name}" for name in driver} if isinstance(driver, dict) else set()
        new = sorted(names - self._known)[: max(0, _MOST_NOVELTIES + len(FIELDS | DRIVER_FIELDS) - len(self._known))]
        self._known = self._known | set(new)
        return [Novelty("field", one_line(name, _LONGEST_SAMPLE)) for name in new]


def _states(text: str) -> list[str]:
    """The states of a frame: one, or one a line where several were put together."""
    if "\n" not in text or _object(text) is not None:
        return [text]
    return [line for line in text.split("\n") if line.strip() not in {"", "{}"}]


def _object(text: str) -> dict[str, object] | None:
    if len(text) > _LONGEST_STATE:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
