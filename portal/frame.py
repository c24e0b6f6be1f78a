"""The frame around every page: which circuit and race session it stands at, and the switch for those who may."""

from uuid import UUID

import streamlit as st

from core.accounts.model import Identity, Right
from core.sessions.model import RaceSession, SessionState
from core.tracks.model import Circuit
from portal import session
from portal.components.session_bar import session_bar
from portal.components.signal import signal
from portal.forms import done, menu, remedies
from portal.session import Place


def frame(reader: Identity) -> None:
    """Draw the bar. The bell of the pointer runs the whole page again, so that it follows to the new session."""
    here = session.place()
    if here.circuit is None:
        signal("circuit", key="frame")  # the first circuit brings the bar; a revoked reader is sent to the door
        return
    signal("pointer", key="frame", subject=str(here.circuit.id))
    with st.container(horizontal=True, vertical_alignment="center", key="frame"):
        session_bar(here.circuit, here.session, pinned=here.pinned)
        _switch_circuit(here)
        _switch_session(reader, here.circuit)
    if here.pinned and here.session is not None:
        _say_pinned(here.session)


def _switch_circuit(here: Place) -> None:
    others = {circuit.slug: circuit.name for circuit in here.circuits if circuit != here.circuit}
    chosen = menu("Circuit", others, key="circuit")
    if chosen is not None:
        session.choose_circuit(chosen)
        st.rerun()


def _switch_session(reader: Identity, circuit: Circuit) -> None:
    """Ready sessions; choosing one makes it the active one."""
    if Right.RUN_SESSIONS not in reader.rights:
        return
    known = session.desks().race_sessions.all(circuit.id)
    others = {str(one.id): _label(one) for one in known if one.state is SessionState.READY and not one.active}
    chosen = menu("Open session", others, key="open-session")
    if chosen is not None:
        with remedies():
            opened = session.desks().race_sessions.open(UUID(chosen), reader, session.now())
            done(f"“{opened.name}” is the active session now.")


def _label(one: RaceSession) -> str:
    return f"{one.number} · {one.name}"


def _say_pinned(one: RaceSession) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"This page stays at session {one.number} “{one.name}” and does not follow the circuit.")
        if st.button("Follow the circuit"):
            del st.query_params["session"]
            st.rerun()
