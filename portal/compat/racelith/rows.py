"""Rows of the compatible API, made of the fold of a session: one for each incident that stands, newest first.

`penalty_due` says that something waits to be served, `penalty_taken` when it was. Ids are our incident numbers. A
served penalty whose basis a correction has removed stays served; `review_required` says that a person must look, as
with one that was served too late: nothing can be applied to it here until an official has accepted it or not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from core.penalties.catalogue import Catalogue
from core.penalties.events import AUTO
from core.penalties.fold import Fold
from core.penalties.model import Incident, Penalty, PenaltyState, Review
from portal.compat.racelith import words

Json = Mapping[str, object]
Row = dict[str, str | int | bool | None]

TAKEN = frozenset({PenaltyState.SERVED, PenaltyState.VERIFIED, PenaltyState.CLOSED, PenaltyState.CONVERTED})
NEVER_DUE = TAKEN | {
    PenaltyState.AWAITING_APPROVAL,
    PenaltyState.CANCELLED,
    PenaltyState.APPEALED,
}

_OfIncident = TypeVar("_OfIncident", Penalty, Review)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows `first` to `last` (not included) of the list; a page beyond the end is the last one."""

    page: int
    total_pages: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Case:
    """An incident with all that hangs on it."""

    incident: Incident
    penalties: tuple[Penalty, ...] = ()
    reviews: tuple[Review, ...] = ()

    @property
    def due(self) -> tuple[Penalty, ...]:
        """What waits to be served; an unserved penalty has been followed by another one."""
        followed = {penalty.follows for penalty in self.penalties}
        return tuple(one for one in self._settled if one.state not in NEVER_DUE and one.id not in followed)

    @property
    def late(self) -> tuple[Penalty, ...]:
        """Served after the window was used up; nobody has said yet what becomes of it."""
        unserved = (one for one in self.penalties if one.state is PenaltyState.UNSERVED and one.unserved is None)
        return tuple(one for one in unserved if one.serving is not None)

    @property
    def _settled(self) -> tuple[Penalty, ...]:
        """Without what hangs on an official's word about a late serving."""
        late = {one.id for one in self.late}
        return tuple(one for one in self.penalties if not late & {one.id, one.follows})

    @property
    def shown(self) -> Penalty | None:
        """The one that the row tells of."""
        reviewed = {review.penalty for review in self.reviews}
        standing = [one for one in (*self._settled, *self.late) if one.state is not PenaltyState.CANCELLED]
        lost = [one for one in self.penalties if one.id in reviewed]
        return next(iter((*self.due, *reversed(standing), *lost)), None)

    @property
    def taken(self) -> datetime | None:
        taken = (*(one for one in self.penalties if one.state in TAKEN), *self.late)
        served = [one.serving for one in taken if one.serving is not None]
        return max((serving.at for serving in (*served, *(one.serving for one in self.reviews))), default=None)


def cases(fold: Fold) -> tuple[Case, ...]:
    """Of the incidents that stand, newest first; those of one moment by number."""
    penalties = _by_incident(fold.penalties.values())
    reviews = _by_incident(fold.reviews.values())
    standing = [one for one in fold.incidents.values() if one.void is None and one.merged is None]
    standing.sort(key=lambda incident: (incident.at, incident.id), reverse=True)
    return tuple(Case(one, tuple(penalties.get(one.id, ())), tuple(reviews.get(one.id, ()))) for one in standing)


def case_of(fold: Fold, number: int) -> Case | None:
    """None: there is no such incident, or it was deleted."""
    incident = fold.incidents.get(number)
    if incident is None or incident.void is not None or incident.merged is not None:
        return None
    penalties = tuple(one for one in fold.penalties.values() if one.incident == number)
    return Case(incident, penalties, tuple(one for one in fold.reviews.values() if one.incident == number))


def row(case: Case, catalogue: Catalogue, requests: Mapping[int, str]) -> Row:
    incident, shown = case.incident, case.shown
    return {
        "id": incident.id,
        "kart_number": kart(incident.kart),
        "turn_number": incident.turn,
        "description": words.description(incident, catalogue),
        "observer": incident.observer,
        "warning_count": int(incident.count or 0),
        "penalty_due": "Yes" if case.due else "No",
        "penalty_description": words.penalty_description(incident, shown, catalogue),
        "penalty_taken": None if (taken := case.taken) is None else instant(taken),
        "timestamp": instant(incident.at),
        "penalty_origin": "manual" if is_manual(incident) else "automatic",
        "review_required": bool(case.late) or any(one.resolved is None for one in case.reviews),
        "requested_penalty": words.requested(incident, catalogue),
        "request_id": requests.get(incident.id),
    }


def pending_row(case: Case, catalogue: Catalogue) -> Row:
    incident = case.incident
    return {
        "id": incident.id,
        "kart_number": kart(incident.kart),
        "description": words.description(incident, catalogue),
        "penalty_description": words.penalty_description(incident, case.shown, catalogue),
        "timestamp": instant(incident.at),
        "observer": incident.observer,
    }


def is_manual(incident: Incident) -> bool:
    return incident.decision is not None and incident.decision.outcome != AUTO


def paged(total: int, page: int, limit: int) -> Page:
    pages = max(1, -(-total // limit))
    number = min(page, pages)
    return Page(number, pages, (number - 1) * limit, min(number * limit, total))


def kart(number: str) -> int | str:
    """Clients count karts; a number with letters, which only other screens can record, stays text."""
    return int(number) if number.isascii() and number.isdigit() else number


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _by_incident(things: Iterable[_OfIncident]) -> Mapping[int, Sequence[_OfIncident]]:
    found: dict[int, list[_OfIncident]] = {}
    for thing in things:
        found.setdefault(thing.incident, []).append(thing)
    return found
