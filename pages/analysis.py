"""Timing › Analysis: the order with every stop paid, the pace of teams, drivers and karts, and one car's strategy."""

from portal import analysis_page, session
from portal.feed_choice import choose_feed
from portal.forms import nothing

here = session.place()
if here.circuit is None:
    nothing("There is no circuit yet.", "An administrator adds one under Timing › Circuits.")
else:
    chosen = choose_feed(here.circuit)
    analysis_page.analysis(here.circuit, chosen, analysis_page.rules())
