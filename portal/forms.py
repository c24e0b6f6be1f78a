"""What forms have in common: an error is shown with its remedy, and what was typed stays."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from core.accounts.model import Role
from core.errors import PortalError
from portal.format import words

_DONE = "done"
_PROBLEM = "problem"


@contextmanager
def remedies() -> Iterator[None]:
    """Show what went wrong and what to do about it, where the action stands. What was typed stays in its fields."""
    try:
        yield
    except PortalError as error:
        st.error(f"**{error.what}** {error.remedy}")


def note(text: str) -> None:
    """Have `say` tell what was done."""
    st.session_state[_DONE] = text


def done(text: str) -> None:
    """Run the page again after an action and say there what was done."""
    note(text)
    st.rerun()


@contextmanager
def judged() -> Iterator[None]:
    """For what a button does before its list is drawn anew, by `on_click`: what goes wrong is said by `say`.

    The list may no longer have the row by then, because somebody else was first; the press must not be lost with it.
    """
    try:
        yield
    except PortalError as error:
        st.session_state[_PROBLEM] = f"**{error.what}** {error.remedy}"


def say() -> None:
    """The word about what was done before this run, once."""
    if text := st.session_state.pop(_DONE, None):
        st.toast(text)
    if text := st.session_state.pop(_PROBLEM, None):
        st.error(text)


def menu(label: str, options: Mapping[str, str], *, key: str) -> str | None:
    """A button that opens a list of acts and returns the one pressed, once; nothing where there is none to press."""
    if not options:
        return None
    return st.menu_button(label, list(options), format_func=lambda one: _distinct(one, options), key=key)


def _distinct(one: str, options: Mapping[str, str]) -> str:
    """The label, with the option behind it where two would read the same: Streamlit tells them apart by their words."""
    label = options[one]
    return label if list(options.values()).count(label) == 1 else f"{label} ({one})"


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
