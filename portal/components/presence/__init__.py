"""Who else is in this race session, and on which incident: a line of names that draws itself."""

from uuid import UUID

import streamlit as st

from portal.components import script, style

_mount = st.components.v2.component(
    "paddock_presence", html='<p class="present"></p>', css=style("presence"), js=script("presence")
)


def presence(session: UUID, place: str, *, key: str, incident: int | None = None) -> None:
    """Say that this reader is here, on this incident where one is chosen, and show who else is."""
    _mount(key=key, data={"session": str(session), "place": place, "incident": incident})
