"""Timing › Lap matrix: all cars by all laps, and one car's laps with everything that is known of them."""

from portal import session
from portal.components.lap_matrix import lap_matrix
from portal.feed_choice import choose_feed
from portal.forms import nothing

here = session.place()
if here.circuit is None:
    nothing("There is no circuit yet.", "An administrator adds one under Timing › Circuits.")
else:
    chosen = choose_feed(here.circuit)
    feed = str(chosen.id) if chosen else None
    lap_matrix(here.circuit.slug, feed, key=f"laps-{here.circuit.slug}", tv=session.tv())
