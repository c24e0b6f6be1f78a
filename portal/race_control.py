"""The desk's lists: what waits for an official, what happened last, which phase is run; and what voiding asks for."""

from collections.abc import Mapping

import streamlit as st

from core.errors import NotFound
from core.penalties.catalogue import DECISIONS, Catalogue
from core.penalties.commands import Command, Decide, Issue, Void
from core.penalties.fold import Fold
from core.penalties.model import Incident, Penalty
from core.sessions.model import Phase, RaceSession
from portal import session, tables
from portal.components.list_table import list_table
from portal.format import plain, time_of_day, words
from portal.forms import done, judged, menu, note, nothing, remedies

SHOWN = 25
"""So many waiting rows are drawn; each has its own buttons."""
EVENTS = 60


def pending(one: RaceSession, fold: Fold, zone: str, *, acts: bool) -> None:
    """Incidents without a decision, then penalties that are not in force yet; oldest first."""
    waiting = fold.pending
    _heading("To decide", len(waiting.incidents))
    for incident in waiting.incidents[:SHOWN]:
        _incident(one, incident, fold, zone, acts=acts)
    _heading("To apply", len(waiting.penalties))
    for penalty in waiting.penalties[:SHOWN]:
        _penalty(one, penalty, fold, zone, acts=acts)


def events(one: RaceSession, zone: str) -> None:
    """What happened, newest first."""
    told = session.penalties(one).told()[:EVENTS]
    list_table(tables.told_rows(told, zone), "What happened", key="events", height=300)


def phases(one: RaceSession, fold: Fold) -> None:
    """Practice, qualifying, race: a press starts the phase."""
    others = {phase.value: words(phase) for phase in Phase if phase is not fold.phase}
    chosen = menu(f"Phase: {words(fold.phase) if fold.phase else 'none'}", others, key="start-phase")
    if chosen is not None:
        with remedies():
            session.penalties(one).start_phase(Phase(chosen), session.write_request(one))
            done(f"{words(chosen)} has begun.")


def perform(one: RaceSession, command: Command, version: int | None = None) -> None:
    """Do it, before anything is drawn; `say` tells what was stored, or who was first."""
    with judged():
        note(session.penalties(one).perform(command, session.write_request(one, version)).text)


def outcomes(catalogue: Catalogue) -> Mapping[str, str]:
    """What may be decided, with its label."""
    codes = [*dict.fromkeys(DECISIONS.values()), *catalogue.rules.penalties]
    return {code: catalogue.outcome_label(code) for code in codes}


def void_form(one: RaceSession, incident: Incident) -> None:
    """Voiding is a visible event with a reason; nothing disappears."""
    with st.popover("Void …", key=f"void-{incident.id}"):
        st.text_input(f"Why is #{incident.id} void?", key=f"reason-{incident.id}")
        st.button(f"Void #{incident.id}", key=f"do-void-{incident.id}", on_click=_void, args=(one, incident))


def about(incident: Incident, zone: str) -> str:
    """One line of Markdown: number, time, kart, infringement, turn, note."""
    second = f" with **{plain(incident.second_kart)}**" if incident.second_kart else ""
    turn = "" if incident.turn is None else f", turn {incident.turn}"
    note = f" · {plain(incident.text)}" if incident.text else ""
    at = time_of_day(incident.at, zone)
    return f"**#{incident.id}** :gray[{at}] **{plain(incident.kart)}**{second} {plain(incident.label)}{turn}{note}"


def no_session() -> None:
    nothing("No race session is active at this circuit.", "Create or open one under Race control › Sessions.")


def _heading(title: str, count: int) -> None:
    more = f", the oldest {SHOWN} are shown" if count > SHOWN else ""
    st.markdown(f"##### {title} :gray[{count or 'nothing'}{more}]")


def _void(one: RaceSession, incident: Incident) -> None:
    reason = str(st.session_state[f"reason-{incident.id}"]).strip()
    perform(one, Void(incident.id, reason), incident.version)


def _decide(one: RaceSession, incident: Incident) -> None:
    chosen = str(st.session_state[f"decide-{incident.id}"])
    perform(one, Decide(incident.id, chosen), incident.version)


def _incident(one: RaceSession, incident: Incident, fold: Fold, zone: str, *, acts: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"incident-{incident.id}"):
        st.markdown(about(incident, zone), width="stretch")
        if acts and fold.catalogue is not None:
            labels = outcomes(fold.catalogue)
            st.menu_button(
                f"Decide :gray[#{incident.id} =]",
                list(labels),
                format_func=labels.__getitem__,
                key=f"decide-{incident.id}",
                on_click=_decide,
                args=(one, incident),
            )
            void_form(one, incident)


def _penalty(one: RaceSession, penalty: Penalty, fold: Fold, zone: str, *, acts: bool) -> None:
    incident = fold.incidents.get(penalty.incident)
    if incident is None:
        raise NotFound(f"Incident {penalty.incident} is not in the log.", "Tell an administrator: verify the log.")
    with st.container(horizontal=True, vertical_alignment="center", key=f"penalty-{penalty.incident}"):
        st.markdown(f"{about(incident, zone)} → **{plain(penalty.label)}**", width="stretch")
        if acts:
            st.button(
                f"Apply #{penalty.incident} !",
                key=f"apply-{penalty.incident}",
                type="primary",
                on_click=perform,
                args=(one, Issue(penalty.incident), incident.version),
            )
            void_form(one, incident)
