"""What a team may see of a session besides what is published: its own karts' incidents, and its penalties once issued.

Nothing of other teams, no proposals, no names or ids of officials. An incident belongs to the team that was recorded
with it; only where none was, to whose kart it is.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.penalties.fold import Fold
from core.penalties.model import Amount, Incident, IncidentState, Penalty, PenaltyState, PenaltyType
from core.people.names import key_of
from core.sessions.model import Entry, Phase

_GONE = frozenset({IncidentState.VOIDED, IncidentState.MERGED})
_TO_SERVE = frozenset({PenaltyState.ISSUED, PenaltyState.NOTIFIED, PenaltyState.ACKNOWLEDGED, PenaltyState.UNSERVED})
_ON_TRACK = frozenset(
    {PenaltyType.TIME_AT_STOP, PenaltyType.STOP_GO, PenaltyType.STOP_EXTRA, PenaltyType.DRIVE_THROUGH}
)


@dataclass(frozen=True, slots=True)
class OwnIncident:
    id: int
    at: datetime
    kart: str
    label: str
    state: IncidentState
    phase: Phase | None = None
    second_kart: str | None = None
    turn: int | None = None
    lap: int | None = None
    protested: bool = False
    """A protest or an appeal of it waits to be decided."""


@dataclass(frozen=True, slots=True)
class OwnPenalty:
    """`version` is the last event about its incident."""

    id: str
    incident: int
    kart: str
    label: str
    state: PenaltyState
    issued_at: datetime
    version: int
    seconds: Amount | None = None
    laps: Amount | None = None
    places: Amount | None = None
    points: Amount | None = None
    to_acknowledge: bool = False
    to_serve: bool = False
    """Issued and not served: the team may say that it has."""
    reported_served: bool = False


@dataclass(frozen=True, slots=True)
class OwnView:
    """Newest first."""

    seq: int
    teams: tuple[str, ...]
    karts: tuple[str, ...]
    incidents: tuple[OwnIncident, ...]
    penalties: tuple[OwnPenalty, ...]


@dataclass(frozen=True, slots=True)
class Membership:
    """To what a reader belongs: ids of teams as text, and the name that the account gives its team."""

    teams: frozenset[str]
    name: str | None = None

    def owns(self, entry: Entry) -> bool:
        if entry.team_id is not None:
            return str(entry.team_id) in self.teams
        return bool(self.name and entry.team and key_of(entry.team) == key_of(self.name))


def own_view(fold: Fold, entries: Iterable[Entry], reader: Membership) -> OwnView:
    own = [entry for entry in entries if reader.owns(entry)]
    karts = tuple(entry.number for entry in own)
    incidents = {one.id: one for one in fold.incidents.values() if _is_own(one, karts, reader)}
    shown = [one for one in incidents.values() if one.state not in _GONE]
    penalties = [one for one in fold.penalties.values() if one.incident in incidents and one.issued]
    return OwnView(
        seq=fold.seq,
        teams=tuple(sorted({entry.team for entry in own if entry.team})),
        karts=karts,
        incidents=tuple(_incident(one) for one in sorted(shown, key=_newest)),
        penalties=tuple(own_penalties(penalties, incidents)),
    )


def own_penalties(penalties: Iterable[Penalty], incidents: Mapping[int, Incident]) -> list[OwnPenalty]:
    issued = [(one, one.issued.at) for one in penalties if one.issued is not None]
    newest = sorted(issued, key=lambda pair: pair[1], reverse=True)
    return [_penalty(one, issued_at, incidents[one.incident]) for one, issued_at in newest]


def _is_own(incident: Incident, karts: Collection[str], reader: Membership) -> bool:
    return incident.team in reader.teams if incident.team is not None else incident.kart in karts


def _newest(incident: Incident) -> tuple[float, int]:
    return -incident.at.timestamp(), -incident.id


def _incident(one: Incident) -> OwnIncident:
    return OwnIncident(
        one.id,
        one.at,
        one.kart,
        one.label,
        one.state,
        one.phase,
        one.second_kart,
        one.turn,
        one.lap,
        protested=any(protest.decided is None for protest in one.protests),
    )


def _penalty(one: Penalty, issued_at: datetime, incident: Incident) -> OwnPenalty:
    return OwnPenalty(
        one.id,
        one.incident,
        one.kart,
        one.label,
        one.state,
        issued_at,
        incident.version,
        one.seconds,
        one.laps,
        one.places,
        one.points,
        to_acknowledge=one.acknowledged is None and one.state.in_force,
        to_serve=one.state in _TO_SERVE and one.serving is None and one.type in _ON_TRACK,
        reported_served=one.reported_served is not None,
    )
