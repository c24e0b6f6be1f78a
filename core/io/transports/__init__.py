"""Where frames come from. A transport brings frames and knows no protocol; a replay is a transport like any other.

`frames` blocks until there is one. It ends when `stop` is set, at the end of a recording, and when a link has given
up. A live link reconnects inside: what became of it is told as `LinkNews`, never raised.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Channel(StrEnum):
    """Which door of a source a frame is for."""

    FEED = "feed"
    """What the feed pushed."""
    HISTORY = "history"
    """A reply to a question about the past; never accepted from the feed itself."""
    LINK = "link"
    """What became of the link, told by ourselves."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as it came, before anything was read from it."""

    text: str
    at: datetime
    """The feed's clock: when it was received; of a replay, when it was due: lateness does not change the fold."""
    position: int | None = None
    """How many frames of the replay came before this one, all rounds of a loop counted; None for a live feed."""
    channel: Channel = Channel.FEED
    recorded_at: datetime | None = None
    """Of a replay: when the recording says that the frame was received."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The last frame that was recorded before a restart: a replay goes on behind it."""

    position: int
    at: datetime
    received_at: datetime


class LinkStatus(StrEnum):
    CONNECTING = "connecting"
    CONNECTED = "connected"
    SILENT = "silent"
    """Connected, but no data for longer than its protocol allows: the link is cut and made anew."""
    LOST = "lost"
    GAVE_UP = "gave_up"


@dataclass(frozen=True, slots=True)
class LinkNews:
    """A step of a link, told from the thread that reads it."""

    at: datetime
    status: LinkStatus
    detail: str
    """The address, or the cause and what happens next, in words for people."""
    attempt: int = 0
    """How many attempts in a row have failed before this one; of a lost link, the number of the next one."""


@dataclass(frozen=True, slots=True)
class LinkLimits:
    """How patient a link is, in seconds. The defaults are for production; tests shorten them."""

    connect_s: float = 20.0
    """From looking up the name to the greeting, discovery included."""
    watch_s: float | None = None
    """After so long without data the link is silent; None = what the transport is known to need (`watch_s`)."""
    first_pause_s: float = 1.0
    longest_pause_s: float = 30.0
    """Pauses double from the first to the longest; each is shortened at random by up to `jitter` of itself."""
    jitter: float = 0.3
    held_s: float = 20.0
    """A link that brought data and held this long has done nothing wrong: its next pause is the first again."""
    attempts: int = 0
    """Give up after so many failed attempts in a row; 0 = never."""
    ask_every_s: float = 1.0
    """At least so long between two questions about the past."""


class FrameStream(Protocol):
    """An opened transport."""

    def frames(self, stop: threading.Event) -> Iterator[Frame]: ...

    def history(self, source_ids: Sequence[str]) -> Iterator[str]:
        """Ask the other end about the past of these competitors; from any thread.

        Yields replies, one for each question; empty where there is nobody to ask, or where the answers come among the
        frames.

        Raises:
            Unavailable: it does not answer.
        """


def ignore(_: LinkNews) -> None:
    """For those who do not care what becomes of the link."""
