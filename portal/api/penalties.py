"""Race control over the API: record, decide, issue, void; what stands, what waits, what happened.

Every write carries a `request_id` of the client's own: sent again with the same content it is stored once and gets the
same receipt. `expected_version` is the last event the client has seen; an act on an incident changed since is a 409
with both versions. A write to a session that is not the active one of its circuit, or that came second, is a 409 too.
"""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from core.accounts.model import Identity, Right
from core.errors import NotFound
from core.penalties.catalogue import Rules
from core.penalties.commands import Decide, Issue, Record, Void
from core.penalties.desk import Receipt, Told
from core.penalties.entry import LONGEST
from core.penalties.events import Anchor, LogEvent
from core.penalties.log import WriteRequest
from core.penalties.model import Incident, Penalty, Pending
from portal.api.needs import needs
from portal.running import now, runtime

router = APIRouter(prefix="/race-sessions/{session_id}", tags=["race control"])

Reader = Annotated[Identity, Depends(needs(Right.READ_RACE_CONTROL))]
Recorder = Annotated[Identity, Depends(needs(Right.RECORD))]
Issuer = Annotated[Identity, Depends(needs(Right.ISSUE))]
Amender = Annotated[Identity, Depends(needs(Right.AMEND))]
Number = Annotated[str, Field(min_length=1, max_length=8)]
Word = Annotated[str, Field(min_length=1, max_length=100)]

OLDEST_MS = 86_400_000


class Write(BaseModel):
    """What every write carries."""

    model_config = ConfigDict(extra="forbid")

    request_id: str = Field(min_length=1, max_length=100)
    expected_version: int | None = Field(default=None, ge=0)
    age_ms: int = Field(default=0, ge=0, le=OLDEST_MS)
    """How long ago it was made, where it had to wait for a connection."""

    def by(self, actor: Identity, session_id: UUID) -> WriteRequest:
        """The time is the server's less the age; a retry has grown older, so the first that arrives sets the time."""
        made_at = now() - timedelta(milliseconds=self.age_ms)
        return WriteRequest(self.request_id, session_id, actor, made_at, self.expected_version)


class Line(Write):
    line: str = Field(max_length=LONGEST)


class IncidentReported(Write):
    """`code` and `decision` in any word of the ruleset: code, key, label or alias."""

    karts: tuple[Number, ...] = Field(min_length=1, max_length=50)
    code: Word
    second_kart: Number | None = None
    turn: int | None = Field(default=None, ge=0, le=999)
    text: str = Field(default="", max_length=LONGEST)
    back_s: int = Field(default=0, ge=0, le=86_400)
    """So many seconds ago."""
    decision: Word | None = None


class Decision(Write):
    outcome: Word
    """A penalty of the ruleset, `nfa` or `inv`."""


class Reason(Write):
    reason: str = Field(min_length=1, max_length=LONGEST)


class Integrity(BaseModel):
    """`first_broken` is the first event that is not what was stored; None: the chain is whole up to `head`."""

    head: Anchor
    first_broken: int | None


@router.post("/lines")
def submit_line(recorder: Recorder, session_id: UUID, line: Line) -> Receipt:
    """The entry line: `42 w 7`, `#17 =t5`, `#17 !`, `#17 x reason`."""
    return runtime().penalties(session_id).submit(line.line, line.by(recorder, session_id))


@router.get("/incidents")
def list_incidents(_: Reader, session_id: UUID) -> tuple[Incident, ...]:
    return tuple(runtime().penalties(session_id).state().incidents.values())


@router.post("/incidents")
def record_incidents(recorder: Recorder, session_id: UUID, report: IncidentReported) -> Receipt:
    """One incident for each kart."""
    record = Record(
        report.karts, report.code, report.second_kart, report.turn, report.text, report.back_s, report.decision
    )
    return runtime().penalties(session_id).perform(record, report.by(recorder, session_id))


@router.post("/incidents/{incident}/decision")
def decide_incident(issuer: Issuer, session_id: UUID, incident: int, decision: Decision) -> Receipt:
    return runtime().penalties(session_id).perform(Decide(incident, decision.outcome), decision.by(issuer, session_id))


@router.post("/incidents/{incident}/void")
def void_incident(amender: Amender, session_id: UUID, incident: int, reason: Reason) -> Receipt:
    """Its penalty is cancelled with it; both stay in the history."""
    return runtime().penalties(session_id).perform(Void(incident, reason.reason), reason.by(amender, session_id))


@router.get("/penalties")
def list_penalties(_: Reader, session_id: UUID) -> tuple[Penalty, ...]:
    return tuple(runtime().penalties(session_id).state().penalties.values())


@router.post("/penalties/{penalty_id:path}/issue")
def issue_penalty(issuer: Issuer, session_id: UUID, penalty_id: str, write: Write) -> Receipt:
    """From here on it counts in the standings."""
    desk = runtime().penalties(session_id)
    penalty = desk.state().penalties.get(penalty_id)
    if penalty is None:
        raise NotFound(f"There is no penalty {penalty_id}.", "Look at its id in the list of penalties.")
    return desk.perform(Issue(penalty.incident), write.by(issuer, session_id))


@router.get("/pending")
def list_pending(_: Reader, session_id: UUID) -> Pending:
    """Incidents without a decision, penalties not yet issued; oldest first."""
    return runtime().penalties(session_id).state().pending


@router.get("/events")
def list_events(_: Reader, session_id: UUID, after: Annotated[int, Query(ge=0)] = 0) -> tuple[LogEvent, ...]:
    """The log behind a sequence number: what a client that knows it has missed."""
    return runtime().penalties(session_id).history(after)


@router.get("/history")
def tell_history(_: Reader, session_id: UUID, kart: Number | None = None) -> tuple[Told, ...]:
    """The log in words with names, newest first; of one kart, or of all."""
    return runtime().penalties(session_id).told(kart)


@router.get("/verify")
def verify_log(_: Reader, session_id: UUID) -> Integrity:
    desk = runtime().penalties(session_id)
    return Integrity(first_broken=desk.verify(), head=desk.state().head)


@router.get("/ruleset")
def read_ruleset(_: Reader, session_id: UUID) -> Rules:
    """The ruleset that the session has pinned."""
    catalogue = runtime().penalties(session_id).state().catalogue
    if catalogue is None:
        raise NotFound("This race session has no ruleset yet.", "Open it: the first opening pins its ruleset.")
    return catalogue.rules
