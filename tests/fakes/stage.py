"""What a fake server plays, to whom, and how it misbehaves.

The race goes on whether or not anybody can hear it: what is told while the server stalls or freezes is lost to its
visitors, until they come back and are shown the state of that moment.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

Script = tuple[tuple[float, str], ...]
"""Frames and when they are due, seconds from the beginning."""


class Mood(Enum):
    PLAYING = auto()
    STALLED = auto()
    """Accepts nobody, reads nothing, sends nothing, answers no ping."""
    FROZEN = auto()
    """Accepts, shakes hands, answers and sends pings, but no data come."""


class Mirror(Protocol):
    """The state that a server of the protocol would show to a newcomer."""

    def apply(self, text: str) -> None: ...
    def snapshot(self) -> Iterable[str]: ...


class Visitor(Protocol):
    """A client that is connected."""

    def send(self, text: str) -> None: ...
    def send_raw(self, wire: bytes) -> None:
        """Bytes as they are, whatever the protocol."""

    def cut_short(self, text: str) -> None:
        """The first half of a text, then the end."""

    def leave(self, *, clean: bool) -> None: ...


@dataclass
class Stage:
    """One race; shared between the fake's threads and the test's."""

    script: Script
    mirror: Mirror
    mood: Mood = Mood.PLAYING
    told: int = 0
    """Frames of the script that were played."""
    visits: int = 0
    """Clients that came so far."""
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    """Everything clients sent on the feed's socket: what kind, and the content."""
    _audience: list[Visitor] = field(default_factory=list)
    _guard: threading.RLock = field(default_factory=threading.RLock)
    _over: threading.Event = field(default_factory=threading.Event)
    _player: threading.Thread | None = None

    def enter(self, visitor: Visitor) -> None:
        """Show a newcomer what is, and tell it what comes."""
        with self._guard:
            self.visits += 1
            if self.mood is Mood.PLAYING:
                for text in self.mirror.snapshot():
                    visitor.send(text)
            self._audience.append(visitor)

    def gone(self, visitor: Visitor) -> None:
        with self._guard:
            if visitor in self._audience:
                self._audience.remove(visitor)

    def has_visitors(self) -> bool:
        return bool(self._audience)

    def tell(self, frames: int | None = None) -> None:
        """Play so many frames now; None = all that are left."""
        with self._guard:
            end = len(self.script) if frames is None else self.told + frames
            for _, text in self.script[self.told : end]:
                self._tell_one(text)

    def play(self, speed: float = 1.0) -> None:
        """Play by the clock, on a thread, until the end of the script or of the fake."""
        self._player = threading.Thread(target=self._play, args=[speed], daemon=True)
        self._player.start()

    def stall(self) -> None:
        self.mood = Mood.STALLED

    def freeze(self) -> None:
        self.mood = Mood.FROZEN

    def go_on(self) -> None:
        """Behave again; those who stayed hear what comes from now on."""
        self.mood = Mood.PLAYING

    def junk(self, *texts: str) -> None:
        """Say what no timing server says, in frames of the protocol."""
        for visitor in self._present():
            for text in texts:
                visitor.send(text)

    def babble(self, wire: bytes) -> None:
        """Send bytes that are no frame of the protocol."""
        for visitor in self._present():
            visitor.send_raw(wire)

    def cut_short(self) -> None:
        """Play the next frame, but end every connection in its middle."""
        with self._guard:
            _, text = self.script[self.told]
            visitors = self._present()
            self._audience.clear()
            self._tell_one(text)
            for visitor in visitors:
                visitor.cut_short(text)

    def hang_up(self, *, clean: bool = True) -> None:
        """End every connection, with a farewell or without."""
        for visitor in self._present():
            visitor.leave(clean=clean)

    def close(self) -> None:
        self._over.set()
        if self._player is not None:
            self._player.join()

    def _present(self) -> list[Visitor]:
        with self._guard:
            return list(self._audience)

    def _tell_one(self, text: str) -> None:
        self.told += 1
        self.mirror.apply(text)
        if self.mood is Mood.PLAYING:
            for visitor in self._audience:
                visitor.send(text)

    def _play(self, speed: float) -> None:
        began = time.monotonic()
        for due_s, _ in self.script[self.told :]:
            if self._over.wait(max(due_s / speed - (time.monotonic() - began), 0)):
                return
            self.tell(1)
