"""Timing › Live: the board of the circuit, with the standings of its active race session; rewound on demand."""

import streamlit as st

from portal import recordings, session
from portal.components.live_table import live_table
from portal.forms import nothing

here = session.place()
if here.circuit is None:
    nothing("There is no circuit yet.", "An administrator adds one under Timing › Circuits.")
elif not session.tv() and st.toggle(
    "Rewind", key="rewind", help="Pause, go back, watch with a delay. Others see live."
):
    recordings.rewound(here.circuit, session.identity())
else:
    live_table(here.circuit.slug, key=f"live-{here.circuit.slug}", tv=session.tv())
