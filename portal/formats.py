"""The formats page: what a circuit's feed is and why, and the layouts of its table with what people say of them."""

from functools import partial

import streamlit as st

from core.accounts.model import Identity
from core.timing.layouts import LayoutSeen
from core.timing.mapping import COLUMN_MEANINGS, Meaning
from core.timing.maps_desk import Analysis, By
from core.timing.signatures import FORMATS
from core.tracks.model import Circuit
from portal import format_tables, session
from portal.components.list_table import list_table
from portal.format import day_and_time, plain, words
from portal.forms import done, nothing, remedies
from portal.race_sessions import names

AS_FOUND = ""
"""The choice that leaves a column to the feed."""

_SEPARATED = "\n---\n"


def by(reader: Identity) -> By:
    return By(reader.account_id, session.now())


def detected(circuit: Circuit, reader: Identity) -> Analysis | None:
    """What was found out last, and the way to find out anew; the analysis."""
    known = session.desks().maps.analyses(circuit.id, 1)
    st.markdown("##### What this feed is")
    if known:
        _told(known[0], circuit)
    else:
        nothing("Nobody has looked yet.", "Look at the running feed, or paste some of its messages.")
    with st.container(horizontal=True):
        if st.button("Look at the running feed", key=f"look-{circuit.id}", type="secondary" if known else "primary"):
            _look(circuit, reader, session.desks().bus.raw_frames(circuit.id))
        with st.popover("Paste messages"):
            _paste(circuit, reader)
    return known[0] if known else None


def layouts(circuit: Circuit, reader: Identity) -> None:
    """The layouts that the feed has shown, the columns of one of them, and what a person says of each."""
    seen = session.desks().maps.layouts(circuit.id)
    st.markdown("##### Columns")
    if not seen:
        nothing("No table has been seen yet.", "Layouts are listed here once the circuit's feed has shown one.")
        return
    names = {one.fingerprint: format_tables.layout_name(one, circuit.time_zone) for one in seen}
    chosen = st.selectbox("Layout", list(names), format_func=lambda one: names[one], key=f"layout-{circuit.id}")
    layout = next(one for one in seen if one.fingerprint == (chosen or seen[0].fingerprint))
    said = session.desks().maps.maps(circuit.id).columns.get(layout.fingerprint)
    given = dict(said.columns) if said else {}
    list_table(format_tables.column_rows(layout, given), "Columns", key=f"columns-{circuit.id}")
    with st.expander("Say what columns mean", key=f"say-{circuit.id}"):
        _say(circuit, reader, layout, given)
    _column_versions(circuit, layout)


def notices(circuit: Circuit) -> None:
    """When the feed began to send another layout."""
    told = session.desks().maps.notices(circuit.id)
    st.markdown("##### Changes of the layout")
    if told:
        rows = format_tables.notice_rows(told, circuit.time_zone)
        list_table(rows, "Changes of the layout", key=f"notices-{circuit.id}", height=260)
    else:
        nothing("The layout has never changed.", "When columns come, go, move or get another name, it is said here.")


def _told(one: Analysis, circuit: Circuit) -> None:
    finding = one.finding
    when = day_and_time(one.made_at, circuit.time_zone)
    name = FORMATS[finding.format] if finding.format else "No feed that Paddock knows"
    sure = f"{finding.confidence:.0%} sure, decided at message {finding.messages_needed}. " if finding.format else ""
    reasons = "\n".join(f"- {plain(reason)}" for reason in finding.why)
    st.markdown(f"**{name}.** {sure}Looked at {when}.\n\n{reasons}")


def _look(circuit: Circuit, reader: Identity, frames: list[str]) -> None:
    with remedies():
        session.desks().maps.analyze(circuit.id, frames, by(reader))
        done(f"{len(frames)} messages of {circuit.name} were looked at.")


def _paste(circuit: Circuit, reader: Identity) -> None:
    with st.form(f"paste-{circuit.id}", border=False):
        text = st.text_area(
            "Messages", height=200, help="One a line; or, where they have lines, a line of --- between."
        )
        if st.form_submit_button("Look at these"):
            _look(circuit, reader, text.split(_SEPARATED) if _SEPARATED in text else text.split("\n"))


def _say(circuit: Circuit, reader: Identity, layout: LayoutSeen, given: dict[str, Meaning]) -> None:
    options = [AS_FOUND, *(str(meaning) for meaning in COLUMN_MEANINGS)]
    with st.form(f"say-{circuit.id}-{layout.fingerprint}", border=False):
        picked: dict[str, str | None] = {}
        with st.container(horizontal=True):
            for column in layout.columns:
                label = " · ".join(filter(None, (column.id.upper(), column.heading, column.type)))
                place = options.index(given.get(column.id, AS_FOUND))
                found = "as found" if column.id in given else f"as found: {format_tables.found(column)}"
                picked[column.id] = st.selectbox(
                    label,
                    options,
                    place,
                    format_func=partial(_choice, found),
                    key=f"mean-{circuit.id}-{layout.fingerprint}-{column.id}",
                    width=220,
                )
        if st.form_submit_button("Read the columns so"):
            with remedies():
                said = {name: Meaning(meaning) for name, meaning in picked.items() if meaning}
                _put(circuit, reader, layout, said)


def _choice(found: str, one: str) -> str:
    return words(one) if one else found


def _put(circuit: Circuit, reader: Identity, layout: LayoutSeen, said: dict[str, Meaning]) -> None:
    desk = session.desks().maps
    if said:
        desk.put_columns(circuit.id, layout.fingerprint, said, by(reader))
        done(f"{len(said)} columns of {circuit.name} are read as you said.")
    else:
        desk.remove_columns(circuit.id, layout.fingerprint, by(reader))
        done(f"The columns of {circuit.name} are read as found.")


def _column_versions(circuit: Circuit, layout: LayoutSeen) -> None:
    versions = session.desks().maps.column_versions(circuit.id, layout.fingerprint)
    if versions:
        with st.expander(f"{len(versions)} versions", key=f"versions-{circuit.id}"):
            rows = format_tables.column_version_rows(versions, names(), circuit.time_zone)
            list_table(rows, "Versions of the columns", key=f"column-versions-{circuit.id}")
