"""What forms have in common: an error is shown with its remedy, and what was typed stays."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from core.accounts.model import Role
from core.errors import PortalError
from portal.format import words

_DONE = "done"


@contextmanager
def remedies() -> Iterator[None]:
    """Show what went wrong and what to do about it, where the action stands. What was typed stays in its fields."""
    try:
        yield
    except PortalError as error:
        st.error(f"**{error.what}** {error.remedy}")


def done(text: str) -> None:
    """Run the page again after an action and say there what was done."""
    st.session_state[_DONE] = text
    st.rerun()


def say_done() -> None:
    """The word about the action of the run before."""
    if text := st.session_state.pop(_DONE, None):
        st.toast(text)


def menu(label: str, options: Mapping[str, str], *, key: str) -> str | None:
    """A button that opens a list of acts and returns the one pressed, once; nothing where there is none to press."""
    if not options:
        return None
    return st.menu_button(label, list(options), format_func=options.__getitem__, key=key)


def explain(error: Exception) -> bool:
    """What a page says when it breaks off: the remedy of what a person can mend, else that the mistake is ours."""
    if isinstance(error, PortalError):
        st.error(f"**{error.what}** {error.remedy}")
    else:
        st.error("**Paddock made a mistake on this page.** It is in the log. Load the page again; then tell an admin.")
    return True


def choose_role(label: str, now: Role) -> Role:
    roles = list(Role)
    return Role(st.selectbox(label, roles, roles.index(now), format_func=words) or now)


def nothing(what: str, next_step: str) -> None:
    """An empty list: what belongs here, and how it gets here."""
    with st.container(border=True):
        st.markdown(f"**{what}**  \n{next_step}")
