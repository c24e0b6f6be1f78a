"""Serving: recorded by one, verified by another or by the timing; late, short or forbidden ones accepted or not.

A verdict copies the crossings that decide: asked of the timing here, whoever records it and by whatever door, so that
a serving after the window was used up leaves the penalty unserved. While the timing does not answer, the official's
word is all there is, and the evidence says so.
"""

from datetime import datetime

from core.accounts.model import Right
from core.errors import BadInput, Conflict, NotFound
from core.penalties.acts.bench import Bench, reason
from core.penalties.acts.penalties import issued
from core.penalties.bodies import (
    ReviewResolved,
    ServingAccepted,
    ServingRecorded,
    ServingReported,
    ServingVerified,
    UnservedConfirmed,
)
from core.penalties.commands import (
    AcceptServing,
    ConfirmUnserved,
    ReportServing,
    ResolveReview,
    Serve,
    VerifyServing,
)
from core.penalties.events import NewEvent
from core.penalties.model import Evidence, Penalty, PenaltyState, Serving
from core.penalties.serving_clock import deciding, is_recorded_late, window_of

RESOLUTIONS = ("stands", "compensated")
_TO_REPEAT = frozenset({PenaltyState.SHORT, PenaltyState.REJECTED, PenaltyState.UNSERVED})


def serve(bench: Bench, command: Serve) -> tuple[NewEvent, ...]:
    """Serving is recorded; who may issue may record the serving of a proposal too, which issues it."""
    bench.demand(Right.SERVE)
    known, at = bench.fold.penalties.get(command.penalty), bench.moment(command.at)
    if known is not None and known.serving is not None:
        _refuse_again(bench, known, known.serving, at)
    penalty = bench.penalty(command.penalty)
    crossings, noted = _crossings(bench, penalty, at)
    evidence = (*command.evidence, *noted)
    served = ServingRecorded(penalty.incident, penalty.id, command.seconds, evidence, crossings)
    return (*_issued_too(bench, penalty), bench.event(penalty.incident, served, at))


def verify(bench: Bench, command: VerifyServing) -> NewEvent:
    """By a second source: another person than the one who recorded it, or the timing's evidence."""
    bench.demand(Right.SERVE)
    penalty, serving = _served(bench, command.penalty)
    if serving.verified is not None:
        said = f"The serving of {penalty.id} was verified {bench.by(serving.verified)}."
        raise Conflict(said, "It stands.", penalty)
    if serving.recorded.by == bench.account and not (command.evidence or serving.evidence):
        raise Conflict(
            f"You recorded the serving of {penalty.id} yourself.", "Another person or the timing verifies it.", penalty
        )
    return bench.event(penalty.incident, ServingVerified(penalty.incident, penalty.id, command.evidence))


def accept(bench: Bench, command: AcceptServing) -> NewEvent:
    """Accept one that came late, short or under the wrong track state."""
    bench.demand(Right.ISSUE)
    why = reason(command.reason, "Accepting")
    penalty, serving = _served(bench, command.penalty)
    _impartial(bench, penalty)
    if penalty.state not in _TO_REPEAT:
        before = f": it was accepted {bench.by(serving.accepted)}" if serving.accepted else ""
        said = f"The serving of {penalty.id} needs no acceptance{before}."
        raise Conflict(said, "Look at it again.", penalty)
    return bench.event(penalty.incident, ServingAccepted(penalty.incident, penalty.id, why))


def confirm_unserved(bench: Bench, command: ConfirmUnserved) -> NewEvent:
    """The window is used up and a person says so: what follows is proposed."""
    bench.demand(Right.ISSUE)
    penalty = bench.penalty(command.penalty)
    _impartial(bench, penalty)
    if penalty.unserved is not None:
        said = f"Penalty {penalty.id} was confirmed as not served {bench.by(penalty.unserved)}."
        raise Conflict(said, "It stands.", penalty)
    if penalty.issued is None:
        raise Conflict(f"Penalty {penalty.id} is not issued yet.", "Issue it first.", penalty)
    if penalty.serving is not None and penalty.state not in _TO_REPEAT:
        _refuse_served(bench, penalty, penalty.serving)
    crossings, noted = _crossings(bench, penalty)
    confirmed = UnservedConfirmed(penalty.incident, penalty.id, (*command.evidence, *noted), crossings)
    return bench.event(penalty.incident, confirmed)


