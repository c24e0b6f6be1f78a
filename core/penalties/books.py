"""What the log says, before anybody judges it: a file for each incident and each penalty, the queue, track and rules.

`Books` are frozen and shared between threads. `Draft` is the accumulator of one `advance`: it copies a file when it
first changes it, and remembers which incidents and subjects were touched, so that only they are judged again.
"""

from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from core.penalties.bodies import Counter, IncidentRecorded
from core.penalties.catalogue import Catalogue
from core.penalties.model import (
    Act,
    Decision,
    Document,
    Merged,
    Protest,
    Report,
    Serving,
    TrackChange,
    TrackState,
    Void,
)
from core.sessions.model import Phase


def penalty_id(incident: int) -> str:
    """The penalty that an official's decision on the incident chose."""
    return f"{incident}/decision"


@dataclass(slots=True)
class IncidentFile:
    """What the log says about one incident."""

    body: IncidentRecorded
    """As it stands: amendments are merged in."""
    at: datetime
    seq: int
    recorded: Act
    version: int
    decision: Decision | None = None
    signal: Act | None = None
    void: Void | None = None
    merged: Merged | None = None
    protests: tuple[Protest, ...] = ()
    rejudged: Catalogue | None = None

    @property
    def stands(self) -> bool:
        return self.void is None and self.merged is None

    @property
    def subjects(self) -> tuple[str, ...]:
        """Whose counters it may move, as the ladders name them: one without a driver or a team counts the kart."""
        body = self.body
        if body.driver is not None and body.team is not None:  # nearly always
            return body.kart, body.driver, body.team
        return tuple(subject for subject in (body.kart, body.driver, body.team) if subject is not None)


@dataclass(slots=True)
class PenaltyFile:
    """What was done about one penalty, whether or not it still follows from its incident."""

    incident: int
    code: str = ""
    """What was issued."""
    approvals: tuple[Act, ...] = ()
    issued: Act | None = None
    notified: Act | None = None
    acknowledged: Act | None = None
    reported_served: Act | None = None
    serving: Serving | None = None
    unserved: Act | None = None
    crossings: tuple[datetime, ...] = ()
    """Those that decided the last verdict on its serving."""
    cancelled: Void | None = None
    resolution: str | None = None
    resolved: Void | None = None


@dataclass(frozen=True, slots=True)
class RulesVersion:
    """A ruleset and the time from which incidents are judged by it; None: from the beginning."""

    since: datetime | None
    catalogue: Catalogue
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Books:
    """Everything the log says up to event `seq`."""

    seq: int = 0
    hash: str = ""
    phase: Phase | None = None
    versions: tuple[RulesVersion, ...] = ()
    incidents: MappingProxyType[int, IncidentFile] = field(default_factory=lambda: MappingProxyType({}))
    penalties: MappingProxyType[str, PenaltyFile] = field(default_factory=lambda: MappingProxyType({}))
    by_subject: MappingProxyType[str, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    pids: MappingProxyType[int, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """The penalties of an incident about which something was done."""
    reports: MappingProxyType[int, Report] = field(default_factory=lambda: MappingProxyType({}))
    keys: MappingProxyType[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Which report a program's finding became."""
    documents: MappingProxyType[int, Document] = field(default_factory=lambda: MappingProxyType({}))
    track: tuple[TrackChange, ...] = ()
    ended_at: datetime | None = None
    carried: tuple[Counter, ...] = ()

    def rules_at(self, at: datetime) -> Catalogue | None:
        """The ruleset by which an incident of this time is judged."""
        started = [one.catalogue for one in self.versions if one.since is None or one.since <= at]
        return started[-1] if started else None

    def track_at(self, at: datetime) -> TrackState:
        """The state set last at or before this time."""
        states = [change.state for change in self.track if change.at <= at]
        return states[-1] if states else TrackState.GREEN
