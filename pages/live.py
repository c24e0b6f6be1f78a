"""Timing › Live: the board of the circuit, with the standings of its active race session."""

from portal import session
from portal.components.live_table import live_table
from portal.forms import nothing

here = session.place()
if here.circuit is None:
    nothing("There is no circuit yet.", "An administrator adds one under Timing › Circuits.")
else:
    live_table(here.circuit.slug, key=f"live-{here.circuit.slug}", tv=session.tv())
