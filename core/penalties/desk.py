"""The one door to race control: every command, what stands, what waits, what happened.

Every write is decided under the log's lock against the fold at its head, and may be repeated with the same request id
without doing anything twice.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from core.errors import BadInput, NotFound, StaleSession
from core.penalties.acts.answer import answer
from core.penalties.acts.bench import Bench, Who
from core.penalties.ahead import Ahead, ahead
from core.penalties.bodies import Body, DocumentPublished, OfIncident, OfPenalty, OfReport
from core.penalties.catalogue import Catalogue
from core.penalties.commands import Command, FileReport, StartPhase
from core.penalties.crossings import Passed, seen_by_nobody
from core.penalties.deadlines import Clock, clocks
from core.penalties.entry import parse
from core.penalties.events import LogEvent, NewEvent
from core.penalties.explained import explained, reasoned
from core.penalties.fold import Fold
from core.penalties.grid import NO_GRID, Grid
from core.penalties.in_turn import Choose, in_turn
from core.penalties.log import EventLog, WriteRequest, Written, fingerprint
from core.penalties.messages import NOTHING, about_kart, incident_of, old_values, sentence
from core.penalties.model import Incident, Penalty
from core.sessions.model import Phase

LONGEST_REQUEST_ID = 100


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a write stored, for the official: durable once it is handed out."""

    seqs: tuple[int, ...]
    incidents: tuple[int, ...]
    penalties: tuple[str, ...]
    text: str
    repeated: bool
    """The request had been stored before, or a program's finding filed before; nothing was stored again."""
    reports: tuple[int, ...] = ()
    documents: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """An event in words, with the name of who did it."""

    event: LogEvent
    by: str
    text: str


class PenaltiesDesk:
    """Race control of one session; shared between threads."""

    def __init__(
        self, session_id: UUID, log: EventLog, who: Who, grid: Grid = NO_GRID, passed: Passed = seen_by_nobody
    ) -> None:
        self._session_id = session_id
        self._log = log
        self._who = who
        self._grid = grid
        self._passed = passed

    def submit(self, line: str, request: WriteRequest) -> Receipt:
        """Do what a typed line says.

        Raises:
            BadInput: which word was not understood.
            NotAllowed: the actor lacks the right.
            NotFound: the incident or its penalty does not exist.
            Conflict: somebody was first; the message says who and when.
            StaleSession: the session is not the active one of its circuit; nothing was stored.
        """
        return self._write(request, {"line": line}, lambda bench: answer(bench, parse(line, _catalogue(bench.fold))))

    def perform(self, command: Command, request: WriteRequest) -> Receipt:
        """Do what a program asks, in the words of the ruleset; raises as `submit` does."""
        said = {type(command).__name__: asdict(command)}
        receipt = self._write(request, said, lambda bench: answer(bench, command))
        return receipt if receipt.seqs or not isinstance(command, FileReport) else self._known(command, receipt)

    def perform_all(self, said: Mapping[str, object], choose: Choose, request: WriteRequest) -> Receipt:
        """Several acts in one request, chosen by a look at the fold at the head: all or none; raises as `submit` does.

        `said` is what the client sent: a retry of it stores nothing, whatever would be chosen now.
        """
        return self._write(request, said, lambda bench: in_turn(bench, choose(bench.fold)))

    def start_phase(self, phase: Phase, request: WriteRequest) -> Receipt:
        return self.perform(StartPhase(phase), request)

    def state(self) -> Fold:
        return self._log.fold()

    def explained(self, number: int) -> tuple[Incident, tuple[Penalty, ...]]:
        """One incident and its penalties with the reasons of both.

        Raises:
            NotFound: there is no such incident.
        """
        fold = self._log.fold()
        incident = fold.incidents.get(number)
        if incident is None:
            raise NotFound(f"There is no incident {number}.", "Look at its number in the list.")
        penalties = (reasoned(fold, penalty, self._who) for penalty in fold.penalties_of(number))
        return explained(fold, incident, self._who), tuple(penalties)

    def ahead(self, now: datetime) -> Mapping[str, tuple[Ahead, ...]]:
        """How far the next step is, by kart."""
        return ahead(self._log.fold(), now, self._grid)

    def clocks(self, now: datetime) -> tuple[Clock, ...]:
        """The deadlines that run and those overdue, what is due first in front."""
        return clocks(self._log.fold(), now)

    def history(self, after: int = 0) -> tuple[LogEvent, ...]:
        """The rows behind a sequence number: what a client that knows it has missed."""
        return self._log.events(after)

    def told(
        self, kart: str | None = None, *, incident: int | None = None, latest: int | None = None
    ) -> tuple[Told, ...]:
        """The history in words, newest first; of one kart or incident, or of all; only so many of the latest."""
        fold, events = self._log.fold(), self._log.events()
        chosen = list(events if kart is None else about_kart(events, fold, kart))
        if incident is not None:
            chosen = [event for event in chosen if incident_of(event.body) == incident]
        newest = chosen[::-1] if latest is None else chosen[::-1][:latest]
        before = old_values(events)
        names = {actor: self._who(actor) for actor in {event.actor for event in newest}}
        return tuple(
            Told(event, names[event.actor], sentence(event.body, fold, before.get(event.seq, NOTHING)))
            for event in newest
        )

    def name_of(self, actor: str) -> str:
        """The name to show for who did something."""
        return self._who(actor)

    def verify(self) -> int | None:
        """The first sequence number at which the log was tampered with; None: the chain is whole."""
        return self._log.first_broken()

    def _known(self, command: FileReport, receipt: Receipt) -> Receipt:
        """The receipt for a finding that was filed before."""
        number = self._log.fold().books.keys[command.key]
        return replace(receipt, reports=(number,), text=f"Reported before: report {number}.", repeated=True)

    def _write(
        self, request: WriteRequest, said: Mapping[str, object], act: Callable[[Bench], tuple[NewEvent, ...]]
    ) -> Receipt:
        _check(request, self._session_id)
        sha256 = fingerprint(request, said)

        def decide(fold: Fold) -> tuple[NewEvent, ...]:
            return act(Bench(fold, request, self._who, self._grid, self._passed))

        return _receipt(self._log.write(request, sha256, decide))


