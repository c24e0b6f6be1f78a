"""The Entries page's list, and the form for one entry of a race session."""

import streamlit as st

from core.accounts.model import Identity
from core.people.names import key_of
from core.sessions.entry_list import NamedDriver, Typed, kilograms
from core.sessions.model import Entry, RaceSession
from portal import session, tables
from portal.components.list_table import list_table
from portal.format import plain
from portal.forms import done, nothing, remedies


def listed(known: tuple[Entry, ...]) -> Entry | None:
    """Every entry; returns the chosen one."""
    if not known:
        nothing("This session has no entries.", "Type one, import a list, or take over what the feed shows.")
        return None
    ids = [entry.number for entry in known]
    rows = tables.without_empty(tables.entry_rows(known))
    chosen = list_table(rows, "Entries", key="entries", ids=ids, height=tables.height_of(rows, 420))
    return next((entry for entry in known if entry.number == chosen), None)


def exports(one: RaceSession) -> None:
    """The list as files that import to the same list."""
    address = f"/api/v1/race-sessions/{one.id}/entries/export?kind="
    st.link_button("CSV", f"{address}csv", type="tertiary", icon=":material/download:")
    st.link_button("Excel", f"{address}xlsx", type="tertiary", icon=":material/download:")


def edit(one: RaceSession, chosen: Entry | None, reader: Identity) -> None:
    """A new entry, or the chosen one; what was typed stays when it is refused."""
    now = chosen or Entry("")
    which = now.number or "new"
    with st.form(f"entry-{which}", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            number = st.text_input("Number", now.number, key=f"number-{which}", width=90, disabled=bool(chosen))
            category = st.text_input("Class", now.category or "", key=f"class-{which}", width=120)
            team = st.text_input("Team", now.team or "", key=f"team-{which}")
            weight = st.text_input("Weight, kg", _weight(now), key=f"weight-{which}", width=110)
        drivers = st.text_area("Drivers, one a line", "\n".join(now.drivers), key=f"drivers-{which}", height=110)
        pressed = st.form_submit_button("Save", key="entry-submit", type="primary")
    if pressed:
        with remedies():
            given = typed(now, number, (category, team), drivers, weight)
            saved = session.desks().entries.put(one.id, given, reader, session.now())
            done(f"Entry {saved.number} is saved.")


def remove(one: RaceSession, chosen: Entry, reader: Identity) -> None:
    with st.popover(f"Remove entry {plain(chosen.number)} …"):
        st.caption("Its incidents and penalties stay.")
        if st.button(f"Remove {plain(chosen.number)}", key="remove-entry"):
            with remedies():
                session.desks().entries.remove(one.id, chosen.number, reader)
                done(f"Entry {plain(chosen.number)} is removed.")


def typed(before: Entry, number: str, words: tuple[str, str], drivers: str, weight: str) -> Typed:
    """What the form says. A driver whose name did not change stays the same person, also among namesakes."""
    category, team = words
    known = {key_of(name): one for name, one in zip(before.drivers, before.driver_ids, strict=False)}
    named = tuple(NamedDriver(line, known.get(key_of(line))) for line in drivers.splitlines())
    entry = Entry(
        number,
        category,
        team,
        source_id=before.source_id,
        weight_kg=kilograms(weight),
        fields=before.fields,
    )
    return Typed(entry, named)


def _weight(entry: Entry) -> str:
    return "" if entry.weight_kg is None else f"{entry.weight_kg.normalize():f}"
