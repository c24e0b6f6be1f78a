"""What the clocks of serving tell the queue: a window that is used up, a stop that was too short, late or forbidden.

A stop that looks right needs no report: the Serving page shows it, and an official confirms it there.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from core.penalties.crossings import Stop
from core.penalties.serving_clock import ServingClock, Verdict
from core.timing.proposals.model import Proposal

_WRONG: Mapping[Verdict, str] = {
    Verdict.SHORT: "stopped for {stood} s of {required} s",
    Verdict.REJECTED: "came in under {state}, which the ruleset forbids",
    Verdict.LATE: "came in after the window of {window} crossings was used up",
}


def serving_facts(clocks: Iterable[ServingClock]) -> Iterator[Proposal]:
    """What is wrong about penalties that wait to be served."""
    for clock in clocks:
        if clock.decided_at is not None and not _is_recorded(clock, clock.decided_at):
            yield _unserved(clock)
        if clock.candidate is not None and clock.verdict is not None and clock.verdict in _WRONG:
            yield _wrong(clock, clock.candidate, clock.verdict)


def _is_recorded(clock: ServingClock, decided_at: datetime) -> bool:
    """An official has recorded a late serving: that the window was used up is in the log."""
    return clock.penalty.serving is not None and clock.penalty.serving.at > decided_at


def _unserved(clock: ServingClock) -> Proposal:
    penalty, window = clock.penalty, clock.window
    return Proposal(
        kind="unserved",
        subject=penalty.id,
        kart=penalty.kart,
        at=clock.decided_at or penalty.decided.at,
        text=f"{penalty.label} is not served: {clock.used} crossings, {window} are permitted.",
        evidence=clock.deciding,
        penalty=penalty.id,
    )


def _wrong(clock: ServingClock, stop: Stop, verdict: Verdict) -> Proposal:
    penalty = clock.penalty
    facts = {
        "stood": clock.stood,
        "required": clock.required,
        "window": clock.window,
        "state": clock.measured[0][1].rpartition(", ")[2],
    }
    return Proposal(
        kind=f"serving_{verdict}",
        subject=penalty.id,
        kart=penalty.kart,
        at=stop.in_at,
        text=f"{penalty.label}: {_WRONG[verdict].format(**facts)}.",
        evidence=(*clock.measured, *clock.deciding),
        penalty=penalty.id,
    )
