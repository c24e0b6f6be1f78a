"""How one event changes the books.

Whether an act was allowed was decided before it was stored; a replay only repeats it, and leaves out what refers to
nothing.
"""

from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import assert_never

from core.penalties.amendable import amended, amended_report
from core.penalties.bodies import (
    AfterRecord,
    CountersCarried,
    DecisionApproved,
    DocumentPublished,
    IncidentAmended,
    IncidentDecided,
    IncidentMerged,
    IncidentRecorded,
    IncidentRejudged,
    IncidentVoided,
    MessageSaid,
    OfPenalty,
    OfReport,
    OfSession,
    PenaltyAcknowledged,
    PenaltyApproved,
    PenaltyCancelled,
    PenaltyIssued,
    PenaltyNotified,
    PhaseStarted,
    ProtestDecided,
    ProtestLodged,
    ReportAmended,
    ReportFiled,
    ReportRefused,
    ReviewResolved,
    RulesetChanged,
    RulesetPinned,
    ServingAccepted,
    ServingRecorded,
    ServingReported,
    ServingVerified,
    SessionClosed,
    SessionEnded,
    SessionImported,
    SessionOpened,
    SessionPaused,
    SignalShown,
    TrackStateSet,
    UnservedConfirmed,
)
from core.penalties.books import Books, IncidentFile, PenaltyFile, RulesVersion, penalty_id
from core.penalties.catalogue import of_canonical
from core.penalties.events import LogEvent
from core.penalties.model import (
    Act,
    Decision,
    Document,
    Merged,
    Protest,
    Report,
    ReportState,
    Serving,
    TrackChange,
    Void,
)

_EVER = datetime.min.replace(tzinfo=UTC)


