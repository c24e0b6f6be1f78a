"""One follower's time at a source: its threads, how it ends, and the one place that catches everything.

A bug of ours in a parser, the fold or the store costs one stint at one source, not the worker: it is logged with its
traceback, shown on the board as the cause, and the supervisor begins another stint.
"""

import logging
import threading
import time
from collections.abc import Callable
from enum import Enum, auto
from functools import partial

from core.errors import PortalError
from core.io.database.leases import Fenced, Lease
from core.io.recorder import Place
from core.timing.model import SourceStatus
from core.tracks.model import Circuit, Recording
from workers.follow import Follower, Ground
from workers.node import FolderLock

log = logging.getLogger(__name__)


class Verdict(Enum):
    """Why a stint ended."""

    SHUT_DOWN = auto()
    """The process ends; the next one goes on from here."""
    UNWANTED = auto()
    """The circuit was stopped or changed."""
    REPLACED = auto()
    """Another worker has the lease: not a word more."""
    FAILED = auto()


class Stint:
    """The threads around one follower, shared with the supervisor."""

    def __init__(self, circuit: Circuit, lease: Lease, ground: Ground, left_out: frozenset[Place]) -> None:
        self.lease = lease
        self.verdict: Verdict | None = None
        self.failed_at: Place | None = None
        """The frame whose reading failed, if it was one."""
        self._circuit = circuit
        self._build = partial(Follower, circuit, lease, ground, left_out)
        self._follower: Follower | None = None
        self._guard = threading.Lock()
        self._main: threading.Thread | None = None
        self._began = time.monotonic()

    def start(self, lock: FolderLock) -> None:
        """Begin; the lock is let go of at the end."""
        self._main = threading.Thread(target=self._run, args=[lock], name=f"follow {self._circuit.slug}")
        self._main.start()

    def serves(self, circuit: Circuit) -> bool:
        """Whether this is what the circuit asks for."""
        mine = self._circuit
        same = mine.protocol == circuit.protocol and mine.transport == circuit.transport
        return same and mine.maps_epoch == circuit.maps_epoch

    def end(self, verdict: Verdict) -> None:
        """Ask for the end; the first verdict stands."""
        with self._guard:
            self._settle_on(verdict, SourceStatus.STOPPED, None)

    def is_over(self) -> bool:
        return self._main is None or not self._main.is_alive()

    def join(self) -> None:
        if self._main is not None:
            self._main.join()

    def lasted_s(self) -> float:
        return time.monotonic() - self._began

    def _run(self, lock: FolderLock) -> None:
        log.info("source taken", extra={"circuit": self._circuit.slug, "epoch": self.lease.epoch})
        self._survive(self._prepare)
        if self._follower is not None:
            self._follow(self._follower)
        lock.close()
        ended = self.verdict.name.lower() if self.verdict else None
        log.info("source left", extra={"circuit": self._circuit.slug, "epoch": self.lease.epoch, "verdict": ended})

    def _prepare(self) -> None:
        follower = self._build()
        with self._guard:
            self._follower = follower
        follower.catch_up()

    def _follow(self, follower: Follower) -> None:
        helpers = [
            threading.Thread(target=self._survive, args=[work], name=f"{name} {self._circuit.slug}")
            for name, work in follower.helpers.items()
        ]
        for helper in helpers:
            helper.start()
        if self.verdict is None:
            self._survive(follower.listen)
        follower.dismiss()
        for helper in helpers:
            helper.join()
        self._survive(lambda: self._leave(follower))

    def _leave(self, follower: Follower) -> None:
        follower.close()
        if self.verdict is Verdict.UNWANTED and isinstance(self._circuit.transport, Recording):
            follower.forget()
        elif self.verdict in {Verdict.UNWANTED, Verdict.SHUT_DOWN}:
            follower.remember()

    def _survive(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Fenced:
            self.end(Verdict.REPLACED)
        except PortalError as error:
            log.warning("source lost", extra={"circuit": self._circuit.slug, "cause": str(error)})
            self._fail(str(error))
        except Exception:  # a source must outlive our own bugs
            log.exception("source failed", extra={"circuit": self._circuit.slug, "epoch": self.lease.epoch})
            self._fail("Paddock failed on this source and tries again. The log of the worker has the details.")

    def _fail(self, cause: str) -> None:
        with self._guard:
            if self._follower is not None and self.verdict is None:
                self.failed_at = self._follower.reading_at
            self._settle_on(Verdict.FAILED, SourceStatus.LOST, cause)

    def _settle_on(self, verdict: Verdict, status: SourceStatus, cause: str | None) -> None:
        if self.verdict is not None:
            return
        self.verdict = verdict
        if self._follower is None:
            return
        if verdict in {Verdict.UNWANTED, Verdict.FAILED}:
            self._follower.tell(status, cause)
        self._follower.stop()
