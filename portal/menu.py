"""The menu: every page, its area, its address and the one right it takes. To add a page, add a line.

The same table guards the pages: what a role may not use is not in its menu and cannot be opened by address.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from streamlit.navigation.page import Page

from core.accounts.model import Identity, Right
from portal.format import words
from portal.forms import note, nothing

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
    Item("Race control", "Serving", "serving", Right.READ_RACE_CONTROL),
    Item("Race control", "Documents", "documents", Right.READ_RACE_CONTROL),
    Item("Race control", "Notice board", "notice_board", Right.READ_PUBLISHED),
    Item("Race control", "Entries", "entries", Right.READ_RACE_CONTROL),
    Item("Race control", "History", "history", Right.READ_RACE_CONTROL),
    Item("Race control", "Our team", "our_team", Right.READ_OWN_TEAM),
    Item("Race control", "Integrity", "integrity", Right.READ_RACE_CONTROL),
    Item("Race control", "Rules", "rules", Right.READ_RACE_CONTROL),
    Item("Race control", "Marshal's post", "post", Right.REPORT),
    Item("Race control", "Sessions", "sessions", Right.READ_RACE_CONTROL),
    Item("Timing", "Live", "live", Right.READ_TIMING),
    Item("Timing", "Lap matrix", "laps", Right.READ_TIMING),
    Item("Timing", "Charts", "charts", Right.READ_TIMING),
    Item("Timing", "Analysis", "analysis", Right.READ_TIMING),
    Item("Timing", "Recordings", "recordings", Right.READ_TIMING),
    Item("Timing", "Circuits", "circuits", Right.READ_TIMING),
    Item("Timing", "Formats", "formats", Right.EDIT_CIRCUITS),
    Item("Admin", "Backups", "backups", Right.ARCHIVE_SESSIONS),
    Item("Admin", "Accounts", "accounts", Right.EDIT_ACCOUNTS),
    Item("You", "Account", "account", Right.OWN_TOKENS),
)


def allowed(identity: Identity) -> tuple[Item, ...]:
    return tuple(item for item in MENU if item.right in identity.rights)


def front(identity: Identity) -> str | None:
    """The page that this reader wants first; None when nothing is open to them."""
    names = [item.name for item in allowed(identity)]
    return next((name for name in (*_wanted(identity), *names) if name in names), None)


def menu(identity: Identity) -> dict[str, list[Page]]:
    """Areas and their pages, for `st.navigation`.

    Hidden are the pages of others, which say so at their own address, and the one without a name, which leads on.
    """
    items = allowed(identity)
    areas = {item.area: [_page(one) for one in items if one.area == item.area] for item in items}
    closed = [_closed(item, identity) for item in MENU if item not in items]
    return {
        **areas,
        "": [st.Page(lambda: _lead_on(identity), title="Paddock", default=True, visibility="hidden"), *closed],
    }


def path(name: str) -> str:
    """What `st.switch_page` and `st.page_link` take."""
    return str(PAGES / f"{name}.py")


def _wanted(identity: Identity) -> tuple[str, ...]:
    if Right.AMEND_OWN_REPORT in identity.rights:
        return ("post",)
    return ("desk", "live") if Right.RECORD in identity.rights else ("live",)


def _page(item: Item) -> Page:
    return st.Page(path(item.name), title=item.title, url_path=item.name)


def _closed(item: Item, identity: Identity) -> Page:
    """A page that this reader may not use."""

    def refuse() -> None:
        role = words(identity.role).lower()
        nothing(f"The role {role} may not open {item.area} › {item.title}.", "Ask an administrator for another role.")

    return st.Page(refuse, title=item.title, url_path=item.name, visibility="hidden")


def _lead_on(identity: Identity) -> None:
    """From `/`, or from an address that there is not, to the front page."""
    asked = urlsplit(st.context.url or "").path.strip("/")
    if asked:
        note(f"There is no page “{asked}”.")
    if (name := front(identity)) is None:
        nothing("Nothing is open to your role.", "Ask an administrator for another one.")
    else:
        st.switch_page(path(name))
