"""Which rules a new session gets: a ruleset by its name, or those of another session as they stand there."""

from uuid import UUID

import streamlit as st

from core.accounts.model import Identity
from core.sessions.desk import DEFAULT_RULESET
from core.sessions.model import RaceSession, SessionState
from core.tracks.model import Circuit
from portal import session

_OPENED = (SessionState.READY, SessionState.CLOSED)

Choice = str | UUID
"""The name of a ruleset, or the id of the session whose rules are taken over."""


def choose(circuit: Circuit) -> Choice:
    """Rulesets first, then the circuit's sessions that have rules already, newest first."""
    desk = session.desks().race_sessions
    others = {one.id: one for one in desk.all(circuit.id) if one.opened is not None and one.state in _OPENED}
    options: list[Choice] = [*desk.rulesets(), *others]
    place = options.index(DEFAULT_RULESET) if DEFAULT_RULESET in options else 0
    picked = st.selectbox(
        "Rules", options, place, format_func=lambda one: _said(one, others), key="new-rules", width=240
    )
    return picked or DEFAULT_RULESET


def name_of(choice: Choice, reader: Identity) -> str:
    """The name under which the session is given these rules; raises as `RulesetsDesk.name_of_pinned` does."""
    if isinstance(choice, str):
        return choice
    return session.desks().rulesets.name_of_pinned(choice, reader, session.now())


def _said(choice: Choice, others: dict[UUID, RaceSession]) -> str:
    return choice if isinstance(choice, str) else f"as in {others[choice].number} · {others[choice].name}"
