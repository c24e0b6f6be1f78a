"""What forms have in common: an error is shown with its remedy, and what was typed stays."""

from collections.abc import Iterator
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


def choose_role(label: str, now: Role) -> Role:
    roles = list(Role)
    return Role(st.selectbox(label, roles, roles.index(now), format_func=words) or now)


def nothing(what: str, next_step: str) -> None:
    """An empty list: what belongs here, and how it gets here."""
    with st.container(border=True):
        st.markdown(f"**{what}**  \n{next_step}")
