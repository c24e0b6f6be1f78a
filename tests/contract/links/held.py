"""A link held by a thread, as a worker holds it, with everything that it brought and told."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from core.io.transports import Frame, FrameStream, LinkLimits, LinkNews, LinkStatus
from core.io.transports.registry import open_transport
from core.tracks.model import Transport

QUICK = LinkLimits(connect_s=1.0, watch_s=0.6, first_pause_s=0.05, longest_pause_s=0.2, held_s=0.2, ask_every_s=0.05)
"""Everything as in production, about twenty times as fast."""

SOON_S = 5.0
"""Much longer than anything here takes, so that only what never happens fails."""


class Held:
    """Runs while the `with` block does."""

    def __init__(self, transport: Transport, limits: LinkLimits = QUICK) -> None:
        self.frames: list[Frame] = []
        self.news: list[LinkNews] = []
        self.stop = threading.Event()
        self.stream: FrameStream = open_transport(transport, Path(), None, news=self.news.append, limits=limits)
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end()

    def end(self) -> float:
        """Stop; returns how long that took, seconds."""
        self.stop.set()
        began = time.monotonic()
        self._thread.join(SOON_S)
        assert not self._thread.is_alive(), "the link did not stop"
        return time.monotonic() - began

    def ends(self) -> bool:
        """Whether it ended by itself."""
        self._thread.join(SOON_S)
        return not self._thread.is_alive()

    @property
    def texts(self) -> list[str]:
        return [frame.text for frame in list(self.frames)]

    def told(self, status: LinkStatus) -> list[str]:
        return [news.detail for news in list(self.news) if news.status is status]

    def until_told(self, status: LinkStatus, times: int = 1) -> str:
        """Wait for news of a kind; returns the last."""
        until(lambda: len(self.told(status)) >= times, f"{status} was not told: {self.news}")
        return self.told(status)[-1]

    def until_brought(self, *texts: str) -> None:
        """Wait until each text has come."""
        until(lambda: not set(texts) - set(self.texts), f"{texts} did not come: {self.texts[-3:]}, {self.news}")

    def _run(self) -> None:
        for frame in self.stream.frames(self.stop):
            self.frames.append(frame)


def until(is_so: Callable[[], bool], otherwise: str = "") -> None:
    """Wait for it."""
    end = time.monotonic() + SOON_S
    while not is_so():
        assert time.monotonic() < end, otherwise
        time.sleep(0.005)


def statuses(news: Sequence[LinkNews]) -> list[LinkStatus]:
    return [one.status for one in news]
