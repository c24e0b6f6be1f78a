"""The clocks of a session: what has to happen until when, and what is overdue. Nothing is judged by them.

They are computed from the log at every look, so that they survive a restart. The limits are the `deadlines` of the
ruleset by which the incident is judged; without a limit there is no clock. The windows for protests and appeals run
from the decision (an appeal also from the decision on a protest); `Clock.due` is the moment at which each is over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.penalties.fold import Fold
from core.penalties.model import Act, Amount, Incident, IncidentState, Penalty, PenaltyState
from core.penalties.rules.schema import Deadlines


class ClockKind(StrEnum):
    NOTIFY = "notify"
    """A penalty in force is told to the team."""
    ACKNOWLEDGE = "acknowledge"
    INVESTIGATE = "investigate"
    """After the end: the last moment to announce an investigation; needs a reason to go on."""
    PROTEST = "protest"
    """A window: afterwards the result may become final."""
    APPEAL = "appeal"
    """A window: the intention to appeal."""
    VERDICT = "verdict"
    """A protest is decided."""
    REVIEW = "review"
    """A window for the right of review; information."""


WINDOWS = frozenset({ClockKind.PROTEST, ClockKind.APPEAL, ClockKind.REVIEW})
"""They close silently; the others are overdue."""


@dataclass(frozen=True, slots=True)
class Clock:
    """`subject` is the incident or the penalty it is about; `seconds` its limit."""

    kind: ClockKind
    subject: int | str
    kart: str
    started: datetime
    seconds: Amount

    @property
    def due(self) -> datetime:
        return self.started + timedelta(microseconds=int(self.seconds * 1_000_000))

    def overdue(self, now: datetime) -> bool:
        return self.kind not in WINDOWS and now > self.due

    def is_over(self, now: datetime) -> bool:
        return now > self.due


def clocks(fold: Fold, now: datetime) -> tuple[Clock, ...]:
    """Those that run, and those overdue; windows only while they are open. What is due first stands first."""
    found = (*_of_penalties(fold), *_of_incidents(fold))
    running = [clock for clock in found if clock.kind not in WINDOWS or not clock.is_over(now)]
    return tuple(sorted(running, key=lambda clock: (clock.due, clock.kind, str(clock.subject))))


def closed_at(fold: Fold, incident: Incident, *, appeal: bool) -> datetime | None:
    """When the window for protests, or for the intention to appeal, closes; None: there is no limit."""
    kind = ClockKind.APPEAL if appeal else ClockKind.PROTEST
    started = _appeal_started(fold, incident) if appeal else _decided_at(fold, incident)
    clock = _clock(fold, kind, incident, incident.id, started)
    return clock.due if clock else None


def _of_penalties(fold: Fold) -> Iterator[Clock]:
    for penalty in fold.penalties.values():
        if penalty.issued is None or penalty.state is PenaltyState.CANCELLED:
            continue
        incident = fold.incidents[penalty.incident]
        told = penalty.notified or penalty.acknowledged
        if told is None:
            yield from _some(_clock(fold, ClockKind.NOTIFY, incident, penalty.id, penalty.issued.at))
        elif penalty.acknowledged is None and penalty.notified is not None:
            yield from _some(_clock(fold, ClockKind.ACKNOWLEDGE, incident, penalty.id, penalty.notified.at))


def _of_incidents(fold: Fold) -> Iterator[Clock]:
    for incident in fold.incidents.values():
        if incident.void is not None or incident.merged is not None:
            continue
        for kind, started in _stages(fold, incident):
            yield from _some(_clock(fold, kind, incident, incident.id, started))


def _stages(fold: Fold, incident: Incident) -> Iterator[tuple[ClockKind, datetime | None]]:
    """What runs about an incident, and since when."""
    if incident.state is IncidentState.NOTED:
        yield ClockKind.INVESTIGATE, fold.ended_at
    decided = _decided_at(fold, incident)
    if not incident.protests:
        yield ClockKind.PROTEST, decided
    if not any(protest.appeal for protest in incident.protests):
        yield ClockKind.APPEAL, _appeal_started(fold, incident)
    for protest in incident.protests:
        if protest.decided is None:
            yield ClockKind.VERDICT, protest.lodged.at
    yield ClockKind.REVIEW, decided


def _clock(
    fold: Fold, kind: ClockKind, incident: Incident, subject: int | str, started: datetime | None
) -> Clock | None:
    rules = fold.rules_of(incident.id)
    seconds = _limit(rules.rules.deadlines, kind) if rules else None
    if seconds is None or started is None:
        return None
    return Clock(kind, subject, incident.kart, started, seconds)


def _limit(deadlines: Deadlines, kind: ClockKind) -> Amount | None:
    limits = {
        ClockKind.NOTIFY: deadlines.notify_s,
        ClockKind.ACKNOWLEDGE: deadlines.ack_s,
        ClockKind.INVESTIGATE: deadlines.investigate_after_end_s,
        ClockKind.PROTEST: deadlines.protest_s,
        ClockKind.APPEAL: deadlines.appeal_intent_s,
        ClockKind.VERDICT: deadlines.verdict_s,
        ClockKind.REVIEW: deadlines.review_s,
    }
    return limits[kind]


def _decided_at(fold: Fold, incident: Incident) -> datetime | None:
    """A decision, or the issue of what the ruleset proposed; the later of both."""
    acts: list[Act] = [penalty.issued for penalty in fold.penalties_of(incident.id) if penalty.issued]
    if incident.decision is not None and incident.state is not IncidentState.INVESTIGATING:
        acts.append(incident.decision.act)
    return max((act.at for act in acts), default=None)


def _appeal_started(fold: Fold, incident: Incident) -> datetime | None:
    if incident.protests and (answered := incident.protests[-1].decided) is not None:
        return answered.at
    penalties: tuple[Penalty, ...] = fold.penalties_of(incident.id)
    if penalties and not any(fold.appealable(penalty) for penalty in penalties):
        return None
    return _decided_at(fold, incident)


def _some(clock: Clock | None) -> Iterator[Clock]:
    if clock is not None:
        yield clock
