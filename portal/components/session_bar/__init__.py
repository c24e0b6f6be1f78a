"""The session bar: circuit, race session, phase, flag, clock and the age of the timing, on every page."""

import streamlit as st

from core.sessions.model import RaceSession
from core.tracks.model import Circuit
from portal.components import script, style

_mount = st.components.v2.component(
    "paddock_session_bar", html='<div class="bar"></div>', css=style("session_bar"), js=script("session_bar")
)


def session_bar(circuit: Circuit, session: RaceSession | None, *, pinned: bool) -> None:
    """Show what is active; `session` is what the page works on, and stays on the bar while it is pinned."""
    label = None if session is None else {"id": str(session.id), "name": session.name}
    named = {"name": circuit.name, "session": label, "pinned": label if pinned else None}
    _mount(key="session-bar", data={"url": f"/ws/circuits/{circuit.slug}/live", **named})