def _check(request: WriteRequest, session_id: UUID) -> None:
    if request.session_id != session_id:
        raise StaleSession("The write names another race session.", "Open the session you mean, then repeat it.")
    if not 1 <= len(request.request_id) <= LONGEST_REQUEST_ID or not request.request_id.isprintable():
        raise BadInput(
            "The request id is not usable.", f"Send 1 to {LONGEST_REQUEST_ID} printable characters, best a UUID."
        )


def _catalogue(fold: Fold) -> Catalogue:
    if fold.catalogue is None:
        raise StaleSession("This race session has no ruleset yet.", "Open it first: opening pins its ruleset.")
    return fold.catalogue


def _receipt(written: Written) -> Receipt:
    bodies = [event.body for event in written.events]
    return Receipt(
        seqs=tuple(event.seq for event in written.events),
        incidents=_once(incident for body in bodies if (incident := incident_of(body)) is not None),
        penalties=_once(penalty for body in bodies for penalty in _penalties(body, written.fold)),
        text=" ".join(sentence(body, written.fold) for body in bodies),
        repeated=written.repeated,
        reports=_once(body.report for body in bodies if isinstance(body, OfReport)),
        documents=_once(body.number for body in bodies if isinstance(body, DocumentPublished)),
    )


def _penalties(body: Body, fold: Fold) -> Iterable[str]:
    """Those that the act was about, and those that its incident has now."""
    if isinstance(body, OfPenalty):
        return (body.penalty,)
    return fold.judged.pids.get(body.incident, ()) if isinstance(body, OfIncident) else ()


_Id = TypeVar("_Id", int, str)


def _once(ids: Iterable[_Id]) -> tuple[_Id, ...]:
    return tuple(dict.fromkeys(ids))
