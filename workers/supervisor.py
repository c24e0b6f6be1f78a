"""Keeps a follower on every running circuit that this worker can lease, and outlives our own bugs.

Once a second, or when the bell rings: renew the leases held, see which circuits should run, start and end stints.
While the database does not answer, stints go on: the epochs on the bus and in every transaction keep a worker that was
replaced from writing.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from uuid import UUID

from core.errors import Unavailable
from core.io.database.leases import Leases
from core.io.recorder import Place, newest_epoch
from core.tracks.model import Circuit, Recording
from workers import checkpoint
from workers.follow import Ground
from workers.node import FolderLock
from workers.stint import Stint, Verdict

log = logging.getLogger(__name__)

ROUND_S = 1.0
APART_S = 0.3
"""Between the beginnings of two live links: many circuits that begin at once do not dial all together."""
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
HEALTHY_S = 60.0
"""A stint that lasted so long has the failures before it forgotten."""


@dataclass(slots=True)
class Setbacks:
    """What went wrong with a circuit so far."""

    failures: int = 0
    not_before: float = 0.0
    left_out: set[Place] = field(default_factory=set)

    def note(self, stint: Stint) -> None:
        self.failures = 1 if stint.lasted_s() > HEALTHY_S else self.failures + 1
        pause_s = min(FIRST_PAUSE_S * 2 ** (self.failures - 1), LONGEST_PAUSE_S)
        self.not_before = time.monotonic() + pause_s
        if stint.failed_at is not None:
            self.left_out.add(stint.failed_at)


class Supervisor:
    """One per worker process; `run` takes its thread."""

    def __init__(self, wanted: Callable[[], tuple[Circuit, ...]], leases: Leases, ground: Ground) -> None:
        self.ended_well = False
        self._is_cut_off = False
        self._wanted = wanted
        self._leases = leases
        self._ground = ground
        self._stints: dict[UUID, Stint] = {}
        self._setbacks: dict[UUID, Setbacks] = {}
        self._next_dial = 0.0
        self._look = threading.Event()
        self._stop = threading.Event()

    def look(self) -> None:
        """Do the next round now."""
        self._look.set()

    def stop(self) -> None:
        self._stop.set()
        self._look.set()

    def run(self) -> None:
        try:
            while not self._stop.is_set():
                self._try_round()
                self._look.wait(self._pause_s())
                self._look.clear()
            self.ended_well = True
        finally:
            self._end_all()

    def _pause_s(self) -> float:
        """Until the next round, which is sooner while circuits wait for their turn to dial."""
        wait_s = self._next_dial - time.monotonic()
        return min(ROUND_S, wait_s) if wait_s > 0 else ROUND_S

    def _try_round(self) -> None:
        try:
            self._round()
        except Unavailable as error:
            if not self._is_cut_off:
                log.warning("database away: sources go on, none is taken or left", extra={"cause": error.what})
            self._is_cut_off = True
        else:
            if self._is_cut_off:
                log.info("database back")
            self._is_cut_off = False

    def _round(self) -> None:
        self._bury()
        held = self._leases.renew([stint.lease for stint in self._stints.values()])
        for stint in self._stints.values():
            if stint.lease not in held:
                stint.end(Verdict.REPLACED)
        wanted = {circuit.id: circuit for circuit in self._wanted()}
        for circuit_id, stint in self._stints.items():
            if (circuit := wanted.get(circuit_id)) is None or not stint.serves(circuit):
                stint.end(Verdict.UNWANTED)
        for circuit_id, circuit in wanted.items():
            if circuit_id not in self._stints and self._may_begin(circuit):
                self._begin(circuit)

    def _bury(self) -> None:
        """Forget stints that are over; one that failed is followed by another after a pause."""
        for circuit_id, stint in list(self._stints.items()):
            if stint.is_over():
                del self._stints[circuit_id]
                if stint.verdict is Verdict.FAILED:
                    self._setbacks.setdefault(circuit_id, Setbacks()).note(stint)
                elif stint.verdict is not Verdict.REPLACED:
                    self._give_back(stint)

    def _may_begin(self, circuit: Circuit) -> bool:
        setbacks, now = self._setbacks.setdefault(circuit.id, Setbacks()), time.monotonic()
        return now >= setbacks.not_before and (isinstance(circuit.transport, Recording) or now >= self._next_dial)

    def _begin(self, circuit: Circuit) -> None:
        left_out = frozenset(self._setbacks.setdefault(circuit.id, Setbacks()).left_out)
        folder = self._ground.spool(circuit.id)
        with ExitStack() as undone:
            lock = undone.enter_context(FolderLock(folder))
            # a database brought back from a dump may count from below what this folder has seen
            seen = max(newest_epoch(folder), checkpoint.newest_epoch(folder))
            lease = self._leases.take(circuit.id, above=seen, alone_on_node=lock.held)
            if lease is not None:
                undone.pop_all()  # the stint closes the lock
                stint = self._stints[circuit.id] = Stint(circuit, lease, self._ground, left_out)
                stint.start(lock)
                if not isinstance(circuit.transport, Recording):
                    self._next_dial = time.monotonic() + APART_S

    def _end_all(self) -> None:
        for stint in self._stints.values():
            stint.end(Verdict.SHUT_DOWN)
        for stint in self._stints.values():
            stint.join()
            if stint.verdict is not Verdict.REPLACED:
                self._give_back(stint)

    def _give_back(self, stint: Stint) -> None:
        """Best effort: a lease that cannot be given back expires."""
        try:
            self._leases.give_back(stint.lease)
        except Unavailable as error:
            log.warning("lease not given back", extra={"epoch": stint.lease.epoch, "cause": error.what})