def report(bench: Bench, command: ReportServing) -> NewEvent:
    """The team says that it has served; nothing is served until an official records it."""
    bench.demand(Right.REPORT_SERVING)
    penalty = bench.penalty(command.penalty)
    bench.own_team(penalty.kart)
    if penalty.serving is not None and penalty.state not in _TO_REPEAT:
        _refuse_served(bench, penalty, penalty.serving)
    if penalty.reported_served is not None:
        said = f"Penalty {penalty.id} was reported as served {bench.by(penalty.reported_served)}."
        raise Conflict(said, "Race control will look at it.", penalty)
    return bench.event(penalty.incident, ServingReported(penalty.incident, penalty.id, command.text.strip()))


def resolve_review(bench: Bench, command: ResolveReview) -> NewEvent:
    """What becomes of a served penalty whose basis a correction has removed."""
    bench.demand(Right.ISSUE)
    why = reason(command.reason, "Resolving")
    if command.resolution not in RESOLUTIONS:
        raise BadInput(f"“{command.resolution}” resolves nothing.", f"Choose: {', '.join(RESOLUTIONS)}.")
    review = bench.fold.reviews.get(command.penalty)
    if review is None:
        raise NotFound(f"Penalty {command.penalty} is not to be reviewed.", "Look at the review queue.")
    bench.impartial(review.kart)
    if review.resolved is not None:
        said = f"The review of {review.penalty} was resolved “{review.resolution}” {bench.by(review.resolved)}."
        raise Conflict(said, "It stands.", review)
    return bench.event(review.incident, ReviewResolved(review.incident, review.penalty, command.resolution, why))


def _crossings(
    bench: Bench, penalty: Penalty, served_at: datetime | None = None
) -> tuple[tuple[datetime, ...], Evidence]:
    """Those that decide, and what there is to be said about them."""
    window = window_of(bench.fold, penalty)
    if window is None or penalty.issued is None:
        return (), ()
    passed = bench.passed(penalty.kart, penalty.issued.at)
    if passed is None:
        return (), (("crossings", "not counted, the timing does not answer"),)
    counted = deciding(bench.fold, penalty, passed)
    before = sum(served_at is not None and at < served_at for at in counted)
    return counted, (("too late", f"after crossing {before} of {window}"),) if before > window else ()


def _issued_too(bench: Bench, penalty: Penalty) -> tuple[NewEvent, ...]:
    if penalty.issued is not None:
        return ()
    if Right.ISSUE not in bench.actor.rights:
        raise Conflict(f"Penalty {penalty.id} is not issued yet.", "Ask race control to issue it first.", penalty)
    _impartial(bench, penalty)
    return (issued(bench, penalty),)


def _served(bench: Bench, name: str) -> tuple[Penalty, Serving]:
    penalty = bench.penalty(name)
    if penalty.serving is None:
        raise NotFound(f"No serving of {name} is recorded.", "Record when it was served first.")
    return penalty, penalty.serving


def _refuse_again(bench: Bench, penalty: Penalty, serving: Serving, at: datetime) -> None:
    """What is wrong may be repeated; what was too late is not mended by a later one."""
    if penalty.state not in _TO_REPEAT:
        _refuse_served(bench, penalty, serving)
    if at >= serving.at and is_recorded_late(bench.fold, penalty):
        said = f"A serving of {penalty.id} was recorded {bench.by(serving.recorded)}, too late."
        raise Conflict(said, "Accept it with a reason, or confirm that it was not served.", penalty)


def _refuse_served(bench: Bench, penalty: Penalty, serving: Serving) -> None:
    said = f"Penalty {penalty.id} was served at {serving.at:%H:%M:%S} UTC, recorded {bench.by(serving.recorded)}."
    raise Conflict(said, "It stands.", penalty)


def _impartial(bench: Bench, penalty: Penalty) -> None:
    incident = bench.fold.incidents[penalty.incident]
    bench.impartial(incident.kart, incident.second_kart)
