"""The live table: a circuit's board, through the WebSocket, without a re-run of the page."""

import streamlit as st

from portal.components import script, style

_mount = st.components.v2.component(
    "paddock_live_table", html='<section class="live"></section>', css=style("live_table"), js=script("live_table")
)


def live_table(
    circuit: str, *, key: str, tv: bool = False, height: int | None = None, replay: str | None = None
) -> None:
    """Show the board of this circuit (its slug).

    Args:
        circuit: its slug.
        key: of the component on the page.
        tv: large, unattended, turns its pages by itself.
        height: room for the rows in pixels; by default they fill the window.
        replay: the address of a player to show instead of what is live; the player on the page shares its socket.
    """
    url = replay or f"/ws/circuits/{circuit}/live"
    _mount(key=key, data={"url": url, "circuit": circuit, "tv": tv, "height": height})
