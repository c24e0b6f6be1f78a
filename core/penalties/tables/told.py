"""Lines as events: what a table says happened, in the order of its incidents, behind a word that a table said so.

Numbers are kept where the log is empty; else they go on behind those that are there, with the penalties' ids and the
merges. A penalty that the rules here would not give becomes an official's own decision: what was issued is not lost.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.penalties.bodies import (
    Body,
    IncidentDecided,
    IncidentMerged,
    IncidentRecorded,
    IncidentVoided,
    PenaltyAcknowledged,
    PenaltyCancelled,
    PenaltyIssued,
    PenaltyNotified,
    ServingAccepted,
    ServingRecorded,
    ServingVerified,
    UnservedConfirmed,
)
from core.penalties.books import penalty_id
from core.penalties.events import AUTO, OTHER, LogEvent, NewEvent
from core.penalties.fold import Fold, advance
from core.penalties.tables.cells import Lines
from core.penalties.tables.lines import IncidentLine, PenaltyLine

OWN = "As told by the imported file"


@dataclass(frozen=True, slots=True)
class Told:
    """`strange`: penalties that do not follow from the rules here and became decisions, by their ids in the file."""

    events: tuple[NewEvent, ...]
    strange: tuple[str, ...] = ()


def events_of(lines: Lines, fold: Fold) -> Told:
    """The events that follow `fold`."""
    numbered = _numbered(lines, fold)
    plain = tuple(_all(numbered))
    if not any(line.issued for line in numbered.penalties):
        return Told(plain)
    strange = _strange(numbered, advance(fold, _as_if_stored(plain, fold.seq)))
    if not strange:
        return Told(plain)
    return Told(tuple(_all(_decided(numbered, strange))), tuple(line.penalty for line in strange))


def _numbered(lines: Lines, fold: Fold) -> Lines:
    """Every incident with a number that nobody has."""
    shift = fold.next_incident - 1
    free = max((line.number or 0 for line in lines.incidents), default=0)
    incidents: list[IncidentLine] = []
    for line in lines.incidents:
        free += line.number is None
        number = free if line.number is None else line.number
        into = None if line.merged_into is None else line.merged_into + shift
        incidents.append(replace(line, number=number + shift, merged_into=into))
    return Lines(tuple(incidents), tuple(_moved(line, shift) for line in lines.penalties))


def _moved(line: PenaltyLine, shift: int) -> PenaltyLine:
    incident = line.incident + shift
    return replace(line, incident=incident, penalty=f"{incident}/{line.penalty.partition('/')[2]}")


def _all(lines: Lines) -> Iterator[NewEvent]:
    acts: dict[int, list[PenaltyLine]] = {}
    for penalty in lines.penalties:
        acts.setdefault(penalty.incident, []).append(penalty)
    for line in lines.incidents:
        number = line.number or 0
        yield from _incident(line, number)
        for penalty in acts.get(number, ()):
            yield from _penalty(penalty)
        yield from _gone(line, number)


def _incident(line: IncidentLine, number: int) -> Iterator[NewEvent]:
    recorded = IncidentRecorded(
        incident=number,
        kart=line.kart,
        code=line.code,
        phase=line.phase,
        second_kart=line.second_kart,
        turn=line.turn,
        text=line.note,
        lap=line.lap,
        driver=line.driver_id,
        team=line.team_id,
        value=line.value,
        points=line.points,
        video=line.video,
        observer=line.observer,
        laps_left=line.laps_left,
        evidence=line.evidence,
        fields=line.fields,
    )
    yield NewEvent(str(number), line.time, recorded)
    if line.decision:
        decided = IncidentDecided(number, line.decision, line.reason, line.words)
        yield NewEvent(str(number), line.decided or line.time, decided)


def _penalty(line: PenaltyLine) -> Iterator[NewEvent]:
    """In the order of a penalty's life; a serving may be of a time before it was recorded."""
    of = (line.incident, line.penalty)
    acts: tuple[tuple[datetime | None, Body], ...] = (
        (line.issued, PenaltyIssued(*of, line.code)),
        (line.notified, PenaltyNotified(*of)),
        (line.acknowledged, PenaltyAcknowledged(*of)),
        (line.served, ServingRecorded(*of, line.seconds)),
        (line.verified, ServingVerified(*of)),
        (line.accepted, ServingAccepted(*of, line.accept_reason)),
        (line.unserved, UnservedConfirmed(*of)),
        (line.cancelled, PenaltyCancelled(*of, line.cancel_reason)),
    )
    for at, body in acts:
        if at is not None:
            yield NewEvent(str(line.incident), at, body)


def _gone(line: IncidentLine, number: int) -> Iterator[NewEvent]:
    if line.voided is not None:
        yield NewEvent(str(number), line.voided, IncidentVoided(number, line.void_reason))
    if line.merged is not None and line.merged_into is not None:
        yield NewEvent(str(number), line.merged, IncidentMerged(number, line.merged_into, line.merge_reason))


def _strange(lines: Lines, judged: Fold) -> tuple[PenaltyLine, ...]:
    """In force in the file, of an incident that stands, and not what the rules here make of it."""
    return tuple(
        line
        for line in lines.penalties
        if line.issued is not None
        and line.cancelled is None
        and line.penalty not in judged.judged.sentences
        and (incident := judged.incidents.get(line.incident)) is not None
        and incident.void is None
        and incident.merged is None
    )


def _decided(lines: Lines, strange: Sequence[PenaltyLine]) -> Lines:
    """The first such penalty of an incident as its decision."""
    first: dict[int, PenaltyLine] = {}
    for line in strange:
        first.setdefault(line.incident, line)
    renamed = {line.penalty: penalty_id(line.incident) for line in first.values()}
    penalties = (replace(line, penalty=renamed.get(line.penalty, line.penalty)) for line in lines.penalties)
    return Lines(tuple(_given(line, first) for line in lines.incidents), tuple(penalties))


def _given(line: IncidentLine, first: Mapping[int, PenaltyLine]) -> IncidentLine:
    penalty = first.get(line.number or 0)
    if penalty is None or line.decision not in ("", AUTO):
        return line
    return replace(line, decision=OTHER, decided=penalty.issued, reason=OWN, words=penalty.words or penalty.code)


def _as_if_stored(events: Iterable[NewEvent], after: int) -> Iterator[LogEvent]:
    """Only to be judged: nothing is stored."""
    for seq, event in enumerate(events, start=after + 1):
        yield LogEvent(seq, "", seq, event.subject, event.at, event.at, "", "", event.type, event.body, "", "")
