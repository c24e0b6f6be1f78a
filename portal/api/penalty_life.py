"""The life of a penalty: approved, issued, told, acknowledged, served, verified; or cancelled, unserved, reviewed.

An id is a path: `17/decision`, `17/white_line@3`, `17/white_line@3/unserved`. Whoever comes second is told who was
first and when (409), and gets the penalty as it stands now in `current`. What was served is never taken back.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, Field

from core.accounts.model import Identity, Right
from core.errors import NotFound
from core.penalties.commands import (
    AcceptServing,
    Acknowledge,
    Approve,
    Cancel,
    ConfirmUnserved,
    Issue,
    Notify,
    ReportServing,
    ResolveReview,
    Serve,
    VerifyServing,
)
from core.penalties.desk import Receipt
from core.penalties.model import Penalty, Review
from portal.api.incident_life import Approver, Competitor
from portal.api.needs import needs
from portal.api.penalties import Amender, Issuer, Measured, Note, Reader, Reason, Word, Write
from portal.running import runtime

router = APIRouter(prefix="/race-sessions/{session_id}", tags=["race control"])

Server = Annotated[Identity, Depends(needs(Right.SERVE))]
Reporter = Annotated[Identity, Depends(needs(Right.REPORT_SERVING))]
PENALTY = "/penalties/{penalty_id:path}"
Pairs = Annotated[tuple[tuple[Word, Note], ...], Field(max_length=40)]


class Evidence(Write):
    """What was measured, as names and values in words, in the order of reading."""

    evidence: Pairs = ()


class Served(Evidence):
    """`at` is when it was served, now if left out; `seconds` how long the stop was."""

    at: AwareDatetime | None = None
    seconds: Measured | None = None


class SaidServed(Write):
    text: Note = ""


class Resolution(Reason):
    resolution: Word
    """`stands` or `compensated`."""


@router.post(PENALTY + "/approve")
def approve_penalty(approver: Approver, session_id: UUID, penalty_id: str, write: Write) -> Receipt:
    """Where the ruleset wants several officials for its type; who issues counts as one."""
    command = Approve(_incident_of(penalty_id), penalty_id)
    return runtime().penalties(session_id).perform(command, write.by(approver, session_id))


@router.post(PENALTY + "/issue")
def issue_penalty(issuer: Issuer, session_id: UUID, penalty_id: str, write: Write) -> Receipt:
    """From here on it counts in the standings, and its serving window runs."""
    command = Issue(_incident_of(penalty_id), penalty_id)
    return runtime().penalties(session_id).perform(command, write.by(issuer, session_id))


@router.post(PENALTY + "/notify")
def notify_team(issuer: Issuer, session_id: UUID, penalty_id: str, write: Write) -> Receipt:
    """The team has been told."""
    return runtime().penalties(session_id).perform(Notify(penalty_id), write.by(issuer, session_id))


@router.post(PENALTY + "/acknowledge")
def acknowledge_penalty(competitor: Competitor, session_id: UUID, penalty_id: str, write: Write) -> Receipt:
    """The team of the kart says that it has been told."""
    return runtime().penalties(session_id).perform(Acknowledge(penalty_id), write.by(competitor, session_id))


@router.post(PENALTY + "/cancel")
def cancel_penalty(amender: Amender, session_id: UUID, penalty_id: str, reason: Reason) -> Receipt:
    """Also how a proposal is declined; a served one cannot be cancelled."""
    return runtime().penalties(session_id).perform(Cancel(penalty_id, reason.reason), reason.by(amender, session_id))


@router.post(PENALTY + "/serve")
def record_serving(server: Server, session_id: UUID, penalty_id: str, served: Served) -> Receipt:
    """Too short or under the wrong track state, it has to be repeated; who may issue issues a proposal with it."""
    command = Serve(penalty_id, served.at, served.seconds, served.evidence)
    return runtime().penalties(session_id).perform(command, served.by(server, session_id))


@router.post(PENALTY + "/verify")
def verify_serving(server: Server, session_id: UUID, penalty_id: str, evidence: Evidence) -> Receipt:
    """By another person than the one who recorded it, or with evidence of the timing."""
    command = VerifyServing(penalty_id, evidence.evidence)
    return runtime().penalties(session_id).perform(command, evidence.by(server, session_id))


@router.post(PENALTY + "/accept")
def accept_serving(issuer: Issuer, session_id: UUID, penalty_id: str, reason: Reason) -> Receipt:
    """Although it came late, short or under the wrong track state."""
    command = AcceptServing(penalty_id, reason.reason)
    return runtime().penalties(session_id).perform(command, reason.by(issuer, session_id))


@router.post(PENALTY + "/unserved")
def confirm_unserved(issuer: Issuer, session_id: UUID, penalty_id: str, evidence: Evidence) -> Receipt:
    """The window is used up and a person says so; what the ruleset lets follow is proposed."""
    command = ConfirmUnserved(penalty_id, evidence.evidence)
    return runtime().penalties(session_id).perform(command, evidence.by(issuer, session_id))


@router.post(PENALTY + "/reported-served")
def report_serving(reporter: Reporter, session_id: UUID, penalty_id: str, said: SaidServed) -> Receipt:
    """The team of the kart says that it has served; an official records it."""
    command = ReportServing(penalty_id, said.text)
    return runtime().penalties(session_id).perform(command, said.by(reporter, session_id))


@router.post(PENALTY + "/review")
def resolve_review(issuer: Issuer, session_id: UUID, penalty_id: str, resolution: Resolution) -> Receipt:
    """What becomes of a served penalty whose basis a correction has removed."""
    command = ResolveReview(penalty_id, resolution.resolution, resolution.reason)
    return runtime().penalties(session_id).perform(command, resolution.by(issuer, session_id))


@router.get("/reviews")
def list_reviews(_: Reader, session_id: UUID) -> tuple[Review, ...]:
    return tuple(runtime().penalties(session_id).state().reviews.values())


@router.get(PENALTY)
def read_penalty(_: Reader, session_id: UUID, penalty_id: str) -> Penalty:
    """With the reasons for it in `why`."""
    desk = runtime().penalties(session_id)
    known = desk.state().penalties.get(penalty_id)
    if known is None:
        raise NotFound(f"There is no penalty {penalty_id}.", "Look at its id in the list of penalties.")
    return next(one for one in desk.explained(known.incident)[1] if one.id == penalty_id)


def _incident_of(penalty_id: str) -> int:
    """The incident in front of the first slash; 0, which none has, where there is no number."""
    number = penalty_id.partition("/")[0]
    return int(number) if number.isdecimal() else 0
