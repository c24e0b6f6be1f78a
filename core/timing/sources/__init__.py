"""Timing protocols. A source is a parser, not a connection: it is fed frames and yields events.

Every source yields the same closed union of events (`core.timing.events`), keeps its state plain enough to be
pickled, and never raises, whatever it is fed: what it cannot read comes out as `Unread`, what is not its protocol's
as `Junk`. To add one, write its module and one line in `SOURCES`.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from core.timing.events import Event
from core.timing.sources.apex import Apex, is_apex


class Source(Protocol):
    """A parser of one protocol, with the memory that the protocol needs."""

    def feed(self, frame: str, at: datetime) -> Iterable[Event]:
        """The events of one frame that was received at `at`."""


SOURCES: dict[str, Callable[[], Source]] = {"apex": Apex}

RECOGNISERS: dict[str, Callable[[list[str]], bool]] = {"apex": is_apex}
"""Whether the first frames of a feed speak a protocol; frames that say nothing have no vote."""

_ENOUGH_FRAMES = 20


def recognise(frames: Iterable[str]) -> str | None:
    """The protocol of a feed, by its first twenty frames that are not empty; None when they speak none we know."""
    seen: list[str] = []
    for frame in frames:
        if not frame or frame.isspace():
            continue
        seen.append(frame)
        protocol = next((name for name, is_spoken in RECOGNISERS.items() if is_spoken(seen)), None)
        if protocol is not None or len(seen) >= _ENOUGH_FRAMES:
            return protocol
    return None
