"""What timing finds, into the queue of race control: reports, and nothing else.

A timetable's job every few seconds. Each circuit is looked at by the one worker that holds its lease, and the lease is
held fast while a report is written, so that a worker that was replaced files nothing from an old look. A report has a
key and its write an id made of it: filed again, after a crash or by a successor, it stores nothing.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from core.errors import Conflict, NotFound, StaleSession
from core.io.clock import utc_now
from core.io.database.leases import Fenced, Lease, Leases, hold
from core.io.runtime import Runtime
from core.penalties.commands import FileReport
from core.penalties.desk import PenaltiesDesk
from core.penalties.log import WriteRequest
from core.penalties.paddock import PADDOCK
from core.sessions.model import RaceSession
from core.timing.desk import KeptSession
from core.timing.happenings import HappeningKind
from core.timing.model import Flag
from core.timing.proposals.desk import ProposalsDesk, Race
from core.timing.proposals.filing import request_id, to_file

log = logging.getLogger(__name__)

_PORTION = 1000


@dataclass(frozen=True, slots=True)
class _Happened:
    """What is needed of a happening."""

    at: datetime
    kind: str
    body: dict[str, object]


_HAPPENED: TypeAdapter[_Happened] = TypeAdapter(_Happened)


class Proposer:
    """Looks for proposals at the circuits that this worker follows; used by one thread at a time."""

    def __init__(self, runtime: Runtime, leases: Leases) -> None:
        self._runtime = runtime
        self._leases = leases
        self._desk = ProposalsDesk(runtime.timing, runtime.serving, self._green_at)
        self._greens: dict[UUID, datetime] = {}

    def propose(self, _: Runtime) -> None:
        """One look at every circuit."""
        for circuit in self._runtime.circuits.all():
            session = self._runtime.race_sessions.active(circuit.id)
            lease = None if session is None else self._leases.held(circuit.id)
            if session is not None and lease is not None:
                self._look(session, lease)

    def _look(self, session: RaceSession, lease: Lease) -> None:
        now = utc_now()
        try:
            desk = self._runtime.penalties(session.id)
            fold, entries = desk.state(), self._runtime.race_sessions.entries(session.id)
        except (Conflict, NotFound) as error:
            log.info("no proposals for now", extra={"session": str(session.id), "cause": error.what})
            return
        race = Race(session.circuit_id, fold, entries, session.created.at)
        for command in to_file(self._desk.proposals(race, now), fold.reports.values()):
            if not self._file(desk, command, WriteRequest(request_id(command), session.id, PADDOCK, now), lease):
                return

    def _file(self, desk: PenaltiesDesk, command: FileReport, request: WriteRequest, lease: Lease) -> bool:
        """Whether to go on: not when another worker or another session has taken over meanwhile."""
        try:
            with self._runtime.control.begin() as connection:
                hold(connection, lease)
                desk.perform(command, request)
        except (Fenced, StaleSession):
            log.info("overtaken while filing", extra={"session": str(request.session_id), "key": command.key})
            return False
        except Conflict:
            log.info("filed by somebody else", extra={"session": str(request.session_id), "key": command.key})
            return True
        log.info("proposal filed", extra={"session": str(request.session_id), "key": command.key})
        return True

    def _green_at(self, session: KeptSession) -> datetime | None:
        """The first green flag of the feed session among what has happened on its circuit."""
        if session.id not in self._greens:
            self._search_green(session)
        return self._greens.get(session.id)

    def _search_green(self, session: KeptSession) -> None:
        after = 0
        while portion := self._runtime.bus.happenings(session.circuit_id, after, _PORTION):
            after = portion[-1].n
            for one in portion:
                told = _HAPPENED.validate_json(one.body)
                is_green = told.kind == HappeningKind.FLAG and told.body.get("flag") == Flag.GREEN
                if is_green and told.at >= session.started_at:
                    self._greens[session.id] = told.at
                    return
