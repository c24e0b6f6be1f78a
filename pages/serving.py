"""Race control › Serving: who must serve, counted from the line while one looks; Served, Verify, Not served, Accept."""

import streamlit as st

from core.sessions.model import RaceSession
from core.tracks.model import Circuit
from portal import race_control, serving, session
from portal.components.signal import signal
from portal.forms import say


@st.fragment
def serve(circuit: Circuit, one: RaceSession) -> None:
    """Runs again, alone, when something is written to the session; while somebody must serve, with every lap too."""
    signal("session", subject=str(one.id), key="serving")
    say()
    desks, fold = session.desks(), session.penalties(one).state()
    clocks = desks.serving.clocks(circuit.id, fold, desks.race_sessions.entries(one.id), session.now())
    if clocks:
        signal("laps", subject=str(circuit.id), key="serving-laps")
    serving.headline(fold, desks.serving.laps_left(circuit.id, session.now()))
    serving.waiting(one, fold, clocks, circuit.time_zone)
    serving.to_verify(one, fold, circuit.time_zone)


here = session.place()
if here.circuit is None or here.session is None:
    race_control.no_session()
else:
    serve(here.circuit, here.session)
