"""The sessions page's parts: the list, what may be done with one of them, and a new one."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import streamlit as st

from core.accounts.model import Identity, Right
from core.sessions.model import RaceSession, SessionState
from core.tracks.model import Circuit
from portal import rule_choice, session, tables
from portal.components.list_table import list_table
from portal.forms import done, nothing, remedies
from portal.tables import NameOf

READY_WITHIN_S = 10.0
USABLE = (SessionState.READY, SessionState.CLOSED)
WHAT_IT_DOES = {
    "Close": "Nothing more is written to it. Its laps, stops and classification are frozen with it, its counters go to "
    "the season. It may be opened again.",
    "Archive": "It leaves the lists: a verified copy is kept, nobody can read or write it until it is brought back.",
    "Delete": "It leaves the lists and nobody can read it. A verified copy is kept: an admin can bring it back.",
}


class Verb(Protocol):
    """What the sessions desk does to one session; its name is part of the button's key."""

    __name__: str

    def __call__(self, session_id: UUID, by: Identity, now: datetime, /) -> RaceSession: ...


def listed(circuit: Circuit) -> RaceSession | None:
    """Every session of the circuit with who did what and when; returns the chosen row, else the active session."""
    known = {str(one.id): one for one in session.desks().race_sessions.all(circuit.id)}
    if not known:
        nothing("This circuit has no race session yet.", "Create one below; it takes less than a second.")
        return None
    rows = tables.without_empty(tables.session_rows(known.values(), names(), circuit.time_zone))
    picked = list_table(rows, "Race sessions", key="sessions", ids=list(known))
    return known[picked] if picked else next((one for one in known.values() if one.active), None)


def acts(one: RaceSession, reader: Identity) -> None:
    """The buttons for what this reader can do with this session now."""
    desk = session.desks().race_sessions
    runs, archives = Right.RUN_SESSIONS in reader.rights, Right.ARCHIVE_SESSIONS in reader.rights
    idle = one.state in USABLE and not one.active
    with st.container(horizontal=True):
        if runs and idle:
            _act("Open" if one.state is SessionState.READY else "Open again", one, desk.open, "is the active session")
        if runs and one.state is SessionState.READY:
            _confirmed("Close", one, desk.close, "is closed")
        if archives and idle:
            _confirmed("Archive", one, desk.archive, "is being archived")
        elif runs and idle:
            _confirmed("Delete", one, desk.put_away, "is deleted; an admin can bring it back")
        if archives and one.state is SessionState.ARCHIVED:
            _act("Bring back", one, desk.bring_back, "is being brought back")
        _links(one, idle=idle)


def create(circuit: Circuit, reader: Identity) -> None:
    """A new session; what was typed stays when it is refused."""
    desk = session.desks().race_sessions
    with st.form("create-session"), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name", placeholder="Sunday, race 1", key="new-session")
        rules = rule_choice.choose(circuit)
        season = st.text_input("Season", f"{session.now():%Y}", key="new-session-season", width=120)
        at_once = st.checkbox("Open it at once", value=True)
        pressed = st.form_submit_button("Create", type="primary", key="create-session-submit")
    if pressed:
        with remedies():
            ruleset = rule_choice.name_of(rules, reader)
            made = desk.create(circuit.id, name, by=reader, now=session.now(), ruleset=ruleset, season=season)
            desk.wait_ready(made.id, READY_WITHIN_S)
            if at_once:
                desk.open(made.id, reader, session.now())
            done(f"“{made.name}” is {'the active session' if at_once else 'ready'}.")


def names() -> NameOf:
    """Shown names of accounts; what no account did, Paddock did."""
    known = {account.id: account.display_name for account in session.desks().accounts.accounts()}
    return lambda account_id: "Paddock" if account_id is None else known.get(account_id, "a removed account")


def _links(one: RaceSession, *, idle: bool) -> None:
    """Its other pages, at its own address."""
    if one.state in USABLE:
        st.link_button("Its entries", f"/entries?session={one.number}", type="tertiary")
    if idle:
        st.link_button("Its incidents", f"/incidents?session={one.number}", type="tertiary")
    if one.state in USABLE:
        st.link_button("Integrity", f"/integrity?session={one.number}", type="tertiary")


def _act(label: str, one: RaceSession, verb: Verb, result: str) -> None:
    if st.button(label, key=f"{verb.__name__}-{one.id}"):
        with remedies():
            verb(one.id, session.identity(), session.now())
            done(f"“{one.name}” {result}.")


def _confirmed(label: str, one: RaceSession, verb: Verb, result: str) -> None:
    """An act that ends something names what it ends, and what becomes of it."""
    with st.popover(f"{label} …"):
        st.caption(WHAT_IT_DOES[label])
        _act(f"{label} “{one.name}”", one, verb, result)
