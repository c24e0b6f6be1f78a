"""The entries of a race session: listed; typed, pasted as CSV, taken over from the feed, removed."""

import streamlit as st

from core.accounts.model import Identity, Right
from core.sessions.model import Entry, RaceSession, SessionState
from core.sessions.ports import EntryWrite
from core.tracks.model import Circuit
from portal import session, tables
from portal.components.list_table import list_table
from portal.format import plain
from portal.forms import done, nothing, remedies

EXAMPLE = "number;class;team;drivers\n42;Pro;Team 42;Driver 42A / Driver 42B"


def entries(one: RaceSession, circuit: Circuit, reader: Identity) -> None:
    known = session.desks().race_sessions.entries(one.id)
    chosen = None
    if known:
        ids = [entry.number for entry in known]
        chosen = list_table(tables.entry_rows(known), "Entries", key="entries", ids=ids, height=360)
    else:
        nothing("This session has no entries.", "Type one, paste a list, or take over what the feed shows.")
    if Right.EDIT_ENTRIES in reader.rights and one.state is SessionState.READY:
        if chosen:
            _remove(one, chosen, reader)
        typed, pasted, seen = st.tabs(["Type one", "Paste CSV", "From the feed"])
        with typed:
            _type(one, reader)
        with pasted:
            _paste(one, reader)
        with seen:
            _take_over(one, circuit, reader)


def _type(one: RaceSession, reader: Identity) -> None:
    with st.form("entry"), st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.text_input("Number", width=90)
        category = st.text_input("Class", width=110)
        team = st.text_input("Team")
        drivers = st.text_input("Drivers", placeholder="Driver A / Driver B")
        pressed = st.form_submit_button("Save", key="entry-submit")
    if pressed:
        with remedies():
            entry = Entry(number, category, team, tuple(drivers.split("/")))
            saved = session.desks().entries.put(one.id, entry, reader, session.now())
            done(f"Entry {saved.number} is saved.")


def _paste(one: RaceSession, reader: Identity) -> None:
    text = st.text_area("List with headings", placeholder=EXAMPLE, height=160, key="entries-csv")
    if st.button("Import", key="import"):
        with remedies():
            listed = session.desks().entries.read(text.encode())
            imported = session.desks().entries.bring_in(one.id, listed, reader, session.now(), EntryWrite())
            done(f"{len(imported)} entries are imported.")


def _take_over(one: RaceSession, circuit: Circuit, reader: Identity) -> None:
    """Each number the feed shows and nobody has entered; all of them are taken over with one press."""
    board = session.desks().timing.board(circuit.id)
    proposed = session.desks().entries.proposed(one.id, board.cars if board else ())
    if not proposed:
        nothing("The feed shows no number without an entry.", "New ones appear here when they are on the board.")
        return
    list_table(tables.entry_rows(proposed), "Proposed entries", key="proposed", height=360)
    if st.button(f"Take over {len(proposed)} entries", key="take-over"):
        with remedies():
            session.desks().entries.take_over(one.id, board.cars if board else (), reader, session.now())
            done(f"{len(proposed)} entries are taken over.")


def _remove(one: RaceSession, number: str, reader: Identity) -> None:
    if st.button(f"Remove entry {plain(number)}", key="remove-entry"):
        with remedies():
            session.desks().entries.remove(one.id, number, reader)
            done(f"Entry {plain(number)} is removed.")
