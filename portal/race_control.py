"""The desk's lists: what waits for an official, and what happened last. Each is a fragment that the bell wakes."""

from collections.abc import Mapping

import streamlit as st

from core.accounts.model import Right
from core.errors import NotFound
from core.penalties.catalogue import DECISIONS, Catalogue
from core.penalties.entry import Command, Decide, Issue, Void
from core.penalties.fold import Fold
from core.penalties.model import Incident, Penalty
from core.sessions.model import Phase, RaceSession
from portal import session, tables
from portal.components.list_table import list_table
from portal.components.signal import signal
from portal.format import plain, time_of_day, words
from portal.forms import done, menu, nothing, remedies

SHOWN = 25
"""So many waiting rows are drawn; each has its own buttons."""
EVENTS = 60


@st.fragment
def pending(one: RaceSession) -> None:
    """Incidents without a decision, then penalties that are not in force yet; oldest first."""
    signal("session", subject=str(one.id), key="pending")
    fold, zone = session.penalties(one).state(), session.place().zone
    waiting, acts = fold.pending, session.may(Right.ISSUE)
    _heading("To decide", len(waiting.incidents))
    for incident in waiting.incidents[:SHOWN]:
        _incident(one, incident, fold, zone, acts=acts)
    _heading("To apply", len(waiting.penalties))
    for penalty in waiting.penalties[:SHOWN]:
        _penalty(one, penalty, fold, zone, acts=acts)


@st.fragment
def events(one: RaceSession) -> None:
    """What happened, newest first."""
    signal("session", subject=str(one.id), key="events")
    told = session.penalties(one).told()[:EVENTS]
    list_table(tables.told_rows(told, session.place().zone), "What happened", key="events-list", height=320)


@st.fragment
def phases(one: RaceSession) -> None:
    """Practice, qualifying, race: a press starts the phase."""
    signal("session", subject=str(one.id), key="phase")
    running = session.penalties(one).state().phase
    others = {phase.value: words(phase) for phase in Phase if phase is not running}
    chosen = menu(f"Phase: {words(running) if running else 'none'}", others, key="start-phase")
    if chosen is not None:
        with remedies():
            session.penalties(one).start_phase(Phase(chosen), session.write_request(one))
            done(f"{words(chosen)} has begun.")


def perform(one: RaceSession, command: Command, version: int | None = None) -> None:
    """Do it, say what was stored, and draw the list anew; an error stays where the button was pressed."""
    with remedies():
        receipt = session.penalties(one).perform(command, session.write_request(one, version))
        st.toast(receipt.text)
        st.rerun(scope="fragment")


def outcomes(catalogue: Catalogue) -> Mapping[str, str]:
    """What may be decided, with its label."""
    codes = [*dict.fromkeys(DECISIONS.values()), *catalogue.rules.penalties]
    return {code: catalogue.outcome_label(code) for code in codes}


def void_form(one: RaceSession, incident: Incident) -> None:
    """Voiding is a visible event with a reason; nothing disappears."""
    with st.popover("Void …"):
        reason = st.text_input(f"Why is #{incident.id} void?", key=f"reason-{incident.id}")
        if st.button(f"Void #{incident.id}", key=f"void-{incident.id}", disabled=not reason.strip()):
            perform(one, Void(incident.id, reason.strip()), incident.version)


def about(incident: Incident, zone: str) -> str:
    """One line of Markdown: number, time, kart, infringement, turn, note."""
    second = f" with **{plain(incident.second_kart)}**" if incident.second_kart else ""
    turn = "" if incident.turn is None else f", turn {incident.turn}"
    note = f" · {plain(incident.text)}" if incident.text else ""
    at = time_of_day(incident.at, zone)
    return f"**#{incident.id}** :gray[{at}] **{plain(incident.kart)}**{second} {plain(incident.label)}{turn}{note}"


def _heading(title: str, count: int) -> None:
    st.markdown(f"##### {title} :gray[{count or 'nothing'}]")


def _incident(one: RaceSession, incident: Incident, fold: Fold, zone: str, *, acts: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"incident-{incident.id}"):
        st.markdown(about(incident, zone), width="stretch")
        if not acts or fold.catalogue is None:
            return
        chosen = menu(f"Decide :gray[#{incident.id} =]", outcomes(fold.catalogue), key=f"decide-{incident.id}")
        void_form(one, incident)
    if chosen is not None:
        perform(one, Decide(incident.id, chosen), incident.version)


def _penalty(one: RaceSession, penalty: Penalty, fold: Fold, zone: str, *, acts: bool) -> None:
    incident = fold.incidents.get(penalty.incident)
    if incident is None:
        raise NotFound(f"Incident {penalty.incident} is not in the log.", "Tell an administrator: verify the log.")
    with st.container(horizontal=True, vertical_alignment="center", key=f"penalty-{penalty.incident}"):
        st.markdown(f"{about(incident, zone)} → **{plain(penalty.label)}**", width="stretch")
        if not acts:
            return
        if st.button(f"Apply :gray[#{penalty.incident} !]", key=f"apply-{penalty.incident}", type="primary"):
            perform(one, Issue(penalty.incident), incident.version)
        void_form(one, incident)


def no_session() -> None:
    nothing("No race session is active at this circuit.", "Create or open one under Race control › Sessions.")
