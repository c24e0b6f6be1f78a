"""The queue over the API: file a report or a mark, amend one's own, accept or refuse.

Marshals' phones file while they have no line, and their clocks cannot be trusted. So a write says how long ago it was
made: `age_ms`, measured on the phone between the tap and the sending. The server takes that off its own clock; what the
phone's clock shows does not matter, only that it ran. `age_ms` is not part of what a retry is recognised by: it has
grown by then, and the first one that arrived has set the time.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, Field

from core.accounts.model import Identity, Right
from core.penalties.commands import AmendReport, Command, FileReport, Record, RefuseReport
from core.penalties.desk import Receipt
from core.penalties.entry import LONGEST
from core.penalties.log import WriteRequest
from core.penalties.model import Report, ReportSource
from portal.api.needs import needs
from portal.api.penalties import Write
from portal.running import runtime

router = APIRouter(prefix="/race-sessions/{session_id}", tags=["queue"])

Reader = Annotated[Identity, Depends(needs(Right.READ_RACE_CONTROL))]
OwnReader = Annotated[Identity, Depends(needs(Right.READ_OWN_REPORTS))]
Reporter = Annotated[Identity, Depends(needs(Right.REPORT))]
OwnAmender = Annotated[Identity, Depends(needs(Right.AMEND_OWN_REPORT))]
Recorder = Annotated[Identity, Depends(needs(Right.RECORD))]
Number = Annotated[str, Field(max_length=8)]
Turn = Annotated[int, Field(ge=0, le=999)]

LOOK_BACK_S = 10
"""A mark is of what was just seen."""


class Filed(Write):
    """What a marshal saw; `code` in any word of the ruleset. An empty kart: the number was not seen."""

    post: str = Field(default="", max_length=20)
    kart: Number = ""
    code: str = Field(min_length=1, max_length=100)
    second_kart: Number | None = None
    turn: Turn | None = None
    lap: int | None = Field(default=None, ge=0, le=9999)
    text: str = Field(default="", max_length=LONGEST)
    back_s: int = Field(default=0, ge=0, le=86_400)
    at: AwareDatetime | None = None


class Marked(Write):
    back_s: int = Field(default=LOOK_BACK_S, ge=0, le=86_400)
    at: AwareDatetime | None = None
    text: str = Field(default="", max_length=LONGEST)


class Amended(Write):
    """New values; what is left out stays."""

    post: str | None = Field(default=None, max_length=20)
    kart: Number | None = None
    code: str | None = Field(default=None, min_length=1, max_length=100)
    second_kart: Number | None = None
    turn: Turn | None = None
    lap: int | None = Field(default=None, ge=0, le=9999)
    text: str | None = Field(default=None, max_length=LONGEST)
    reason: str = Field(default="amended by who filed it", min_length=1, max_length=LONGEST)


class Accepted(Write):
    """Completes or corrects the report; what is left out is the report's."""

    kart: Annotated[str, Field(min_length=1, max_length=8)] | None = None
    code: str | None = Field(default=None, min_length=1, max_length=100)
    second_kart: Number | None = None
    turn: Turn | None = None
    lap: int | None = Field(default=None, ge=0, le=9999)
    text: str | None = Field(default=None, max_length=LONGEST)
    decision: str | None = Field(default=None, min_length=1, max_length=100)


class Refused(Write):
    reason: str = Field(min_length=1, max_length=LONGEST)


class Queued(BaseModel):
    """`report`: the number that it has in the queue."""

    report: int
    text: str
    repeated: bool
    at: datetime
    state: Literal["waiting", "accepted", "refused", "settled"]


@router.get("/reports")
def list_reports(_: Reader, session_id: UUID) -> tuple[Report, ...]:
    """Everything that was ever in the queue, with what became of it."""
    return tuple(runtime().penalties(session_id).state().reports.values())


@router.get("/reports/own")
def list_own_reports(reader: OwnReader, session_id: UUID) -> tuple[Report, ...]:
    """Those of one's own account."""
    reports = runtime().penalties(session_id).state().reports.values()
    return tuple(report for report in reports if report.filed.by == str(reader.account_id))


@router.post("/reports")
def file_report(reporter: Reporter, session_id: UUID, filed: Filed) -> Queued:
    """Into the queue: race control accepts or refuses it."""
    said = filed.model_dump(exclude={"request_id", "expected_version", "age_ms"})
    return _queued(FileReport(ReportSource.MARSHAL, **said), filed.by(reporter, session_id))


@router.post("/marks")
def mark_now(recorder: Recorder, session_id: UUID, marked: Marked) -> Queued:
    """A moment, to be filled in later: `@3 42 w` on the entry line, or by accepting it here with a kart and a code."""
    mark = FileReport(ReportSource.MARK, at=marked.at, back_s=marked.back_s, text=marked.text)
    return _queued(mark, marked.by(recorder, session_id))


@router.patch("/reports/{report}")
def amend_report(amender: OwnAmender, session_id: UUID, report: int, amended: Amended) -> Receipt:
    """One's own, until it is accepted or refused."""
    whole = {"request_id", "expected_version", "age_ms", "reason"}
    changes = amended.model_dump(exclude=whole, exclude_unset=True)
    return _perform(AmendReport(report, changes, amended.reason), amended.by(amender, session_id))


@router.post("/reports/{report}/accept")
def accept_report(recorder: Recorder, session_id: UUID, report: int, accepted: Accepted) -> Receipt:
    """It becomes an incident, at the time of the report."""
    return _perform(accepting(report, accepted), accepted.by(recorder, session_id))


@router.post("/reports/{report}/refuse")
def refuse_report(recorder: Recorder, session_id: UUID, report: int, refused: Refused) -> Receipt:
    """Whoever filed it reads the reason. A mark is dropped this way."""
    return _perform(RefuseReport(report, refused.reason), refused.by(recorder, session_id))


def accepting(report: int, said: Accepted) -> Record:
    """What is left out is taken from the report when it is recorded."""
    return Record(
        karts=(said.kart,) if said.kart else (),
        code=said.code or "",
        second_kart=said.second_kart,
        turn=said.turn,
        lap=said.lap,
        text=said.text or "",
        outcome=said.decision,
        report=report,
    )


def _perform(command: Command, request: WriteRequest) -> Receipt:
    return runtime().penalties(request.session_id).perform(command, request)


def _queued(command: FileReport, request: WriteRequest) -> Queued:
    desk = runtime().penalties(request.session_id)
    receipt = desk.perform(command, request)
    report = next(one for one in desk.state().reports.values() if one.id in receipt.reports)
    return Queued(
        report=report.id, text=receipt.text, repeated=receipt.repeated, at=report.at, state=report.state.value
    )
