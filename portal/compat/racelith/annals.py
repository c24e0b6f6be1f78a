"""What happened, as rows of the compatible API's history: one for each act on one infringement.

An act is what one request did to one incident, or to one penalty of it: recording and deciding is one `created`,
issuing and serving one `penalty_applied`. The row's id is the number of the act's first event in the log.

A session that was brought in from a file has one request for everything: there each event is an act, and what the file
said of it (who, when, in which words) stands in the event.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from core.penalties.bodies import (
    Body,
    IncidentAmended,
    IncidentDecided,
    IncidentMerged,
    IncidentRecorded,
    IncidentVoided,
    OfIncident,
    OfPenalty,
    PenaltyIssued,
    ServingRecorded,
)
from core.penalties.events import LogEvent
from core.penalties.model import Evidence
from portal.compat.racelith.rows import Row, instant
from portal.compat.racelith.words import NOT_GIVEN, PERFORMED_BY, unsigned

DETAILS = "details"
"""Name of the evidence that is an act's description, of an act that was brought in."""
WRITTEN_AT = "written_at"
"""Name of the evidence that says when an act was first written down, where that was elsewhere."""

CLIENTS_ID = "request_id"
"""Name of the evidence that is the request by which an incident came, where that was elsewhere."""
BROUGHT_IN = "import "
"""How the id of a request begins that brought a session in."""

NameOf = Callable[[str], str]


class Action(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    APPLIED = "penalty_applied"


_STRONGER = (Action.UPDATED, Action.DELETED, Action.CREATED)


@dataclass(frozen=True, slots=True)
class Happened:
    """One act."""

    id: int
    last: int
    """The number of its last event."""
    infringement: int
    action: Action
    performed_by: str
    observer: str
    details: str
    at: datetime
    karts: frozenset[str]
    request_id: str

    def row(self) -> Row:
        return {
            "id": self.id,
            "infringement_id": self.infringement,
            "action": self.action.value,
            "performed_by": self.performed_by,
            "observer": self.observer,
            "details": self.details,
            "timestamp": instant(self.at),
        }


@dataclass(slots=True)
class Annals:
    """The acts of a log so far, in order; grows with its tail."""

    seq: int = 0
    hash: str = ""
    acts: dict[tuple[str, int, str], Happened] = field(default_factory=dict)
    requests: dict[int, str] = field(default_factory=dict)
    """By which request an incident came."""
    _karts: dict[int, str] = field(default_factory=dict)
    _observers: dict[int, str] = field(default_factory=dict)

    def take(self, events: Iterable[LogEvent], name_of: NameOf) -> None:
        for event in events:
            self.seq, self.hash = event.seq, event.hash
            if isinstance(event.body, OfIncident | OfPenalty):
                self._take(event, event.body, name_of)

    def _take(self, event: LogEvent, body: OfIncident | OfPenalty, name_of: NameOf) -> None:
        karts = self._follow(event, body)
        key = event.request_id, body.incident, _penalty(body)
        if event.request_id.startswith(BROUGHT_IN):
            if isinstance(body, IncidentDecided | PenaltyIssued):
                return
            key = event.request_id, body.incident, str(event.seq)
        said = Happened(
            id=event.seq,
            last=event.seq,
            infringement=body.incident,
            action=_action(body),
            performed_by=_by(body) or name_of(event.actor),
            observer=self._observers.get(body.incident, ""),
            details=_details(body, elsewhere=event.request_id.startswith(BROUGHT_IN)),
            at=_written_at(body, event),
            karts=karts,
            request_id=event.request_id,
        )
        known = self.acts.get(key)
        self.acts[key] = said if known is None else _joined(known, said)

    def _follow(self, event: LogEvent, body: OfIncident | OfPenalty) -> frozenset[str]:
        """An act belongs to the kart that the incident had, and to the one it gets."""
        before = self._karts.get(body.incident)
        if isinstance(body, IncidentRecorded):
            self.requests[body.incident] = _evidence(body).get(CLIENTS_ID, event.request_id)
            self._karts[body.incident], self._observers[body.incident] = body.kart, body.observer
        if isinstance(body, IncidentAmended):
            self._karts[body.incident] = str(body.changes.get("kart", before))
            self._observers[body.incident] = str(body.changes.get("observer") or self._observers.get(body.incident, ""))
        return frozenset(kart for kart in (before, self._karts.get(body.incident)) if kart is not None)


def _joined(first: Happened, second: Happened) -> Happened:
    if second.action is Action.APPLIED:
        return replace(second, id=first.id)
    action = max(first.action, second.action, key=_STRONGER.index)
    details = "; ".join(dict.fromkeys(text for text in (first.details, second.details) if text))
    karts = first.karts | second.karts
    return replace(first, last=second.last, action=action, details=details, observer=second.observer, karts=karts)


def _penalty(body: Body) -> str:
    return body.penalty if isinstance(body, OfPenalty) else ""


def _action(body: Body) -> Action:
    match body:
        case IncidentRecorded():
            return Action.CREATED
        case IncidentVoided() | IncidentMerged():
            return Action.DELETED
        case ServingRecorded():
            return Action.APPLIED
        case _:
            return Action.UPDATED


def _by(body: Body) -> str:
    return unsigned(_reason(body))[1] or _evidence(body).get(PERFORMED_BY, "")


def _details(body: Body, *, elsewhere: bool) -> str:
    """What was brought in stands as it was written; else what the event says beside who and when."""
    if (written := _evidence(body).get(DETAILS)) is not None:
        return written
    reason = unsigned(_reason(body))[0]
    said = ["" if elsewhere else _changes(body), "" if reason == NOT_GIVEN else reason]
    return ": ".join(text for text in said if text)


def _changes(body: Body) -> str:
    match body:
        case IncidentRecorded():
            return f"kart {body.kart}, {body.text or body.code}"
        case IncidentAmended():
            return ", ".join(f"{name} {value}" for name, value in body.changes.items() if value not in {None, ""})
        case IncidentDecided():
            return body.words or body.outcome
        case PenaltyIssued() | ServingRecorded():
            return body.penalty
        case _:
            return ""


def _reason(body: Body) -> str:
    return str(getattr(body, "reason", ""))


def _evidence(body: Body) -> Mapping[str, str]:
    evidence: Evidence = getattr(body, "evidence", ())
    return dict(evidence)


def _written_at(body: Body, event: LogEvent) -> datetime:
    """Only an incident and a serving have a time of their own beside the one at which they were written down."""
    if isinstance(body, IncidentRecorded | ServingRecorded):
        elsewhere = _evidence(body).get(WRITTEN_AT)
        return event.recorded_at if elsewhere is None else datetime.fromisoformat(elsewhere)
    return event.at
