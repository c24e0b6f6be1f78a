"""The documents of a session: published, listed, and made into papers; for pages and API alike.

What is published is decided under the log's lock against the fold at its head, so that two officials who publish the
same decision do it once, and a retry of a request stores nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from core.accounts.model import Identity
from core.errors import NotFound
from core.penalties.commands import Command, Publish
from core.penalties.desk import Receipt
from core.penalties.documents import anchor, decision
from core.penalties.documents.paper import Names, Occasion, Paper
from core.penalties.fold import Fold
from core.penalties.log import WriteRequest
from core.penalties.model import Document
from core.sessions.model import Entry, SessionState
from core.timing import results
from core.timing.results import Results
from core.timing.standings import classify
from portal.documents.results import results_paper
from portal.running import runtime


def publish_decision(session_id: UUID, incident: int, request: WriteRequest) -> Receipt:
    """The document about an incident as it stands now.

    Raises:
        NotFound: there is no such incident.
        Conflict: nothing has been decided on it.
    """

    def choose(fold: Fold) -> tuple[Command, ...]:
        content = decision.decision_content(fold, incident)
        return (Publish(decision.KIND, decision.decision_title(fold, incident), content, incident),)

    return runtime().penalties(session_id).perform_all({"publish_decision": incident}, choose, request)


def publish_results(session_id: UUID, request: WriteRequest) -> Receipt:
    """The result sheet as it stands now: the next version."""

    def choose(fold: Fold) -> tuple[Command, ...]:
        one = _results(session_id, fold, request.now)
        return (Publish(results.KIND, results.title(one), results.to_content(one)),)

    return runtime().penalties(session_id).perform_all({"publish_results": None}, choose, request)


def document_paper(session_id: UUID, number: int) -> Paper:
    """The page of a published document."""
    document = runtime().penalties(session_id).state().documents.get(number)
    if document is None:
        raise NotFound(f"There is no document {number}.", "Look at its number on the notice board.")
    return _paper(session_id, document)


def published_results(session_id: UUID) -> tuple[Results, Document]:
    """The newest that was published."""
    document = results.latest(runtime().penalties(session_id).state())
    if document is None:
        raise NotFound("No results are published yet.", "They appear here when an official publishes them.")
    return results.of_content(document.content), document


def draft_results(session_id: UUID, now: datetime) -> Results:
    """As they stand at this moment."""
    return _results(session_id, runtime().penalties(session_id).state(), now)


def draft_paper(session_id: UUID, now: datetime) -> Paper:
    one = draft_results(session_id, now)
    return results_paper(one, occasion(session_id), names(session_id), now, None)


def anchor_paper(session_id: UUID, by: Identity, now: datetime) -> Paper:
    """The head of the log, to be kept elsewhere; and here, as printed."""
    head = runtime().integrity.keep_printed(session_id, by, now).anchor
    return anchor.anchor_paper(occasion(session_id), str(session_id), head, now)


def occasion(session_id: UUID) -> Occasion:
    one = runtime().race_sessions.get(session_id)
    circuit = runtime().circuits.get(one.circuit_id)
    return Occasion(one.name, circuit.name, circuit.time_zone)


def names(session_id: UUID) -> Names:
    """As they are called now: of accounts and people by id, of entries by number."""
    entries = {entry.number: entry for entry in runtime().race_sessions.entries(session_id)}
    return Names(runtime().name_of, lambda number: _team(entries, number), lambda number: _drivers(entries, number))


def _team(entries: Mapping[str, Entry], number: str) -> str:
    entry = entries.get(number)
    return entry.team or "" if entry else ""


def _drivers(entries: Mapping[str, Entry], number: str) -> str:
    entry = entries.get(number)
    return " / ".join(entry.drivers) if entry else ""


def _paper(session_id: UUID, document: Document) -> Paper:
    where, who = occasion(session_id), names(session_id)
    if document.kind == results.KIND:
        sheet = results.of_content(document.content)
        return results_paper(sheet, where, who, document.published.at, document.number)
    if document.kind == decision.KIND:
        return decision.decision_paper(document, where, who)
    raise NotFound(f"Document {document.number} has no page of its own.", "Read it where it was published.")


def _results(session_id: UUID, fold: Fold, now: datetime) -> Results:
    """Of a closed session by the board that was frozen with it; without a board, the penalties alone."""
    session = runtime().race_sessions.get(session_id)
    frozen = runtime().frozen(session_id) if session.state is SessionState.CLOSED else None
    board = frozen.board if frozen else runtime().timing.board(session.circuit_id)
    return results.results(fold, classify(board, tuple(fold.penalties.values())) if board else (), now)
