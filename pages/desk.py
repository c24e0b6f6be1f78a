"""Race control › Desk: type, decide, apply; beside it the standings and what happened last."""

import streamlit as st

from core.accounts.model import Right
from portal import race_control, session
from portal.components.entry_pad import entry_pad
from portal.components.live_table import live_table

here = session.place()
if here.circuit is None or here.session is None:
    race_control.no_session()
    st.stop()

work, board = st.columns([3, 2], gap="medium")
with work:
    catalogue = session.penalties(here.session).state().catalogue
    if session.may(Right.RECORD) and catalogue is not None:
        entry_pad(here.session.id, here.circuit.slug, catalogue, key="pad")
    race_control.pending(here.session)
with board:
    if session.may(Right.RUN_SESSIONS):
        race_control.phases(here.session)
    live_table(here.circuit.slug, key=f"desk-{here.circuit.slug}", height=420)
    race_control.events(here.session)
