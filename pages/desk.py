"""Race control › Desk: type, decide, apply; beside it the standings and what happened last."""

import streamlit as st

from core.accounts.model import Right
from core.sessions.model import RaceSession
from core.tracks.model import Circuit
from portal import queue, race_control, session
from portal.components.entry_pad import entry_pad
from portal.components.live_table import live_table
from portal.components.presence import presence
from portal.components.signal import signal
from portal.forms import say
from portal.messages import said


@st.fragment
def desk(circuit: Circuit, one: RaceSession) -> None:
    """Runs again, alone, whenever something is written to the session."""
    signal("session", subject=str(one.id), key="desk")
    say()
    rights, fold = session.identity().rights, session.penalties(one).state()
    work, board = st.columns([3, 2], gap="medium")
    with work:
        if Right.RECORD in rights and fold.catalogue is not None:
            waiting = queue.hints(fold, circuit.time_zone)
            entry_pad(one.id, circuit.slug, fold.catalogue, key="pad", queue=waiting)
        presence(one.id, "Desk", key="presence")
        queue.queue(one, fold, circuit.time_zone, acts=Right.RECORD in rights)
        race_control.pending(one, fold, circuit.time_zone, acts=Right.ISSUE in rights)
    with board:
        if Right.RUN_SESSIONS in rights:
            race_control.phases(one, fold)
        live_table(circuit.slug, key=f"desk-{circuit.slug}", height=420)
        said(one, circuit.time_zone)
        race_control.events(one, circuit.time_zone)


here = session.place()
if here.circuit is None or here.session is None:
    race_control.no_session()
else:
    desk(here.circuit, here.session)
