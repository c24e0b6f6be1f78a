"""The ticker: race-control messages, newest first, each with a key that copies it; officials' own are marked."""

from collections.abc import Sequence

import streamlit as st

from portal.components import script, style

_mount = st.components.v2.component(
    "paddock_ticker", html='<ol class="ticker"></ol>', css=style("ticker"), js=script("ticker")
)

Line = tuple[str, str, bool]
"""Time of day, text, whether it is public."""


def ticker(lines: Sequence[Line], *, key: str, height: int) -> None:
    """Draw the lines; `height` in pixels, above which they scroll."""
    _mount(key=key, data={"lines": [list(line) for line in lines]}, height=height)
