"""Race control › Entries: who is in the race; type, import, export, take over from the feed; teams and drivers."""

import streamlit as st

from core.accounts.model import Right
from core.sessions.model import RaceSession, SessionState
from core.tracks.model import Circuit
from portal import entries, entry_import, people, race_control, session
from portal.components.signal import signal
from portal.format import counted, plain
from portal.forms import say


@st.fragment
def page(circuit: Circuit, one: RaceSession) -> None:
    """Runs again, alone, whenever something about the session's entries changes."""
    signal("registry", key="entries-changed")
    say()
    reader, known = session.identity(), session.desks().entries.all(one.id)
    edits = Right.EDIT_ENTRIES in reader.rights and one.state is SessionState.READY
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"##### {plain(one.name)} :gray[{counted(len(known), 'entry', 'entries')} · season {plain(one.season)}]",
            width="stretch",
        )
        entries.exports(one)
    chosen = entries.listed(known)
    if edits:
        with st.container(border=True):
            st.markdown(f"**Entry {plain(chosen.number)}**" if chosen else "**A new entry**")
            entries.edit(one, chosen, reader)
            if chosen is not None:
                entries.remove(one, chosen, reader)
    tabs = ["Members", "People", "Teams", *(["Import", "From the feed"] if edits else [])]
    shown = st.segmented_control("Show", tabs, default=tabs[-2 if edits else 0], key="entries-tab")
    _part(shown or "", circuit, one)


def _part(shown: str, circuit: Circuit, one: RaceSession) -> None:
    reader = session.identity()
    match shown:
        case "Import":
            entry_import.bring_in(one, reader)
        case "From the feed":
            entry_import.take_over(one, circuit.id, reader)
        case "Members":
            people.members(one.season, reader)
        case "People":
            people.people(reader)
        case "Teams":
            people.teams(reader)
        case _:
            pass


here = session.place()
if here.circuit is None or here.session is None:
    race_control.no_session()
else:
    page(here.circuit, here.session)
