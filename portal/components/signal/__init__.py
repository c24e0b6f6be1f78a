"""The signal: an invisible component that runs the fragment it stands in when the bell rings.

A browser that shows a list does not poll: its fragment calls `signal` first, then reads and draws the list.
"""

from urllib.parse import urlencode

import streamlit as st

from portal.api.bell import TOWER
from portal.components import script, style

_mount = st.components.v2.component("paddock_signal", html="<i></i>", css=style("signal"), js=script("signal"))


def signal(*topics: str, key: str, subject: str | None = None) -> None:
    """Run this fragment again when a bell of these topics rings, about `subject` where it is given.

    `key` names the signal among those of the page.
    """
    query = {"topics": ",".join(topics)} | ({"subject": subject} if subject else {})
    _mount(
        key=f"signal-{key}",
        data={"url": f"/ws/bell?{urlencode(query)}", "since": TOWER.stamp()},
        on_rung_change=_woken,
        height=1,
    )


def _woken() -> None:
    """The run itself is the effect; Streamlit needs a callback to know the trigger by name."""
