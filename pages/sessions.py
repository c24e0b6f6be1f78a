"""Race control › Sessions: create, open and switch, close, archive, bring back, export and import; who did it, when."""

import streamlit as st

from core.accounts.model import Right
from core.tracks.model import Circuit
from portal import race_sessions, session, session_about, session_import, tables
from portal.components.signal import signal
from portal.format import plain
from portal.forms import nothing


@st.fragment
def sessions(circuit: Circuit) -> None:
    """Runs again, alone, whenever a session or a pointer changes."""
    signal("registry", "pointer", key="sessions")
    reader = session.identity()
    one = race_sessions.listed(circuit)
    if Right.RUN_SESSIONS in reader.rights:
        race_sessions.create(circuit, reader)
    if one is not None:
        st.markdown(f"##### {one.number} · {plain(one.name)} :gray[{tables.state_of(one)}]")
        race_sessions.acts(one, reader)
        if one.state in race_sessions.USABLE:
            session_about.about(one, reader, circuit.time_zone)
    if Right.RUN_SESSIONS in reader.rights:
        session_import.bring_in(circuit, reader)


here = session.place()
if here.circuit is None:
    nothing("There is no circuit yet.", "An administrator adds one under Timing › Circuits.")
else:
    sessions(here.circuit)
