"""A file's tables as the events of a new session: what happened, as far as the file says it, in its order.

An infringement is recorded as it is in the end, its history follows with its own times and words; what the rules make
of it is judged anew. All of it is one request of whoever imports, so that the chain says that it was brought in. A
penalty that was served but that our rules do not give becomes an official's own: nothing is lost.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from core.penalties.bodies import (
    IncidentAmended,
    IncidentDecided,
    IncidentRecorded,
    IncidentVoided,
    PenaltyIssued,
    PhaseStarted,
    RulesetChanged,
    RulesetPinned,
    ServingRecorded,
)
from core.penalties.catalogue import Catalogue, of_canonical
from core.penalties.events import AUTO, SESSION, LogEvent, NewEvent
from core.penalties.fold import EMPTY, Fold, advance, penalty_id
from core.sessions.model import Phase
from portal.compat.racelith import words
from portal.compat.racelith.annals import CLIENTS_ID, DETAILS, WRITTEN_AT, Action
from portal.compat.racelith.file_rows import FileRows, HistoryRow, InfringementRow
from portal.compat.racelith.rows import instant


def events_of(rows: FileRows, ruleset: Catalogue) -> tuple[Catalogue, tuple[NewEvent, ...]]:
    """The rules that stand in the end, and everything in order; `ruleset` judges where the file names none."""
    began = min((row.timestamp for row in rows.infringements), default=rows.now)
    versions = [(row.effective_from, of_canonical(row.text), row.reason) for row in rows.rules]
    pinned = versions[0][1] if versions else ruleset
    opening: list[NewEvent] = [
        NewEvent(SESSION, began, RulesetPinned(pinned.reference, pinned.text)),
        NewEvent(SESSION, began, PhaseStarted(Phase(rows.phase or Phase.RACE))),
    ]
    opening += [_changed(since or began, catalogue, reason) for since, catalogue, reason in versions[1:]]
    story = _Story(rows, [catalogue for _, catalogue, _ in versions] or [ruleset], opening)
    return (versions[-1][1] if versions else ruleset), tuple(story.events())


def _changed(since: datetime, catalogue: Catalogue, reason: str) -> NewEvent:
    return NewEvent(SESSION, since, RulesetChanged(catalogue.reference, catalogue.text, reason or words.NOT_GIVEN))


class _Story:
    """One file being told."""

    def __init__(self, rows: FileRows, catalogues: Sequence[Catalogue], opening: Sequence[NewEvent]) -> None:
        self._rows = {row.id: row for row in rows.infringements}
        self._history = _completed(rows)
        self._rules = catalogues[-1]
        self._opening = opening
        self._observers: dict[int, str] = {}
        self._lost: frozenset[int] = frozenset()
        self._judged = self._judge()
        self._lost = frozenset(row.id for row in self._rows.values() if self._is_lost(row))

    def events(self) -> Iterator[NewEvent]:
        yield from self._opening
        for said in self._history:
            yield from self._told(self._rows[said.infringement_id], said)

    def _judge(self) -> Fold:
        """What the rules make of the incidents that stand, before anything of them is served."""
        standing = [row for row in self._rows.values() if not row.deleted]
        events = [*self._opening, *(event for row in standing for event in self._recorded(row, _created(row)))]
        return advance(EMPTY, _as_if_stored(events))

    def _is_lost(self, row: InfringementRow) -> bool:
        """A penalty that was served by rules that are not ours."""
        unnamed = row.penalty_taken is not None and not row.penalty_id
        return unnamed and row.penalty_origin == "automatic" and not self._judged.penalties_of(row.id)

    def _told(self, row: InfringementRow, said: HistoryRow) -> Iterator[NewEvent]:
        match said.action:
            case Action.CREATED:
                yield from self._recorded(row, said)
            case Action.UPDATED:
                yield NewEvent(str(row.id), said.timestamp, self._amended(row, said))
            case Action.DELETED:
                yield NewEvent(str(row.id), said.timestamp, IncidentVoided(row.id, _reason(said)))
            case Action.APPLIED:
                yield from self._served(row, said)

    def _recorded(self, row: InfringementRow, said: HistoryRow) -> Iterator[NewEvent]:
        self._observers[row.id] = said.observer
        meant, wish = self._meant(row), self._wish(row)
        evidence = {**_evidence(said), CLIENTS_ID: row.request_id}
        body = IncidentRecorded(
            incident=row.id,
            kart=str(row.kart_number),
            code=meant.code,
            phase=row.phase or Phase.RACE,
            second_kart=row.second_kart,
            turn=row.turn_number,
            text=meant.text,
            lap=row.lap,
            observer=said.observer,
            evidence=tuple((name, text) for name, text in evidence.items() if text or name == DETAILS),
        )
        yield NewEvent(str(row.id), row.timestamp, body)
        if wish.outcome != AUTO:
            decided = IncidentDecided(row.id, wish.outcome, words.NOT_GIVEN, wish.words)
            yield NewEvent(str(row.id), said.timestamp, decided)

    def _amended(self, row: InfringementRow, said: HistoryRow) -> IncidentAmended:
        """The old values are not in the file; who observed is."""
        known, self._observers[row.id] = self._observers.get(row.id, ""), said.observer
        return IncidentAmended(row.id, {} if said.observer == known else {"observer": said.observer}, _reason(said))

    def _served(self, row: InfringementRow, said: HistoryRow) -> Iterator[NewEvent]:
        given = self._judged.penalties_of(row.id)
        penalty = row.penalty_id or (given[0].id if given else penalty_id(row.id))
        code = row.penalty_code or (given[0].code if given else self._wish(row).outcome)
        yield NewEvent(str(row.id), said.timestamp, PenaltyIssued(row.id, penalty, code))
        served = ServingRecorded(row.id, penalty, evidence=tuple(_evidence(said).items()))
        yield NewEvent(str(row.id), row.penalty_taken or said.timestamp, served)

    def _meant(self, row: InfringementRow) -> words.Meant:
        if row.code in self._rules.rules.codes:
            return words.Meant(row.code, row.note)
        return words.infringement(row.description, self._rules)

    def _wish(self, row: InfringementRow) -> words.Wish:
        if row.penalty_origin == "automatic" and row.id not in self._lost:
            return words.Wish(AUTO)
        lost = row.id in self._lost
        return words.wish(
            row.penalty_description if lost else row.requested_penalty or row.penalty_description, self._rules
        )


def _completed(rows: FileRows) -> tuple[HistoryRow, ...]:
    """The history with what the rows say but it does not."""
    told = {(said.infringement_id, said.action) for said in rows.history}
    born = [_created(row) for row in rows.infringements if (row.id, Action.CREATED) not in told]
    later = [
        _row(row, action, row.penalty_taken or row.timestamp)
        for row in rows.infringements
        for action, holds in ((Action.APPLIED, row.penalty_taken is not None), (Action.DELETED, row.deleted))
        if holds and (row.id, action) not in told
    ]
    return *born, *rows.history, *later


def _created(row: InfringementRow) -> HistoryRow:
    return _row(row, Action.CREATED, row.timestamp)


def _row(row: InfringementRow, action: Action, at: datetime) -> HistoryRow:
    return HistoryRow(infringement_id=row.id, action=action, timestamp=at, observer=row.observer)


def _evidence(said: HistoryRow) -> dict[str, str]:
    by = {words.PERFORMED_BY: said.performed_by} if said.performed_by else {}
    return {**by, DETAILS: said.details, WRITTEN_AT: instant(said.timestamp)}


def _reason(said: HistoryRow) -> str:
    return words.signed(said.details, said.performed_by)


def _as_if_stored(events: Iterable[NewEvent]) -> Iterator[LogEvent]:
    """Only to be judged: nothing is stored."""
    for seq, event in enumerate(events, start=1):
        yield LogEvent(seq, "", seq, event.subject, event.at, event.at, "", "", event.type, event.body, "", "")
