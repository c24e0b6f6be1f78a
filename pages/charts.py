"""Timing › Charts: positions, gaps, stints and lap times of a feed session, live or long over."""

from portal import session
from portal.components.race_charts import race_charts
from portal.feed_choice import choose_feed
from portal.forms import nothing

here = session.place()
if here.circuit is None:
    nothing("There is no circuit yet.", "An administrator adds one under Timing › Circuits.")
else:
    chosen = choose_feed(here.circuit)
    feed = str(chosen.id) if chosen else None
    race_charts(here.circuit.slug, feed, key=f"charts-{here.circuit.slug}", tv=session.tv())
