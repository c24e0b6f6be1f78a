"""Trying out a connection before a circuit is stored: listen for some seconds, say what comes and what it is.

No lease, no recording, no row: whatever comes is shown to whoever asked and forgotten. Questions come over the bus;
any worker may answer, each of them a few at once.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol
from uuid import UUID

from pydantic import ValidationError

from core.errors import PortalError
from core.io.hearing import heard
from core.io.transports import Frame, LinkLimits, LinkNews, LinkStatus
from core.io.transports.registry import open_transport
from core.timing.board import BoardFold
from core.timing.detect import detect
from core.timing.probe import PROBED, QUESTION, Probed, Question
from core.timing.recordings import clean
from core.timing.sources import make_source

log = logging.getLogger(__name__)

LISTEN_S = 20.0
MOST_FRAMES = 60
LONGEST_FRAME = 2000
TELL_S = 0.3
TAKE_S = 0.5
MOST_AT_ONCE = 4
_LIMITS = LinkLimits(connect_s=8.0, attempts=2, watch_s=LISTEN_S)
_FAILED = "Paddock failed on this feed. The log of the worker has the details."


class Bus(Protocol):
    def take_probe(self, patience_s: float) -> tuple[UUID, bytes] | None: ...
    def answer_probe(self, probe_id: UUID, body: bytes) -> None: ...


class Prober:
    """Takes questions until it is stopped; `run` is a thread's whole work."""

    def __init__(self, bus: Bus, data: Path) -> None:
        self._bus = bus
        self._data = data
        self._stop = threading.Event()
        self._places = threading.Semaphore(MOST_AT_ONCE)

    def stop(self) -> None:
        self._stop.set()

    def run(self) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            self._places.acquire()
            taken = self._bus.take_probe(TAKE_S)
            if taken is None:
                self._places.release()
                self._stop.wait(max(0.0, TAKE_S - (time.monotonic() - began)))  # a bus that is away says so at once
            else:
                threading.Thread(target=self._answer, args=taken, name="probe", daemon=True).start()

    def _answer(self, probe_id: UUID, body: bytes) -> None:
        try:
            question = QUESTION.validate_json(body)
            Probe(question, lambda found: self._bus.answer_probe(probe_id, PROBED.dump_json(found))).run(
                self._data, self._stop
            )
        except ValidationError:
            log.warning("a question of another make", extra={"bytes": len(body)})
        finally:
            self._places.release()


class Probe:
    """One test of a connection.

    Args:
        question: what to try.
        answer: tells what was found so far.
        listen_s: how long.
    """

    def __init__(self, question: Question, answer: Callable[[Probed], None], listen_s: float = LISTEN_S) -> None:
        self._question = question
        self._answer = answer
        self._listen_s = listen_s
        self._found = Probed(done=False, state="Opening the connection.")
        self._texts: list[str] = []
        self._fold = BoardFold()
        self._told_at = 0.0
        self._problem: str | None = _FAILED

    def run(self, data: Path, stop: threading.Event) -> None:
        """Listen until enough was heard, the time is over or the worker stops; answers all the while."""
        over = _Over(stop, self._listen_s)
        try:
            self._listen(data, over)
            self._problem = None if self._texts else self._found.problem or "Nothing came in that time."
        except PortalError as error:
            self._problem = str(error)
        finally:
            over.cancel()
            self._tell(replace(self._found, done=True, problem=self._problem))

    def _listen(self, data: Path, over: "_Over") -> None:
        source = make_source(self._question.protocol)
        self._tell(self._found)
        stream = open_transport(self._question.transport, data, None, news=self._hear, limits=_LIMITS)
        for frame in stream.frames(over.event):
            self._fold.apply(heard(source, frame))
            self._keep(frame)
            if len(self._texts) >= MOST_FRAMES:
                return

    def _keep(self, frame: Frame) -> None:
        if not self._texts and self._found.state == "Opening the connection.":
            self._found = replace(self._found, state="Reading the recording.")
        self._texts.append(clean(frame.text))
        if time.monotonic() - self._told_at >= TELL_S:
            self._tell(self._found)

    def _hear(self, news: LinkNews) -> None:
        is_bad = news.status in {LinkStatus.LOST, LinkStatus.SILENT, LinkStatus.GAVE_UP}
        self._tell(replace(self._found, state=news.detail, problem=news.detail if is_bad else None))

    def _tell(self, found: Probed) -> None:
        self._found, self._told_at = found, time.monotonic()
        self._answer(
            replace(
                found,
                frames=tuple(text[:LONGEST_FRAME] for text in self._texts),
                finding=detect(self._texts) if self._texts else None,
                board=self._fold.snapshot() if self._texts else None,
            )
        )


class _Over:
    """Set when the time is over or the worker stops."""

    def __init__(self, stop: threading.Event, after_s: float) -> None:
        self.event = threading.Event()
        self._stop = stop
        self._deadline = time.monotonic() + after_s
        self._thread = threading.Thread(target=self._watch, name="probe watch", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        self.event.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self.event.wait(0.1):
            if self._stop.is_set() or time.monotonic() >= self._deadline:
                self.event.set()
