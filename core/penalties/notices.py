"""The notice board: what everybody may read of a session. No ids of accounts or people, no notes, nothing proposed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from core.penalties.fold import Fold
from core.penalties.grammar import ON_TRACK, penalty_words, standing
from core.penalties.model import IncidentState, Message, Penalty, PenaltyState, TrackState
from core.penalties.ticker import Reach, Reel, Visibility
from core.sessions.model import Phase

_OPEN = frozenset(
    {
        *(PenaltyState.ISSUED, PenaltyState.NOTIFIED, PenaltyState.ACKNOWLEDGED),
        *(PenaltyState.SHORT, PenaltyState.REJECTED, PenaltyState.UNSERVED, PenaltyState.APPEALED),
    }
)


@dataclass(frozen=True, slots=True)
class PublicPenalty:
    """`standing` in words; `to_serve`: the driver has still to do something."""

    id: str
    kart: str
    penalty: str
    infringement: str
    standing: str
    to_serve: bool
    issued_at: datetime
    turn: int | None = None
    lap: int | None = None


@dataclass(frozen=True, slots=True)
class PublicInvestigation:
    kart: str
    infringement: str
    at: datetime
    second_kart: str | None = None
    turn: int | None = None
    lap: int | None = None


@dataclass(frozen=True, slots=True)
class PublicDocument:
    number: int
    kind: str
    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoticeBoard:
    """Penalties: those to be served first, then the newest; messages and documents: newest first."""

    seq: int
    phase: Phase | None
    track: TrackState
    penalties: tuple[PublicPenalty, ...]
    investigations: tuple[PublicInvestigation, ...]
    messages: tuple[Message, ...]
    documents: tuple[PublicDocument, ...]


def notice_board(reel: Reel, visibility: Visibility) -> NoticeBoard:
    """What is public after the event `reel.fold.seq`."""
    fold = reel.fold
    messages = (message for message in reversed(reel.messages(visibility)) if message.public)
    return NoticeBoard(
        seq=fold.seq,
        phase=fold.phase,
        track=fold.track_state,
        penalties=tuple(sorted(_penalties(fold), key=_order)),
        investigations=tuple(_investigations(fold)) if visibility.shows(Reach.INVESTIGATION) else (),
        messages=tuple(messages),
        documents=published(fold),
    )


def published(fold: Fold) -> tuple[PublicDocument, ...]:
    """Newest first."""
    newest = sorted(fold.documents.values(), key=lambda one: one.number, reverse=True)
    return tuple(PublicDocument(one.number, one.kind, one.title, one.published.at) for one in newest)


def _order(one: PublicPenalty) -> tuple[bool, float, str]:
    return not one.to_serve, -one.issued_at.timestamp(), one.id


def _penalties(fold: Fold) -> Iterator[PublicPenalty]:
    """Issued ones, also what was cancelled after it was issued: the public has seen it."""
    for penalty in fold.penalties.values():
        if penalty.issued is not None:
            yield _public(fold, penalty, penalty.issued.at)


def _public(fold: Fold, penalty: Penalty, issued_at: datetime) -> PublicPenalty:
    incident = fold.incidents.get(penalty.incident)
    return PublicPenalty(
        id=penalty.id,
        kart=penalty.kart,
        penalty=penalty_words(penalty).capitalize(),
        infringement=incident.label if incident else "",
        standing=standing(penalty),
        to_serve=penalty.state in _OPEN and penalty.type in ON_TRACK,
        issued_at=issued_at,
        turn=incident.turn if incident else None,
        lap=incident.lap if incident else None,
    )


def _investigations(fold: Fold) -> Iterator[PublicInvestigation]:
    """Newest first."""
    open_ones = [one for one in fold.incidents.values() if one.state is IncidentState.INVESTIGATING]
    for one in sorted(open_ones, key=lambda incident: (incident.at, incident.id), reverse=True):
        yield PublicInvestigation(one.kart, one.label, one.at, one.second_kart, one.turn, one.lap)
