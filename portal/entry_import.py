"""Importing a list of entries: a file or a text, what it would change, then one press. And the feed's proposals."""

from uuid import UUID

import streamlit as st

from core.accounts.model import Identity
from core.sessions.entry_changes import Changes
from core.sessions.entry_list import Typed
from core.sessions.model import Entry, RaceSession
from core.sessions.ports import EntryWrite
from portal import session, tables
from portal.components.list_table import list_table
from portal.format import counted, plain
from portal.forms import done, nothing, remedies

EXAMPLE = "number;class;team;drivers;weight\n42;Pro;Team 42;Driver 42A / Driver 42B;182,5"
SHOWN = 200
"""Rows of a preview; the sums above it are of all."""


def bring_in(one: RaceSession, reader: Identity) -> None:
    file = st.file_uploader("List of entries", type=["csv", "txt", "xlsx"], key="entries-file", max_upload_size=10)
    text = st.text_area("or paste it, with its headings", placeholder=EXAMPLE, height=120, key="entries-csv")
    content = file.getvalue() if file is not None else text.strip().encode()
    if not content:
        return
    with remedies():
        listed = session.desks().entries.read(content)
        _confirm(one, reader, listed, session.desks().entries.preview(one.id, listed))


def take_over(one: RaceSession, circuit_id: UUID, reader: Identity) -> None:
    """Each number the feed shows and nobody has entered; all of them are taken over with one press."""
    board = session.desks().timing.board(circuit_id)
    cars = board.cars if board else ()
    proposed = session.desks().entries.proposed(one.id, cars)
    if not proposed:
        nothing("The feed shows no number without an entry.", "New ones appear here when they are on the board.")
        return
    rows = tables.without_empty(tables.entry_rows(proposed))
    list_table(rows, "Proposed entries", key="proposed", height=tables.height_of(rows, 360))
    if st.button(f"Take over {len(proposed)} entries", key="take-over", type="primary"):
        with remedies():
            taken = session.desks().entries.take_over(one.id, cars, reader, session.now())
            done(f"{len(taken)} entries are taken over.")


def _confirm(one: RaceSession, reader: Identity, listed: tuple[Typed, ...], changes: Changes) -> None:
    st.markdown(summary(changes))
    whole = bool(changes.removed) and st.checkbox(
        f"Remove {counted(len(changes.removed), 'entry', 'entries')} not in the list", key="import-whole"
    )
    rows = change_rows(changes, whole=whole)
    if not rows:
        nothing("The list says what is entered already.", "There is nothing to import.")
        return
    shown = tables.without_empty(rows[:SHOWN])
    list_table(shown, "What would change", key="import-preview", height=tables.height_of(shown, 320))
    if st.button(f"Import {counted(len(listed), 'entry', 'entries')}", key="import", type="primary"):
        write = EntryWrite(whole, changes.version)
        session.desks().entries.bring_in(one.id, listed, reader, session.now(), write)
        done(f"Imported: {counted(len(listed), 'entry', 'entries')}.")


def summary(changes: Changes) -> str:
    """One line of Markdown: what an import would do, and whom it would make."""
    parts = [f"**{len(changes.new)}** new", f"**{len(changes.changed)}** changed", f"{changes.same} the same"]
    parts += [f"{len(changes.removed)} not in the list"] if changes.removed else []
    made = [_some("new people", changes.new_people), _some("new teams", changes.new_teams)]
    return " · ".join([*parts, *(words for words in made if words)])


def change_rows(changes: Changes, *, whole: bool) -> list[tables.Row]:
    removed = changes.removed if whole else ()
    return [
        *({"": "New", **_cells(entry)} for entry in changes.new),
        *({"": "Changed", **_both(pair.before, pair.after)} for pair in changes.changed),
        *({"": "Removed", **_cells(entry)} for entry in removed),
    ]


def _some(what: str, names: tuple[str, ...]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{what}: {', '.join(map(plain, names[:3]))}{more}" if names else ""


def _cells(entry: Entry) -> tables.Row:
    [row] = tables.entry_rows([entry])
    return {heading: cell for heading, cell in row.items() if heading != "From"}


def _both(before: Entry, after: Entry) -> tables.Row:
    """Old and new of each cell that changes."""
    old, new = _cells(before), _cells(after)
    return {heading: new[heading] if old[heading] == new[heading] else _turned(old, new, heading) for heading in new}


def _turned(old: tables.Row, new: tables.Row, heading: str) -> str:
    return f"{old[heading] or '–'} → {new[heading] or '–'}"