class Draft:
    """The accumulator of one `advance`: copied once, changed in place, then frozen again."""

    def __init__(self, books: Books) -> None:
        self._before = books
        self._seq, self._hash, self._phase = books.seq, books.hash, books.phase
        self._versions, self._track, self._ended_at = books.versions, books.track, books.ended_at
        self._carried = books.carried
        self._incidents, self._penalties = books.incidents.copy(), books.penalties.copy()
        self._by_subject, self._pids = books.by_subject.copy(), books.pids.copy()
        self._reports, self._keys, self._documents = books.reports.copy(), books.keys.copy(), books.documents.copy()
        self._copied: set[str] = set()
        self.touched: set[int] = set()
        """Incidents to be judged again."""
        self.left: set[str] = set()
        """Subjects that an incident has left by a correction: who stays is judged again too."""
        self.everything = False
        """Rules or end have changed: everybody is judged again."""

    def books(self) -> Books:
        return Books(
            seq=self._seq,
            hash=self._hash,
            phase=self._phase,
            versions=self._versions,
            incidents=MappingProxyType(self._incidents),
            penalties=MappingProxyType(self._penalties),
            by_subject=MappingProxyType(self._by_subject),
            pids=MappingProxyType(self._pids),
            reports=MappingProxyType(self._reports),
            keys=MappingProxyType(self._keys),
            documents=MappingProxyType(self._documents),
            track=self._track,
            ended_at=self._ended_at,
            carried=self._carried,
        )

    def take(self, event: LogEvent) -> None:
        body = event.body
        if isinstance(body, IncidentRecorded):
            self._record(body, event)
        elif isinstance(body, AfterRecord):
            self._about_incident(body, event)
        elif isinstance(body, OfPenalty):
            self._about_penalty(body, event)
        elif isinstance(body, OfReport):
            self._about_report(body, event)
        else:
            self._about_session(body, event)
        self._seq, self._hash = event.seq, event.hash

    def _record(self, body: IncidentRecorded, event: LogEvent) -> None:
        self._forget(body.incident)
        file = IncidentFile(body, event.at, event.seq, Act(event.recorded_at, event.actor), event.seq)
        self._incidents[body.incident] = file
        self._copied.add(str(body.incident))
        self._count(file)
        if body.report is not None:
            self._accept(body.report, body.incident, event.seq)

    def _forget(self, incident: int) -> None:
        """A number is given once; a log that says otherwise is still read, and the later word counts."""
        if known := self._incidents.get(incident):
            self._uncount(known)

    def _count(self, file: IncidentFile) -> None:
        number = file.body.incident
        self.touched.add(number)
        for subject in dict.fromkeys(file.subjects):
            self._by_subject[subject] = (*self._by_subject.get(subject, ()), number)

    def _uncount(self, file: IncidentFile) -> None:
        for subject in dict.fromkeys(file.subjects):
            self.left.add(subject)
            self._by_subject[subject] = tuple(n for n in self._by_subject[subject] if n != file.body.incident)

    def _opened(self, incident: int, seq: int) -> IncidentFile | None:
        """The incident's file to write in; None if there is no such incident."""
        file = self._incidents.get(incident)
        if file is None:
            return None
        if str(incident) not in self._copied:
            file = self._incidents[incident] = copy(file)
            self._copied.add(str(incident))
        file.version = seq
        self.touched.add(incident)
        return file

    def _about_incident(self, body: AfterRecord, event: LogEvent) -> None:
        file = self._opened(body.incident, event.seq)
        if file is None:
            return
        match body:
            case IncidentDecided():
                self._decide(file, body, event)
            case IncidentAmended():
                self._amend(file, body)
            case IncidentVoided():
                file.void = Void(body.reason, _act(event))
            case IncidentMerged():
                file.merged = Merged(body.into, body.reason, _act(event))
            case IncidentRejudged():
                file.rejudged = self._versions[-1].catalogue if self._versions else None
            case _:
                _tell(file, body, _act(event))

    def _decide(self, file: IncidentFile, body: IncidentDecided, event: LogEvent) -> None:
        """Another decision begins anew, with penalty and approvals; only a serving is never lost."""
        file.decision = Decision(body.outcome, _act(event), body.reason, body.words, laps_left=body.laps_left)
        penalty = penalty_id(body.incident)
        known = self._penalties.get(penalty)
        if known is not None and known.serving is None:
            del self._penalties[penalty]
            self._pids[body.incident] = tuple(pid for pid in self._pids[body.incident] if pid != penalty)

    def _amend(self, file: IncidentFile, body: IncidentAmended) -> None:
        self._uncount(file)
        file.body, file.at = amended(file.body, file.at, body.changes)
        self._count(file)

    def _about_penalty(self, body: OfPenalty, event: LogEvent) -> None:
        if self._opened(body.incident, event.seq) is None:
            return
        file = self._penalty(body.penalty, body.incident)
        match body:
            case PenaltyApproved() | PenaltyIssued() | PenaltyNotified() | PenaltyAcknowledged() | PenaltyCancelled():
                _give(file, body, _act(event))
            case _:
                _serve(file, body, event)

    def _penalty(self, penalty: str, incident: int) -> PenaltyFile:
        """The penalty's file to write in, opened when something is done about it for the first time."""
        file = self._penalties.get(penalty)
        if file is None:
            self._pids[incident] = (*self._pids.get(incident, ()), penalty)
            file = self._penalties[penalty] = PenaltyFile(incident)
        elif penalty not in self._copied:
            file = self._penalties[penalty] = copy(file)
        self._copied.add(penalty)
        return file

    def _about_report(self, body: OfReport, event: LogEvent) -> None:
        match body:
            case ReportFiled():
                self._reports[body.report] = _filed(body, event)
                if body.key:
                    self._keys[body.key] = body.report
            case ReportAmended():
                if report := self._reports.get(body.report):
                    self._reports[body.report] = replace(amended_report(report, body.changes), version=event.seq)
            case ReportRefused():
                if report := self._reports.get(body.report):
                    refused = Void(body.reason, _act(event))
                    state = ReportState.REFUSED
                    self._reports[body.report] = replace(report, state=state, refused=refused, version=event.seq)
            case _:
                assert_never(body)

    def _accept(self, number: int, incident: int, seq: int) -> None:
        if report := self._reports.get(number):
            incidents = (*report.incidents, incident)
            state = ReportState.ACCEPTED
            self._reports[number] = replace(report, state=state, incidents=incidents, version=seq)

    def _about_session(self, body: OfSession, event: LogEvent) -> None:
        match body:
            case PhaseStarted():
                self._phase = body.phase
            case DocumentPublished():
                self._documents[body.number] = _published(body, event)
            case TrackStateSet():
                self._set_track(TrackChange(event.at, body.state))
            case SessionOpened() | SessionPaused() | SessionClosed() | SessionImported() | MessageSaid():
                pass
            case _:
                self._for_everybody(body, event)

    def _set_track(self, change: TrackChange) -> None:
        """Nobody is concerned but who had served by then: whether it was allowed depends on the track."""
        self._track = tuple(sorted((*self._track, change), key=lambda one: one.at))
        for file in self._penalties.values():
            if file.serving is not None and file.serving.at >= change.at and file.incident in self._incidents:
                self.touched.add(file.incident)

    def _for_everybody(
        self, body: RulesetPinned | RulesetChanged | SessionEnded | CountersCarried, event: LogEvent
    ) -> None:
        self.everything = True
        match body:
            case RulesetPinned():
                self._versions = (RulesVersion(None, of_canonical(body.text)), *self._versions[1:])
            case RulesetChanged():
                changed = RulesVersion(event.at, of_canonical(body.text), body.reason)
                self._versions = _in_time((*self._versions, changed))
            case SessionEnded():
                self._ended_at = event.at if self._ended_at is None else min(self._ended_at, event.at)
            case CountersCarried():
                self._carried = (*self._carried, *body.counters)
            case _:
                assert_never(body)


