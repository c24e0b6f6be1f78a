"""What happens on a circuit, as messages of the live socket: nobody misses one, and nobody's queue grows.

A channel keeps the newest happenings as text, made once for all. A viewer has no queue of them, only the number that it
has come to: it takes what is behind that number, from memory while it keeps up, from the bus when it is further back.
Where the bus itself no longer has them, it is told so.
"""

import asyncio
import json
from bisect import bisect_right
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Protocol
from uuid import UUID

from core.io.bus import Numbered
from portal import metrics

RECENT = 1000
"""Happenings kept in memory: minutes of a full grid."""
PORTION = 100
"""So many are taken at a time; pictures get their turn in between."""
ASK_AGAIN_S = 1.0


class HappeningPorts(Protocol):
    """The stream of a circuit's happenings."""

    def last_happening(self, circuit_id: UUID) -> int | None:
        """Blocking. The newest number, 0 for none yet; None when nobody can say."""

    def happenings(self, circuit_id: UUID, after: int, limit: int) -> Sequence[Numbered]:
        """Blocking. What is kept behind that number, oldest first."""

    def follow_happenings(self, circuit_id: UUID, after: int) -> AsyncIterator[Sequence[Numbered]]:
        """Everything behind that number as it comes, in portions that may be empty."""


@dataclass(frozen=True, slots=True)
class Told:
    """A happening as a message."""

    n: int
    text: str


class HappeningFeed:
    """The happenings of one circuit, from the first viewer who wants them on."""

    def __init__(self, circuit_id: UUID, ports: HappeningPorts, wake: Callable[[], None]) -> None:
        self.last: int | None = None
        """The newest number; None until it is known."""
        self._circuit_id = circuit_id
        self._ports = ports
        self._wake = wake
        self._wanted = asyncio.Event()
        self._recent: deque[Told] = deque(maxlen=RECENT)

    def want(self) -> None:
        self._wanted.set()

    async def run(self) -> None:
        """Follow the stream until cancelled."""
        await self._wanted.wait()
        while self.last is None:
            self.last = await asyncio.to_thread(self._ports.last_happening, self._circuit_id)
            self._wake()
            await asyncio.sleep(ASK_AGAIN_S if self.last is None else 0)
        async for portion in self._ports.follow_happenings(self._circuit_id, self.last):
            if portion:
                self._take(portion)

    async def after(self, n: int) -> Sequence[Told]:
        """A portion of what is behind that number; nothing when it is the newest."""
        if self.last is None or n >= self.last:
            return ()
        if self._recent and self._recent[0].n <= n + 1:
            place = bisect_right(self._recent, n, key=attrgetter("n"))
            return [self._recent[at] for at in range(place, min(place + PORTION, len(self._recent)))]
        kept = await asyncio.to_thread(self._ports.happenings, self._circuit_id, n, PORTION)
        return [_told(one) for one in kept]

    def _take(self, portion: Sequence[Numbered]) -> None:
        if self._recent and portion[0].n != self._recent[-1].n + 1:
            self._recent.clear()  # the bus has lost everything: what is in memory must be without a gap
        self._recent.extend(map(_told, portion))
        self.last = portion[-1].n
        metrics.MESSAGES.labels("happening").inc(len(portion))
        self._wake()


class HappeningCursor:
    """How far one viewer has come."""

    def __init__(self, feed: HappeningFeed, after: int | None) -> None:
        """Begin behind this number: 0 is the oldest that is kept, None is from now on."""
        self._feed = feed
        self._n = after
        self._began = False
        self._empty_at: int | None = None
        feed.want()

    async def take(self) -> Sequence[str]:
        """The next messages in their order; nothing when there are no more for now."""
        if self._feed.last is None or self._feed.last == self._empty_at:
            return ()
        begun = () if self._began else (self._begin(self._feed.last),)
        last, n = self._feed.last, self._n or 0
        portion = await self._feed.after(n)
        if not portion:
            self._empty_at = last
            return begun
        self._n = portion[-1].n
        missed = (_missed(n + 1, portion[0].n - 1),) if 0 < n < portion[0].n - 1 else ()
        return [*begun, *missed, *(told.text for told in portion)]

    def _begin(self, last: int) -> str:
        self._began = True
        self._n = last if self._n is None else self._n
        return json.dumps({"type": "happenings", "after": self._n})


def _told(one: Numbered) -> Told:
    """The stored JSON object with its type and number in front."""
    return Told(one.n, f'{{"type":"happening","n":{one.n},{one.body.decode()[1:]}')


def _missed(first: int, last: int) -> str:
    return json.dumps({"type": "missed", "from": first, "to": last})
