"""Where frames come from. A transport brings frames and knows no protocol; a replay is a transport like any other.

`frames` blocks until there is one and ends when `stop` is set or, for a recording, at its end. A link that cannot be
held raises `Unavailable`: the follower shows why and tries again with back-off.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as it came, before anything was read from it."""

    text: str
    at: datetime
    """The feed's clock: when it was received; of a replay, when it was due: lateness does not change the fold."""
    position: int | None = None
    """How many frames of the replay came before this one, all rounds of a loop counted; None for a live feed."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The last frame that was recorded before a restart: a replay goes on behind it."""

    position: int
    at: datetime
    received_at: datetime


class FrameStream(Protocol):
    """An opened transport."""

    def frames(self, stop: threading.Event) -> Iterator[Frame]: ...
