"""What is published of a session: messages, the notice board, documents, results; and the publishing of it.

Readers of what is published get the public part; officials get everything. A document has a running number, its page
is `documents/4.html` and `documents/4.pdf`: the same bytes every time. Every write carries a `request_id` of the
client's own: sent again it is stored once.
"""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from core.accounts.model import Identity, Right
from core.errors import NotFound
from core.io.typeset import pdf
from core.io.workbooks import to_workbook
from core.penalties.desk import Receipt
from core.penalties.documents import decision
from core.penalties.documents.paper import Paper
from core.penalties.model import Message
from core.penalties.notices import NoticeBoard, PublicDocument, published
from core.penalties.ticker import Visibility
from core.sessions.entry_files import to_csv
from core.timing.results import Results
from portal.api.needs import needs
from portal.api.penalties import Write
from portal.documents import shelf
from portal.documents.html import POLICY, page
from portal.documents.results import results_paper, sheet
from portal.running import now, runtime

router = APIRouter(tags=["documents"])

Reader = Annotated[Identity, Depends(needs(Right.READ_PUBLISHED))]
Official = Annotated[Identity, Depends(needs(Right.READ_RACE_CONTROL))]
Publisher = Annotated[Identity, Depends(needs(Right.PUBLISH))]
SESSION = "/race-sessions/{session_id}"


class PageForm(StrEnum):
    HTML = "html"
    PDF = "pdf"


class SheetForm(StrEnum):
    """Results also come as a table: text cells, of which none is a formula."""

    HTML = "html"
    PDF = "pdf"
    CSV = "csv"
    XLSX = "xlsx"


class DecisionToPublish(Write):
    incident: int


class Shown(BaseModel):
    """Whether notes, and investigations, are public before anything is issued."""

    model_config = ConfigDict(extra="forbid")

    notes: bool
    investigations: bool


@router.get(SESSION + "/messages")
def list_messages(
    reader: Reader, session_id: UUID, after: Annotated[int | None, Query(ge=0)] = None
) -> tuple[Message, ...]:
    """Race-control messages behind a sequence number, oldest first; officials also get those that are not public.

    Without a number: those of the last few hundred events.
    """
    everything = Right.READ_RACE_CONTROL in reader.rights
    return runtime().notices.messages(session_id, after, all_of_them=everything)


@router.get(SESSION + "/notice-board")
def read_notice_board(_: Reader, session_id: UUID) -> NoticeBoard:
    """Penalties with how they stand, investigations where they are shown, messages and documents."""
    return runtime().notices.board(session_id)


@router.get("/circuits/{slug}/notice-board")
def read_circuit_notice_board(_: Reader, slug: str) -> NoticeBoard:
    """That of the session that is active at the circuit: for a screen that follows it without knowing its id."""
    active = runtime().circuits.find(slug).active_session_id
    if active is None:
        raise NotFound("No race session is active at this circuit.", "Its notice board appears when one is opened.")
    return runtime().notices.board(active)


@router.get("/notice-board/visibility")
def read_visibility(_: Reader) -> Visibility:
    return runtime().notices.visibility()


@router.put("/notice-board/visibility", status_code=204)
def set_visibility(publisher: Publisher, shown: Shown) -> None:
    runtime().notices.set_visibility(Visibility(shown.notes, shown.investigations), publisher, now())


@router.get(SESSION + "/documents")
def list_documents(_: Reader, session_id: UUID) -> tuple[PublicDocument, ...]:
    """Newest first."""
    return published(runtime().penalties(session_id).state())


@router.get(SESSION + "/documents/to-publish")
def list_unpublished(_: Official, session_id: UUID) -> tuple[int, ...]:
    """Incidents that were decided and have no document about how they stand now."""
    return decision.unpublished(runtime().penalties(session_id).state())


@router.post(SESSION + "/documents/decisions")
def publish_decision(publisher: Publisher, session_id: UUID, asked: DecisionToPublish) -> Receipt:
    return shelf.publish_decision(session_id, asked.incident, asked.by(publisher, session_id))


@router.post(SESSION + "/documents/results")
def publish_results(publisher: Publisher, session_id: UUID, asked: Write) -> Receipt:
    """The next version of the result sheet: provisional until the windows close, then final."""
    return shelf.publish_results(session_id, asked.by(publisher, session_id))


@router.get(SESSION + "/documents/{number}.{form}", response_class=Response)
def read_document(_: Reader, session_id: UUID, number: int, form: PageForm) -> Response:
    return _page(shelf.document_paper(session_id, number), form, f"document-{number}")


@router.get(SESSION + "/results.{form}", response_class=Response)
def read_results(_: Reader, session_id: UUID, form: SheetForm) -> Response:
    """The newest that was published."""
    one, document = shelf.published_results(session_id)
    if form in {SheetForm.CSV, SheetForm.XLSX}:
        return _sheet(session_id, one, form)
    paper = results_paper(
        one, shelf.occasion(session_id), shelf.names(session_id), document.published.at, document.number
    )
    return _page(paper, PageForm(form), "results")


@router.get(SESSION + "/results/draft.{form}", response_class=Response)
def draft_results(_: Official, session_id: UUID, form: SheetForm) -> Response:
    """As they stand at this moment."""
    if form in {SheetForm.CSV, SheetForm.XLSX}:
        return _sheet(session_id, shelf.draft_results(session_id, now()), form)
    return _page(shelf.draft_paper(session_id, now()), PageForm(form), "draft-results")


@router.get(SESSION + "/anchor.{form}", response_class=Response)
def print_anchor(official: Official, session_id: UUID, form: PageForm) -> Response:
    """The head of the event log on paper, to be kept outside this system; kept here too, once for each head."""
    return _page(shelf.anchor_paper(session_id, official, now()), form, "anchor")


def _page(paper: Paper, form: PageForm, name: str) -> Response:
    if form is PageForm.PDF:
        return Response(pdf(paper), media_type="application/pdf", headers=_named(f"{name}.pdf"))
    return Response(page(paper), media_type="text/html", headers={"Content-Security-Policy": POLICY})


def _sheet(session_id: UUID, one: Results, form: SheetForm) -> Response:
    rows = sheet(one, shelf.occasion(session_id), shelf.names(session_id))
    headers = _named(f"results.{form}", "attachment")
    if form is SheetForm.CSV:
        return Response(to_csv(rows), media_type="text/csv; charset=utf-8", headers=headers)
    return Response(to_workbook(rows, "Results"), media_type=_XLSX, headers=headers)


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _named(name: str, how: str = "inline") -> dict[str, str]:
    return {"Content-Disposition": f'{how}; filename="{name}"'}
