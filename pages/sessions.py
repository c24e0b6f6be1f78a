"""Race control › Sessions: create, open and switch, close, archive, bring back; who did it and when; the entries."""

import streamlit as st

from core.accounts.model import Right
from portal import entries, race_sessions, session, tables
from portal.forms import nothing

here, reader = session.place(), session.identity()
if here.circuit is None:
    nothing("There is no circuit yet.", "An administrator adds one under Timing › Circuits.")
    st.stop()

race_sessions.listed(here.circuit)
if Right.RUN_SESSIONS in reader.rights:
    race_sessions.create(here.circuit, reader)

one = race_sessions.chosen(here.circuit)
if one is not None:
    st.markdown(f"##### {one.number} · {one.name} :gray[{tables.state_of(one)}]")
    race_sessions.acts(one, reader)
    if one.state in race_sessions.USABLE:
        entries.entries(one, here.circuit, reader)
