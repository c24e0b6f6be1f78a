"""What is done to an incident after it was recorded: corrections, the signal, approval, protests, the reasons.

Corrections carry a reason and stay in the history beside the old value. Nobody decides on a team they belong to.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from core.accounts.model import Identity, Right
from core.penalties.commands import Amend, Approve, DecideProtest, LodgeProtest, Merge, Rejudge, ShowSignal
from core.penalties.desk import Receipt
from core.penalties.entry import LONGEST
from core.penalties.model import Incident, Penalty
from portal.api.needs import needs
from portal.api.penalties import Amender, Reader, Reason, Recorder, Write
from portal.running import runtime

router = APIRouter(prefix="/race-sessions/{session_id}/incidents/{incident}", tags=["race control"])

Approver = Annotated[Identity, Depends(needs(Right.APPROVE))]
Steward = Annotated[Identity, Depends(needs(Right.DECIDE))]
Competitor = Annotated[Identity, Depends(needs(Right.ACKNOWLEDGE))]


class Amendment(Reason):
    """New values by field; `null` takes a value away.

    Fields: `at`, `kart`, `code`, `phase`, `second_kart`, `turn`, `lap`, `text`, `driver`, `team`, `value`, `points`,
    `video`, `observer`, `laps_left`, and `fields.<name>` for another field that the ruleset matches. With another kart
    the driver and the team of that kart are taken over, unless they are named too.
    """

    changes: dict[str, str | int | float | None] = Field(min_length=1, max_length=20)


class Merging(Reason):
    into: int = Field(ge=1)
    """The incident that stays."""


class Protested(Write):
    text: str = Field(min_length=1, max_length=LONGEST)
    appeal: bool = False
    """The intention to appeal; refused if no penalty of the incident is appealable."""


class Answered(Reason):
    upheld: bool


class Explanation(BaseModel):
    """`explain` of the incident and `why` of each penalty: what was counted, window, step, article, ruleset."""

    incident: Incident
    penalties: tuple[Penalty, ...]


@router.get("")
def read_incident(_: Reader, session_id: UUID, incident: int) -> Incident:
    return runtime().penalties(session_id).explained(incident)[0]


@router.get("/explanation")
def explain_incident(_: Reader, session_id: UUID, incident: int) -> Explanation:
    found, penalties = runtime().penalties(session_id).explained(incident)
    return Explanation(incident=found, penalties=penalties)


@router.patch("")
def amend_incident(amender: Amender, session_id: UUID, incident: int, amendment: Amendment) -> Receipt:
    """Everything that hangs on it is judged again; a served penalty whose basis is gone waits for review."""
    command = Amend(incident, amendment.changes, amendment.reason)
    return runtime().penalties(session_id).perform(command, amendment.by(amender, session_id))


@router.post("/merge")
def merge_incident(amender: Amender, session_id: UUID, incident: int, merging: Merging) -> Receipt:
    """It is the same as another one, which stays; it counts no more."""
    command = Merge(incident, merging.into, merging.reason)
    return runtime().penalties(session_id).perform(command, merging.by(amender, session_id))


@router.post("/rejudge")
def rejudge_incident(amender: Amender, session_id: UUID, incident: int, reason: Reason) -> Receipt:
    """By the ruleset that stands now, although it is older."""
    return runtime().penalties(session_id).perform(Rejudge(incident, reason.reason), reason.by(amender, session_id))


@router.post("/signal")
def show_signal(recorder: Recorder, session_id: UUID, incident: int, write: Write) -> Receipt:
    """The breach was shown to the driver; some ladders move only then."""
    return runtime().penalties(session_id).perform(ShowSignal(incident), write.by(recorder, session_id))


@router.post("/approve")
def approve_decision(approver: Approver, session_id: UUID, incident: int, write: Write) -> Receipt:
    """By another account than those that stand behind the decision already."""
    return runtime().penalties(session_id).perform(Approve(incident), write.by(approver, session_id))


@router.post("/protests")
def lodge_protest(competitor: Competitor, session_id: UUID, incident: int, protest: Protested) -> Receipt:
    """By the team of the kart, while the ruleset's window is open."""
    command = LodgeProtest(incident, protest.text, protest.appeal)
    return runtime().penalties(session_id).perform(command, protest.by(competitor, session_id))


@router.post("/protests/received")
def receive_protest(steward: Steward, session_id: UUID, incident: int, protest: Protested) -> Receipt:
    """A steward takes in what a team has handed over on paper, also after the window."""
    command = LodgeProtest(incident, protest.text, protest.appeal)
    return runtime().penalties(session_id).perform(command, protest.by(steward, session_id))


@router.post("/protests/decision")
def decide_protest(steward: Steward, session_id: UUID, incident: int, answered: Answered) -> Receipt:
    """The incident's decision is changed by an act of its own."""
    command = DecideProtest(incident, answered.upheld, answered.reason)
    return runtime().penalties(session_id).perform(command, answered.by(steward, session_id))
