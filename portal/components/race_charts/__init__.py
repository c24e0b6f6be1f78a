"""The charts of a race: positions, gaps, stints, lap times; drawn by Plotly in the browser from the lap book.

Plotly's script comes from its wheel and is served by us; styles are not isolated, because Plotly puts its own into the
page, so every class here begins with `rc-`.
"""

import streamlit as st

from portal.components import script, style
from portal.components.lap_matrix import addresses
from portal.static_files import PLOTLY

_mount = st.components.v2.component(
    "paddock_race_charts",
    html='<section class="rc-root"></section>',
    css=style("race_charts"),
    js=script("race_charts"),
    isolate_styles=False,
)


def race_charts(circuit: str, feed_session: str | None, *, key: str, tv: bool = False) -> None:
    """Draw the charts of a circuit (its slug); `feed_session` None follows the newest."""
    _mount(key=key, data={**addresses(circuit, feed_session), "plotly": PLOTLY, "tv": tv})
