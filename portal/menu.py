"""The menu: every page, its area, its address and the one right it takes. To add a page, add a line.

The same table guards the pages: what a role may not use is not in its menu and cannot be opened by address.
"""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from core.accounts.model import Identity, Right

PAGES = Path(__file__).parent.parent / "pages"


@dataclass(frozen=True, slots=True)
class Item:
    area: str
    title: str
    name: str
    """Of the file in `pages/`, and of the address."""
    right: Right


MENU = (
    Item("Race control", "Desk", "desk", Right.READ_RACE_CONTROL),
    Item("Race control", "Incidents", "incidents", Right.READ_RACE_CONTROL),
    Item("Race control", "Sessions", "sessions", Right.READ_RACE_CONTROL),
    Item("Timing", "Live", "live", Right.READ_TIMING),
    Item("Timing", "Circuits", "circuits", Right.READ_TIMING),
    Item("Admin", "Accounts", "accounts", Right.EDIT_ACCOUNTS),
    Item("You", "Account", "account", Right.OWN_TOKENS),
)


def allowed(identity: Identity) -> tuple[Item, ...]:
    return tuple(item for item in MENU if item.right in identity.rights)


def front(identity: Identity) -> str:
    """The address of the page that this reader wants first."""
    names = [item.name for item in allowed(identity)]
    return "desk" if Right.RECORD in identity.rights else next((n for n in ("live", *names) if n in names), "account")


def menu(identity: Identity) -> dict[str, list[Page]]:
    """Areas and their pages, for `st.navigation`; the page without a name only leads on to the front page."""
    items = allowed(identity)
    areas = {item.area: [_page(one) for one in items if one.area == item.area] for item in items}
    areas.setdefault("", []).append(
        st.Page(lambda: _go_to(front(identity)), title="Paddock", default=True, visibility="hidden")
    )
    return areas


def path(name: str) -> str:
    """What `st.switch_page` and `st.page_link` take."""
    return str(PAGES / f"{name}.py")


def _page(item: Item) -> Page:
    return st.Page(path(item.name), title=item.title, url_path=item.name)


def _go_to(name: str) -> None:
    st.switch_page(path(name))
