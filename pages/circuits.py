"""Timing › Circuits: where timing comes from, whether it runs, and how old its data are."""

import streamlit as st

from core.accounts.model import Right
from portal import circuits, session

reader = session.identity()
circuits.listed()
with st.container(horizontal=True):
    circuits.switches(reader)
if Right.EDIT_CIRCUITS in reader.rights:
    st.markdown("##### Add a circuit")
    circuits.create(reader)
