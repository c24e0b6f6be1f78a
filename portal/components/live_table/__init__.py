"""The live table: a circuit's board, through the WebSocket, without a re-run of the page."""

import streamlit as st

from portal.components import script, style

_mount = st.components.v2.component(
    "paddock_live_table", html='<section class="live"></section>', css=style("live_table"), js=script("live_table")
)


def live_table(circuit: str, *, key: str, tv: bool = False) -> None:
    """Show the board of this circuit (its slug); `tv` is large, unattended and turns its pages by itself."""
    _mount(key=key, data={"url": f"/ws/circuits/{circuit}/live", "circuit": circuit, "tv": tv})
