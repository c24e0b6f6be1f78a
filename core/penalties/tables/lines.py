"""What people told of incidents and penalties, a line each: nothing that the rules derive, nobody's name.

Times stand beside each act, because a line is all that a spreadsheet keeps of it. Who acted stands in the log alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.penalties.books import PenaltyFile
from core.penalties.fold import Fold
from core.penalties.model import Amount, Evidence, Incident
from core.sessions.model import Phase


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """`number` None: given at the import."""

    number: int | None
    time: datetime
    kart: str
    code: str
    phase: Phase | None = None
    second_kart: str | None = None
    turn: int | None = None
    lap: int | None = None
    note: str = ""
    driver_id: str | None = None
    team_id: str | None = None
    value: Amount | None = None
    points: Amount | None = None
    video: str = ""
    observer: str = ""
    laps_left: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    evidence: Evidence = ()
    decision: str = ""
    """`auto`, `nfa`, `investigating`, `other`, the code of a penalty; empty: nobody has decided."""
    decided: datetime | None = None
    reason: str = ""
    words: str = ""
    voided: datetime | None = None
    void_reason: str = ""
    merged: datetime | None = None
    merged_into: int | None = None
    merge_reason: str = ""


@dataclass(frozen=True, slots=True)
class PenaltyLine:
    """What was done about a penalty; one about which nothing was done follows from the rules alone."""

    incident: int
    penalty: str
    code: str = ""
    words: str = ""
    """How it is called; read only where the rules do not know it."""
    issued: datetime | None = None
    notified: datetime | None = None
    acknowledged: datetime | None = None
    served: datetime | None = None
    seconds: Amount | None = None
    verified: datetime | None = None
    accepted: datetime | None = None
    accept_reason: str = ""
    unserved: datetime | None = None
    cancelled: datetime | None = None
    cancel_reason: str = ""


def incident_lines(fold: Fold) -> tuple[IncidentLine, ...]:
    """By number."""
    return tuple(_incident(fold.incidents[number]) for number in sorted(fold.incidents))


def penalty_lines(fold: Fold) -> tuple[PenaltyLine, ...]:
    """Those about which something was done, by incident."""
    return tuple(
        line for number in sorted(fold.books.pids) for pid in fold.books.pids[number] for line in _penalties(fold, pid)
    )


def all_penalty_lines(fold: Fold) -> tuple[PenaltyLine, ...]:
    """Also those that only follow from the rules, for who reads the table."""
    acted = {line.penalty: line for line in penalty_lines(fold)}
    penalties = sorted(fold.penalties.values(), key=lambda one: (one.incident, one.id))
    return tuple(acted.get(one.id) or PenaltyLine(one.incident, one.id, one.code, one.label) for one in penalties)


def _incident(one: Incident) -> IncidentLine:
    line = {name: getattr(one, source) for name, source in _SAME.items()}
    decided, void, merged = one.decision, one.void, one.merged
    return IncidentLine(
        **line,
        decision=decided.outcome if decided else "",
        decided=decided.act.at if decided else None,
        reason=decided.reason if decided else "",
        words=decided.words if decided else "",
        voided=void.act.at if void else None,
        void_reason=void.reason if void else "",
        merged=merged.act.at if merged else None,
        merged_into=merged.into if merged else None,
        merge_reason=merged.reason if merged else "",
    )


_SAME: Mapping[str, str] = {
    "number": "id",
    "time": "at",
    "note": "text",
    "driver_id": "driver",
    "team_id": "team",
    **{name: name for name in ("kart", "code", "phase", "second_kart", "turn", "lap", "value", "points", "video")},
    **{name: name for name in ("observer", "laps_left", "fields", "evidence")},
}
"""Columns that are a field of the incident, under its name there."""


def _penalties(fold: Fold, pid: str) -> Iterator[PenaltyLine]:
    """None for a penalty that was only approved."""
    file = fold.books.penalties.get(pid)
    known = fold.penalties.get(pid)
    if file is None or not _done(file):
        return
    serving = file.serving
    yield PenaltyLine(
        incident=file.incident,
        penalty=pid,
        code=file.code or (known.code if known else ""),
        words=known.label if known else "",
        issued=file.issued.at if file.issued else None,
        notified=file.notified.at if file.notified else None,
        acknowledged=file.acknowledged.at if file.acknowledged else None,
        served=serving.at if serving else None,
        seconds=serving.seconds if serving else None,
        verified=serving.verified.at if serving and serving.verified else None,
        accepted=serving.accepted.at if serving and serving.accepted else None,
        accept_reason=serving.reason if serving else "",
        unserved=file.unserved.at if file.unserved else None,
        cancelled=file.cancelled.act.at if file.cancelled else None,
        cancel_reason=file.cancelled.reason if file.cancelled else "",
    )


def _done(file: PenaltyFile) -> bool:
    return any((file.issued, file.notified, file.acknowledged, file.serving, file.unserved, file.cancelled))
