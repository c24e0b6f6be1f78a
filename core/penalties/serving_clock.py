"""The clock of every penalty that has to be served: crossings used and left, what stops it, which stop looks like it.

Counted from real passages of the line, exactly as the engine counts the crossings of its events: those after the issue,
the very instant not among them, without those in a track state that stops the clock. When more are used than the window
has, the penalty *looks* unserved: an official says so, nothing here does. Stops are matched in the order in which the
penalties were issued, one stop to a penalty: whoever has two to serve comes in twice.

A feed measures the visit to the pit lane, not how long the wheels stood. Where the ruleset gives the time that driving
through takes (`limits: pit_transit_s`) it is taken off; else the whole visit is compared, and the evidence says so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.penalties.crossings import Crossing, Stop
from core.penalties.fold import Fold
from core.penalties.model import Amount, Evidence, Penalty, PenaltyState, TrackChange, TrackState
from core.penalties.rules.schema import Serve

TRANSIT = "pit_transit_s"
"""The limit of a ruleset that says how long it takes to drive through the pit lane without stopping."""

WAITING = frozenset(
    {
        PenaltyState.ISSUED,
        PenaltyState.NOTIFIED,
        PenaltyState.ACKNOWLEDGED,
        PenaltyState.SHORT,
        PenaltyState.REJECTED,
        PenaltyState.UNSERVED,
    }
)
"""States in which a penalty has still to be served; unserved only until a person has confirmed it."""

_SAME = timedelta(seconds=2)
"""Moments of one visit, as an official and the timing have them, are not farther outside of it."""


class Verdict(StrEnum):
    """What a stop looks like; the order is that in which the engine judges."""

    UNDER_WAY = "under_way"
    REJECTED = "rejected"
    """It began while the track state forbade it."""
    UNMEASURED = "unmeasured"
    SHORT = "short"
    LATE = "late"
    """Long enough, but the window was used up before."""
    ENOUGH = "enough"


_GOOD = frozenset({Verdict.UNDER_WAY, Verdict.UNMEASURED, Verdict.ENOUGH})
"""What lets no window run out: an official has only to look."""


@dataclass(frozen=True, slots=True)
class ServingClock:
    """One penalty that waits to be served."""

    penalty: Penalty
    window: int | None
    """How many crossings are permitted; None: the ruleset sets no limit."""
    used: int
    left: int | None
    """Negative once the window is overrun; None without a limit."""
    paused_by: TrackState | None
    """The track state that stops the clock now."""
    deciding: Evidence
    """The crossings that count and, where it came to that, the one that decided."""
    decided_at: datetime | None = None
    """The first crossing after the last permitted one, unless a stop that may be the serving came before it."""
    candidate: Stop | None = None
    verdict: Verdict | None = None
    required: Amount | None = None
    """How long the stop has to be, tolerance taken off; None where only the pass through the pit lane counts."""
    stood: Amount | None = None
    """What is compared with it."""
    measured: Evidence = ()
    """How the candidate was measured."""

    @property
    def paused(self) -> bool:
        return self.paused_by is not None

    @property
    def overdue(self) -> bool:
        return self.decided_at is not None


def waiting(fold: Fold) -> tuple[Penalty, ...]:
    """Penalties that were issued, have to be served on the track and are not, in the order of their issue."""
    found = [penalty for penalty in fold.penalties.values() if _waits(penalty) and _serve(fold, penalty) is not None]
    return tuple(sorted(found, key=_order))


def clocks(
    fold: Fold,
    crossings: Mapping[str, Sequence[Crossing]],
    stops: Mapping[str, Sequence[Stop]],
    now: datetime,
) -> tuple[ServingClock, ...]:
    """A clock for each penalty that waits, in the order of their issue.

    Args:
        fold: of the session.
        crossings: by kart, in any order.
        stops: by kart, in any order.
        now: the moment asked about; what happened after it does not count yet.
    """
    visits = _Visits(fold, stops, now)
    found = []
    for penalty in waiting(fold):
        serve = _serve(fold, penalty)
        if serve is not None:
            seen = sorted((one for one in crossings.get(penalty.kart, ()) if one.at <= now), key=_at)
            found.append(_clock(_Task(fold, penalty, serve), seen, visits, now))
    return tuple(found)


def deciding(fold: Fold, penalty: Penalty, passed: Iterable[datetime]) -> tuple[datetime, ...]:
    """The crossings that a verdict copies: those that count, up to the first after the last permitted one."""
    serve, window = _serve(fold, penalty), window_of(fold, penalty)
    if serve is None or window is None:
        return ()
    task = _Task(fold, penalty, serve)
    counted = [at for at in sorted(passed) if at > task.issued_at and task.counts(at)]
    return tuple(counted[: window + 1])


def window_of(fold: Fold, penalty: Penalty) -> int | None:
    """How many crossings are permitted; None: it is not in force, or no crossing uses it up."""
    serve = _serve(fold, penalty)
    return None if penalty.issued is None or serve is None else serve.within_crossings


def is_recorded_late(fold: Fold, penalty: Penalty) -> bool:
    """Whether a serving is recorded with which nothing is wrong but that it came too late."""
    serving, serve = penalty.serving, _serve(fold, penalty)
    if serving is None or serve is None or penalty.state is not PenaltyState.UNSERVED:
        return False
    required = _Task(fold, penalty, serve).required
    is_short = required is not None and serving.seconds is not None and serving.seconds < required
    return not is_short and state_at(fold.track, serving.at) not in serve.not_during


def state_at(track: Iterable[TrackChange], at: datetime) -> TrackState:
    """The last state set at or before the moment, of two at one instant the later one; green before the first."""
    earlier = sorted((change for change in track if change.at <= at), key=lambda change: change.at)
    return earlier[-1].state if earlier else TrackState.GREEN


def clock_text(at: datetime) -> str:
    """An instant as evidence writes it."""
    return f"{at:%H:%M:%S}.{at.microsecond // 1000:03} UTC"


@dataclass(frozen=True, slots=True)
class _Task:
    """One penalty with what its ruleset says about serving it."""

    fold: Fold
    penalty: Penalty
    serve: Serve

    @property
    def issued_at(self) -> datetime:
        return _issued_at(self.penalty)

    @property
    def required(self) -> Amount | None:
        """How long the stop must be; None where going through the pit lane is all."""
        return None if self.penalty.seconds is None else max(self.penalty.seconds - self.serve.tolerance_s, 0)

    @property
    def transit(self) -> Amount | None:
        return _transit(self.fold, self.penalty)

    def counts(self, at: datetime) -> bool:
        return state_at(self.fold.track, at) not in self.serve.clock_stops_during

    def stood(self, stop: Stop) -> Amount | None:
        transit = self.transit
        return stop.seconds if stop.seconds is None or transit is None else max(stop.seconds - transit, 0)

    def verdict(self, stop: Stop, decided_at: datetime | None) -> Verdict:
        stood, required = self.stood(stop), self.required
        if state_at(self.fold.track, stop.in_at) in self.serve.not_during:
            return Verdict.REJECTED
        if stop.out_at is None:
            return Verdict.UNDER_WAY
        if required is not None and stood is None:
            return Verdict.UNMEASURED
        if required is not None and stood is not None and stood < required:
            return Verdict.SHORT
        return Verdict.LATE if decided_at is not None and stop.in_at > decided_at else Verdict.ENOUGH


class _Visits:
    """The stops of all karts, handed out one to a penalty."""

    def __init__(self, fold: Fold, stops: Mapping[str, Sequence[Stop]], now: datetime) -> None:
        served = [(penalty.kart, penalty.serving.at) for penalty in fold.penalties.values() if penalty.serving]
        self._free = {
            kart: [
                stop for stop in sorted(visits, key=_in_at)
                if stop.in_at <= now and not any(who == kart and _covers(stop, at) for who, at in served)
            ]
            for kart, visits in stops.items()
        }  # fmt: skip

    def take(self, task: _Task, decided_at: datetime | None) -> tuple[Stop, Verdict] | None:
        """The first stop after the issue that is no failure, else the last failure; what was tried is used up."""
        free = self._free.get(task.penalty.kart, [])
        found: tuple[Stop, Verdict] | None = None
        for stop in [one for one in free if one.in_at > task.issued_at]:
            found = stop, task.verdict(stop, decided_at)
            free.remove(stop)
            if found[1] not in {Verdict.REJECTED, Verdict.SHORT}:
                break
        return found


def _clock(task: _Task, crossings: Sequence[Crossing], visits: _Visits, now: datetime) -> ServingClock:
    after = [one for one in crossings if one.at > task.issued_at]
    counted = [one for one in after if task.counts(one.at)]
    window = task.serve.within_crossings
    decided_at = None if window is None or len(counted) <= window else counted[window].at
    state = state_at(task.fold.track, now)
    clock = ServingClock(
        penalty=task.penalty,
        window=window,
        used=len(counted),
        left=None if window is None else window - len(counted),
        paused_by=state if state in task.serve.clock_stops_during else None,
        deciding=tuple(_deciding(task, after, window)),
        decided_at=decided_at,
        required=task.required,
    )
    taken = visits.take(task, decided_at)
    return clock if taken is None else _with_candidate(clock, task, *taken)


def _with_candidate(clock: ServingClock, task: _Task, stop: Stop, verdict: Verdict) -> ServingClock:
    return ServingClock(
        penalty=clock.penalty,
        window=clock.window,
        used=clock.used,
        left=clock.left,
        paused_by=clock.paused_by,
        deciding=clock.deciding,
        decided_at=None if verdict in _GOOD else clock.decided_at,
        candidate=stop,
        verdict=verdict,
        required=clock.required,
        stood=task.stood(stop),
        measured=tuple(_measured(task, stop)),
    )


def _deciding(task: _Task, after: Sequence[Crossing], window: int | None) -> Iterator[tuple[str, str]]:
    yield "issued", clock_text(task.issued_at)
    used = 0
    for one in after:
        lap = "" if one.lap is None else f", lap {one.lap}"
        if task.counts(one.at):
            used += 1
            yield f"crossing {used}" + (f" of {window}" if window else ""), f"{clock_text(one.at)}{lap}"
        else:
            yield "not counted", f"{clock_text(one.at)}{lap}, {state_at(task.fold.track, one.at)}"
        if window is not None and used > window:
            return


def _measured(task: _Task, stop: Stop) -> Iterator[tuple[str, str]]:
    yield "pit in", f"{clock_text(stop.in_at)}, {state_at(task.fold.track, stop.in_at)}"
    if stop.out_at is None:
        return
    yield "pit out", clock_text(stop.out_at)
    if stop.seconds is None:
        yield "in the pit lane", "not measured: an end of the stop was not seen"
        return
    yield "in the pit lane", f"{stop.seconds} s ({stop.provenance})"
    transit = task.transit
    if task.required is not None:
        yield "required", f"{task.required} s"
        yield "stood", f"{task.stood(stop)} s" if transit is not None else "no transit time is known: the whole visit"
    if transit is not None:
        yield "driving through takes", f"{transit} s"


def _waits(penalty: Penalty) -> bool:
    return penalty.state in WAITING and penalty.issued is not None and penalty.unserved is None


def _serve(fold: Fold, penalty: Penalty) -> Serve | None:
    rule = fold.rule_of(penalty)
    return None if rule is None else rule.serve


def _transit(fold: Fold, penalty: Penalty) -> Amount | None:
    rules = fold.rules_of(penalty.incident)
    return None if rules is None else rules.rules.limits.get(TRANSIT)


def _issued_at(penalty: Penalty) -> datetime:
    if penalty.issued is None:
        raise ValueError(f"penalty {penalty.id} was not issued")
    return penalty.issued.at


def _covers(stop: Stop, at: datetime) -> bool:
    return stop.in_at - _SAME <= at <= (stop.out_at or at) + _SAME


def _order(penalty: Penalty) -> tuple[datetime, str]:
    return _issued_at(penalty), penalty.id


def _at(crossing: Crossing) -> datetime:
    return crossing.at


def _in_at(stop: Stop) -> datetime:
    return stop.in_at