def _act(event: LogEvent) -> Act:
    return Act(event.at, event.actor)


def _in_time(versions: tuple[RulesVersion, ...]) -> tuple[RulesVersion, ...]:
    first, *changed = versions
    return (first, *sorted(changed, key=lambda one: one.since or _EVER))


def _tell(file: IncidentFile, body: SignalShown | DecisionApproved | ProtestLodged | ProtestDecided, act: Act) -> None:
    match body:
        case SignalShown():
            file.signal = act
        case DecisionApproved():
            if file.decision is not None:
                file.decision = replace(file.decision, approvals=(*file.decision.approvals, act))
        case ProtestLodged():
            file.protests = (*file.protests, Protest(body.text, act, body.appeal))
        case ProtestDecided():
            file.protests = tuple(_answered(protest, body, act) for protest in file.protests)
        case _:
            assert_never(body)


def _answered(protest: Protest, body: ProtestDecided, act: Act) -> Protest:
    if protest.decided is not None:
        return protest
    return replace(protest, upheld=body.upheld, reason=body.reason, decided=act)


def _give(
    file: PenaltyFile,
    body: PenaltyApproved | PenaltyIssued | PenaltyNotified | PenaltyAcknowledged | PenaltyCancelled,
    act: Act,
) -> None:
    match body:
        case PenaltyApproved():
            file.approvals = (*file.approvals, act)
        case PenaltyIssued():
            file.issued, file.code = act, body.code
        case PenaltyNotified():
            file.notified = act
        case PenaltyAcknowledged():
            file.acknowledged = act
        case PenaltyCancelled():
            file.cancelled = Void(body.reason, act)
        case _:
            assert_never(body)


def _serve(
    file: PenaltyFile,
    body: ServingReported | ServingRecorded | ServingVerified | ServingAccepted | UnservedConfirmed | ReviewResolved,
    event: LogEvent,
) -> None:
    match body:
        case ServingReported():
            file.reported_served = _act(event)
        case ServingRecorded():
            recorded = Act(event.recorded_at, event.actor)
            file.serving = Serving(event.at, recorded, body.seconds, body.evidence)
            file.crossings = body.crossings
        case ServingVerified() | ServingAccepted():
            file.serving = _confirmed(file.serving, body, _act(event))
        case UnservedConfirmed():
            file.unserved, file.crossings = _act(event), body.crossings
        case ReviewResolved():
            file.resolution, file.resolved = body.resolution, Void(body.reason, _act(event))
        case _:
            assert_never(body)


def _confirmed(serving: Serving | None, body: ServingVerified | ServingAccepted, act: Act) -> Serving | None:
    if serving is None:
        return None
    if isinstance(body, ServingVerified):
        return replace(serving, verified=act, evidence=(*serving.evidence, *body.evidence))
    return replace(serving, accepted=act, reason=body.reason)


def _filed(body: ReportFiled, event: LogEvent) -> Report:
    return Report(
        id=body.report,
        at=event.at,
        source=body.source,
        filed=Act(event.recorded_at, event.actor),
        version=event.seq,
        kart=body.kart,
        code=body.code,
        second_kart=body.second_kart,
        post=body.post,
        turn=body.turn,
        lap=body.lap,
        text=body.text,
        value=body.value,
        key=body.key,
        penalty=body.penalty,
        evidence=body.evidence,
        driver=body.driver,
    )


def _published(body: DocumentPublished, event: LogEvent) -> Document:
    return Document(body.number, body.kind, body.title, _act(event), body.content, body.incident)
