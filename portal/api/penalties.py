"""Race control over the API: record, decide, void; what stands, what waits, what happened.

`incident_life` has what else is done to an incident, `penalty_life` the life of a penalty, `course` the session's.

Every write carries a `request_id` of the client's own: sent again with the same content it is stored once and gets the
same receipt. `expected_version` is the last event the client has seen; an act on an incident changed since is a 409
with both versions. A write to a session that is not the active one of its circuit, or that came second, is a 409 too.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from core.accounts.model import Identity, Right
from core.errors import NotFound
from core.penalties.catalogue import Rules
from core.penalties.commands import Decide, Record, Void
from core.penalties.desk import Receipt, Told
from core.penalties.entry import LONGEST
from core.penalties.events import LogEvent
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
Note = Annotated[str, Field(max_length=LONGEST)]
Measured = Annotated[int, Field(ge=0)] | Annotated[Decimal, Field(ge=0, max_digits=20, decimal_places=6)]

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
    """`code` and `decision` in any word of the ruleset: code, key, label or alias.

    `at` instead of `back_s` names the time itself: at most 5 minutes ahead. `report` accepts a report of the queue.
    What is left out of who drove, for which team, and how many laps are to go, the server fills in.
    """

    karts: tuple[Number, ...] = Field(min_length=1, max_length=50)
    code: Word
    second_kart: Number | None = None
    turn: int | None = Field(default=None, ge=0, le=999)
    text: str = Field(default="", max_length=LONGEST)
    back_s: int = Field(default=0, ge=0, le=86_400)
    """So many seconds ago."""
    decision: Word | None = None
    at: AwareDatetime | None = None
    lap: int | None = Field(default=None, ge=0, le=100_000)
    value: Measured | None = None
    """As measured, in the unit of the code."""
    points: Measured | None = None
    driver: Word | None = None
    """A person's id; left out, the entry list says who drove."""
    video: Note = ""
    observer: Note = ""
    report: int | None = Field(default=None, ge=1)
    laps_left: int | None = Field(default=None, ge=0, le=100_000)


class Decision(Write):
    """A decision needs the version that was looked at, if it changes an earlier one."""

    outcome: Word
    """A penalty of the ruleset, `nfa`, `inv`, `auto` (the ruleset judges), or `other` with `words`."""
    reason: Note = ""
    words: Note = ""
    """The penalty in an official's own words, where none of the ruleset fits."""
    laps_left: int | None = Field(default=None, ge=0, le=100_000)
    """When it was decided; left out, the timing's estimate."""


class Reason(Write):
    reason: str = Field(min_length=1, max_length=LONGEST)


@router.post("/lines")
def submit_line(recorder: Recorder, session_id: UUID, line: Line) -> Receipt:
    """The entry line: `42 w 7`, `#17 =t5`, `#17 !`, `#17 x reason`; the reference of the desk lists all of it."""
    return runtime().penalties(session_id).submit(line.line, line.by(recorder, session_id))


@router.get("/incidents")
def list_incidents(_: Reader, session_id: UUID) -> tuple[Incident, ...]:
    return tuple(runtime().penalties(session_id).state().incidents.values())


@router.post("/incidents")
def record_incidents(recorder: Recorder, session_id: UUID, report: IncidentReported) -> Receipt:
    """One incident for each kart."""
    said = report.model_dump(exclude={*Write.model_fields, "decision"})
    return (
        runtime()
        .penalties(session_id)
        .perform(Record(**said, outcome=report.decision), report.by(recorder, session_id))
    )


@router.post("/incidents/{incident}/decision")
def decide_incident(issuer: Issuer, session_id: UUID, incident: int, decision: Decision) -> Receipt:
    """409 with the incident as it stands now, if somebody was first or it changed since `expected_version`."""
    decide = Decide(incident, decision.outcome, decision.reason, decision.words, decision.laps_left)
    return runtime().penalties(session_id).perform(decide, decision.by(issuer, session_id))


@router.post("/incidents/{incident}/void")
def void_incident(amender: Amender, session_id: UUID, incident: int, reason: Reason) -> Receipt:
    """Its penalties are cancelled with it, what was served waits for review; all of it stays in the history."""
    return runtime().penalties(session_id).perform(Void(incident, reason.reason), reason.by(amender, session_id))


@router.get("/penalties")
def list_penalties(_: Reader, session_id: UUID) -> tuple[Penalty, ...]:
    return tuple(runtime().penalties(session_id).state().penalties.values())


@router.get("/pending")
def list_pending(_: Reader, session_id: UUID) -> Pending:
    """Incidents without a final decision, penalties not yet issued, the queue, reviews; oldest first."""
    return runtime().penalties(session_id).state().pending


@router.get("/events")
def list_events(_: Reader, session_id: UUID, after: Annotated[int, Query(ge=0)] = 0) -> tuple[LogEvent, ...]:
    """The log behind a sequence number: what a client that knows it has missed."""
    return runtime().penalties(session_id).history(after)


@router.get("/history")
def tell_history(_: Reader, session_id: UUID, kart: Number | None = None) -> tuple[Told, ...]:
    """The log in words with names, newest first; of one kart, or of all."""
    return runtime().penalties(session_id).told(kart)


@router.get("/ruleset")
def read_ruleset(_: Reader, session_id: UUID) -> Rules:
    """The ruleset that the session has pinned."""
    catalogue = runtime().penalties(session_id).state().catalogue
    if catalogue is None:
        raise NotFound("This race session has no ruleset yet.", "Open it: the first opening pins its ruleset.")
    return catalogue.rules
