"""The documents page's parts: what waits to be published, the result sheet, the documents, and how much is shown."""

import streamlit as st

from core.penalties.documents.decision import unpublished
from core.penalties.fold import Fold
from core.penalties.log import WriteRequest
from core.penalties.notices import published
from core.penalties.ticker import Visibility
from core.sessions.model import RaceSession
from core.timing import results
from portal import notices, session
from portal.components.list_table import list_table
from portal.documents import shelf
from portal.documents.html import fragment
from portal.format import day_and_time, plain, words
from portal.forms import judged, note, nothing
from portal.race_control import about

SHOWN = 20


def waiting(one: RaceSession, fold: Fold, zone: str, *, may_publish: bool) -> None:
    """Decisions without a document, oldest first; a press publishes."""
    open_ones = unpublished(fold)
    st.markdown(f"##### To publish :gray[{len(open_ones) or 'nothing'}]")
    for number in open_ones[:SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"publish-row-{number}"):
            st.markdown(about(fold.incidents[number], zone), width="stretch")
            if may_publish:
                press = (one, number, fold.incidents[number].version)
                st.button(f"Publish #{number}", key=f"publish-{number}", on_click=_publish_decision, args=press)


def result_sheet(one: RaceSession, fold: Fold, zone: str, *, may_publish: bool) -> None:
    """Provisional or final, and what is still open."""
    status = results.status(fold, session.now())
    st.markdown(f"##### Results :gray[{'final' if status.final else 'provisional'}]")
    st.caption(" ".join((*status.waits, *_open(fold), *_window(status, zone))))
    with st.container(horizontal=True):
        st.link_button("Draft", f"{_at(one)}/results/draft.html")
        if may_publish:
            st.button("Publish results", key="publish-results", on_click=_publish_results, args=(one,))
        if results.latest(fold) is not None:
            for form in ("pdf", "csv", "xlsx"):
                st.link_button(form.upper(), f"{_at(one)}/results.{form}")


def listed(fold: Fold, zone: str) -> int | None:
    """All documents, newest first; returns the chosen one's number."""
    documents = published(fold)
    if not documents:
        nothing("No document is published yet.", "Decide an incident, issue its penalty, then publish it here.")
        return None
    rows = [
        {"No": each.number, "Title": each.title, "Kind": words(each.kind), "Published": day_and_time(each.at, zone)}
        for each in documents
    ]
    picked = list_table(rows, "Documents", key="documents", ids=[str(each.number) for each in documents], height=420)
    return None if picked is None else int(picked)


def preview(one: RaceSession, number: int) -> None:
    """The page as it is printed, and the files of it."""
    with st.container(horizontal=True):
        st.link_button("PDF", notices.address(one.id, number, "pdf"))
        st.link_button("Print", notices.address(one.id, number, "html"))
    st.html(fragment(shelf.document_paper(one.id, number)))


def shown_to_all() -> None:
    """What the notice board shows before anything is issued."""
    now = session.desks().notices.visibility()
    with st.popover("Notice board shows …", key="shown"):
        st.caption("What is issued is always shown. Before that:")
        _switch("notes", Visibility(not now.notes, now.investigations), on=now.notes)
        _switch("investigations", Visibility(now.notes, not now.investigations), on=now.investigations)


def _open(fold: Fold) -> tuple[str, ...]:
    """For officials: which ones."""
    waits = results.open_questions(fold)
    return (f"{'; '.join(map(plain, waits[:SHOWN]))}.",) if waits else ()


def _window(status: results.Status, zone: str) -> tuple[str, ...]:
    if status.final or status.until is None:
        return ()
    return (f"Protests and appeals until {day_and_time(status.until, zone)}.",)


def _switch(what: str, wanted: Visibility, *, on: bool) -> None:
    st.button(f"{'Hide' if on else 'Show'} {what}", key=f"show-{what}", on_click=_show, args=(wanted,))


def _show(wanted: Visibility) -> None:
    with judged():
        session.desks().notices.set_visibility(wanted, session.identity(), session.now())


def _at(one: RaceSession) -> str:
    return f"/api/v1/race-sessions/{one.id}"


def _publish_decision(one: RaceSession, number: int, version: int) -> None:
    """Pressed twice, or by two at once, it is one document: the request is named after what it publishes."""
    with judged():
        request = session.write_request(one)
        named = WriteRequest(f"publish-{number}-{version}", one.id, request.actor, request.now)
        note(shelf.publish_decision(one.id, number, named).text)


def _publish_results(one: RaceSession) -> None:
    with judged():
        note(shelf.publish_results(one.id, session.write_request(one)).text)
