"""Importing a race session on the Sessions page: a file, what it would do, then one press."""

from uuid import UUID

import streamlit as st

from core.accounts.model import Identity
from core.errors import BadInput
from core.sessions.desk import DEFAULT_RULESET
from core.timing.session_travel import Form, Look, Wish
from core.tracks.model import Circuit
from portal import session, tables
from portal.components.list_table import list_table
from portal.format import counted, day_and_time, plain
from portal.forms import done, remedies

NEW, OPEN = "A new session", "The open session"
SHOWN = 200
"""Incidents of a preview; the sums above are of all."""
_TEMPLATE = "/api/v1/race-sessions/import/template?format="


def bring_in(circuit: Circuit, reader: Identity) -> None:
    with st.expander("Import a session …", key="import-session"):
        _form(circuit, reader)


@st.fragment
def _form(circuit: Circuit, reader: Identity) -> None:
    """Runs alone: a file of ten megabytes is not read again because a bell rang."""
    st.caption(
        "JSON brings a whole session back as a new one. A table of incidents (CSV, Excel) becomes a new session, or "
        f"goes on in the open one. Templates: [Excel]({_TEMPLATE}xlsx), [CSV]({_TEMPLATE}csv)."
    )
    kinds = ["json", "csv", "zip", "xlsx", "xls"]
    file = st.file_uploader("File", type=kinds, key="session-file", max_upload_size=10)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        into = st.segmented_control("Becomes", [NEW, OPEN], default=NEW, key="import-into")
        name = st.text_input("Name", key="import-name", placeholder="as in the file")
        rules = st.selectbox("Rules of a table", _rulesets(), key="import-rules", width=220)
    if file is not None:
        with remedies():
            wish = Wish(circuit, name.strip() or None, rules, into=_open(circuit) if into == OPEN else None)
            _confirm(file.getvalue(), file.name, wish, reader)


def _rulesets() -> list[str]:
    known = session.desks().race_sessions.rulesets()
    return sorted(known, key=lambda one: (one != DEFAULT_RULESET, one))


def _open(circuit: Circuit) -> UUID:
    active = session.desks().race_sessions.active(circuit.id)
    if active is None:
        raise BadInput("No session is open at this circuit.", "Open one, or import into a new session.")
    return active.id


def _confirm(content: bytes, file_name: str, wish: Wish, reader: Identity) -> None:
    """What it would do; a press does it."""
    imports = session.desks().session_imports
    look = imports.look(content, file_name, wish, session.now())
    st.markdown(summary(look))
    rows = incident_rows(look, wish.circuit.time_zone)
    if rows:
        shown = tables.without_empty(rows)
        list_table(shown, "What would be imported", key="session-preview", height=tables.height_of(shown, 320))
    if look.strange:
        st.warning(f"These rules would not give {', '.join(look.strange[:5])}: imported as officials' own decisions.")
    if st.button(f"Import {counted(look.incidents, 'incident', 'incidents')}", key="import-session-go", type="primary"):
        made = imports.bring_in(content, file_name, wish, reader, session.now())
        done(f"Imported into “{made.session.name}”: {counted(made.incidents, 'incident', 'incidents')}.")


def summary(look: Look) -> str:
    """One line of Markdown."""
    parts = [
        f"**{plain(look.name)}**" if look.name else "",
        counted(look.incidents, "incident", "incidents"),
        f"{look.voided} void" if look.voided else "",
        counted(look.penalties, "penalty", "penalties"),
        counted(look.events, "event", "events"),
        counted(look.entries, "entry", "entries") if look.form is Form.JSON else "",
        counted(look.laps, "frozen lap", "frozen laps") if look.laps else "",
        f"rules `{look.ruleset}`" if look.ruleset else "",
        f"chain whole up to `{look.head[:24]}…`" if look.head else "",
    ]
    return " · ".join(part for part in parts if part)


def incident_rows(look: Look, zone: str) -> list[tables.Row]:
    return [
        {
            "#": "" if line.number is None else line.number,
            "Time": day_and_time(line.time, zone),
            "Kart": line.kart,
            "Code": line.code,
            "Turn": line.turn,
            "Note": line.note,
            "Decision": line.decision,
            "Void": line.void_reason,
        }
        for line in look.lines[:SHOWN]
    ]
