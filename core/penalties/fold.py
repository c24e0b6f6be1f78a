"""What the log amounts to: the books, and what the rulesets make of them.

`advance` is the only way from one fold to the next. It takes any number of events in log order, with the same result
in one piece or event by event: a process keeps its fold and reads only the tail. A fold is frozen and shared between
threads. Nothing derived is stored anywhere: after each advance the incidents that were touched, and all that share a
kart, a driver or a team with them, are judged again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.penalties.books import Books, RulesVersion, penalty_id
from core.penalties.catalogue import Catalogue, PenaltyRule
from core.penalties.draft import Draft
from core.penalties.events import Anchor, LogEvent
from core.penalties.judged import Judged, judged_again
from core.penalties.model import (
    Document,
    Incident,
    IncidentState,
    Outcome,
    Penalty,
    PenaltyState,
    Pending,
    Report,
    ReportState,
    Review,
    TrackChange,
    TrackState,
)
from core.penalties.settled import as_they_stand
from core.sessions.model import Phase

__all__ = ["EMPTY", "Fold", "advance", "penalty_id"]

_OPEN = frozenset(
    {IncidentState.NOTED, IncidentState.INVESTIGATING, IncidentState.AWAITING_APPROVAL, IncidentState.PROTESTED}
)
_WAITING = frozenset({PenaltyState.PROPOSED, PenaltyState.AWAITING_APPROVAL})


@dataclass(frozen=True, slots=True)
class Fold:
    """The state of race control after event `seq`."""

    books: Books = field(default_factory=Books)
    """What the log says by itself."""
    judged: Judged = field(default_factory=Judged)
    """What the rulesets make of it."""

    @property
    def seq(self) -> int:
        return self.books.seq

    @property
    def hash(self) -> str:
        return self.books.hash

    @property
    def head(self) -> Anchor:
        return Anchor(self.books.seq, self.books.hash)

    @property
    def phase(self) -> Phase | None:
        return self.books.phase

    @property
    def catalogue(self) -> Catalogue | None:
        """The ruleset that stands now; None until the session is opened for the first time."""
        return self.books.versions[-1].catalogue if self.books.versions else None

    @property
    def versions(self) -> tuple[RulesVersion, ...]:
        return self.books.versions

    @property
    def incidents(self) -> Mapping[int, Incident]:
        return self.judged.incidents

    @property
    def penalties(self) -> Mapping[str, Penalty]:
        """What the rulesets yield, joined with what was done about it; also what was issued and has lost its basis."""
        return self.judged.penalties

    @property
    def reviews(self) -> Mapping[str, Review]:
        return self.judged.reviews

    @property
    def reports(self) -> Mapping[int, Report]:
        """The queue with what became of it, also elsewhere."""
        return as_they_stand(self.books.reports, self.penalties)

    @property
    def documents(self) -> Mapping[int, Document]:
        return self.books.documents

    @property
    def track(self) -> tuple[TrackChange, ...]:
        return self.books.track

    @property
    def track_state(self) -> TrackState:
        """The state that was set last."""
        return self.books.track[-1].state if self.books.track else TrackState.GREEN

    @property
    def ended_at(self) -> datetime | None:
        return self.books.ended_at

    @property
    def next_incident(self) -> int:
        return max(self.books.incidents, default=0) + 1

    @property
    def next_report(self) -> int:
        return max(self.books.reports, default=0) + 1

    @property
    def next_document(self) -> int:
        return max(self.books.documents, default=0) + 1

    @property
    def pending(self) -> Pending:
        """What waits for an official, oldest first."""
        incidents = [incident for incident in self.incidents.values() if incident.state in _OPEN]
        flags = [one for one in self.incidents.values() if one.outcome is Outcome.WARNING_FLAG and one.signal is None]
        penalties = [penalty for penalty in self.penalties.values() if penalty.state in _WAITING]
        reports = [report for report in self.reports.values() if report.state is ReportState.WAITING]
        return Pending(
            tuple(sorted(incidents, key=lambda incident: (incident.at, incident.id))),
            tuple(sorted(penalties, key=lambda penalty: (penalty.decided.at, penalty.incident, penalty.id))),
            tuple(sorted(reports, key=lambda report: (report.at, report.id))),
            tuple(review for review in self.reviews.values() if review.resolved is None),
            tuple(sorted(flags, key=lambda incident: (incident.at, incident.id))),
        )

    def penalties_of(self, incident: int) -> tuple[Penalty, ...]:
        """Those in the judgement first, then those that have lost their basis."""
        return tuple(self.penalties[pid] for pid in self.judged.pids.get(incident, ()))

    def rules_of(self, incident: int) -> Catalogue | None:
        """The ruleset that the incident is judged by."""
        file = self.books.incidents.get(incident)
        if file is None:
            return None
        return file.rejudged or self.books.rules_at(file.at)

    def rule_of(self, penalty: Penalty) -> PenaltyRule | None:
        """What the ruleset says about this kind of penalty; None for one in an official's own words."""
        rules = self.rules_of(penalty.incident)
        return rules.rules.penalties.get(penalty.code) if rules else None

    def appealable(self, penalty: Penalty) -> bool:
        rule = self.rule_of(penalty)
        return rule is None or rule.appealable


EMPTY = Fold()


def advance(fold: Fold, events: Iterable[LogEvent]) -> Fold:
    """The fold after these events, which follow `fold.seq` in log order."""
    draft = Draft(fold.books)
    for event in events:
        draft.take(event)
    books = draft.books()
    return Fold(books, judged_again(books, fold.judged, draft.touched, draft.left, everything=draft.everything))
