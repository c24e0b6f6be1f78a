"""The notice board: panels of rows for everybody, on a desk, a phone or a TV that nobody touches.

On a TV (1920 × 1080) each panel shows as many rows as fit and turns its pages by itself, without movement where the
reader wants less of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from portal.components import script, style

_mount = st.components.v2.component(
    "paddock_notice_board", html='<div class="notices"></div>', css=style("notice_board"), js=script("notice_board")
)


@dataclass(frozen=True, slots=True)
class Cell:
    """`kind`: kart, time, state, text or quiet; `tone` of a state: act, done, open; `href` makes it a link."""

    text: str
    kind: str = "text"
    tone: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """`name` says where it stands on a TV: penalties, investigations, messages, documents."""

    name: str
    title: str
    empty: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    ids: Sequence[str]


def notice_board(panels: Sequence[Panel], *, head: Mapping[str, str], key: str, tv: bool) -> None:
    """Draw the panels.

    Args:
        panels: in the order of reading.
        head: `title`, `phase`, `track` (words), `state` (of the track) and `zone` for the TV's clock.
        key: of the component on the page.
        tv: fill the screen and turn pages.
    """
    _mount(key=key, data={"panels": [asdict(panel) for panel in panels], "head": dict(head), "tv": tv})
