"""What the recordings page lets those do who operate: keep a piece, delete an import, say how long frames are kept."""

import streamlit as st

from core.accounts.model import Identity, Right
from core.timing.recordings_desk import Kept, Origin, Wanted
from core.tracks.model import Circuit
from portal import session
from portal.format import plain
from portal.forms import done, remedies


def keep_piece(circuit: Circuit, kept: Kept, reader: Identity) -> None:
    """A button for a piece of the journal that its age would delete, unless it is kept as a whole already."""
    if kept.origin is not Origin.JOURNAL or Right.OPERATE not in reader.rights or _is_kept(kept):
        return
    with st.popover("Keep this piece"), st.form("keep-piece", border=False):
        st.caption("Its frames stay, however old they are, until the bookmark is removed.")
        name = st.text_input("Name", key="keep-piece-name", max_chars=80)
        pressed = st.form_submit_button("Keep", key="keep-piece-submit")
    if pressed:
        with remedies():
            wanted = Wanted(circuit.id, None, name, kept.started_at, kept.ended_at)
            one = session.desks().recordings.bookmark(wanted, by=reader.account_id, now=session.now())
            done(f"“{plain(one.name)}” is kept.")


def delete_import(kept: Kept, reader: Identity) -> None:
    """Two presses; what is deleted stands between them."""
    if kept.origin is not Origin.IMPORT or Right.OPERATE not in reader.rights:
        return
    with st.popover("Delete this recording"):
        names = ", ".join(plain(part.name) for part in kept.parts)
        st.markdown(f"**{names}** will be gone from this circuit. Only whoever has the file can bring it in again.")
        pressed = st.button("Delete for good", key="delete-import", type="primary")
    if pressed:
        with remedies():
            session.desks().recordings.remove_import(kept.id, by=reader.account_id, now=session.now())
            done(f"“{plain(kept.name)}” is deleted.")


def retention(reader: Identity) -> None:
    """How long frames are kept, and changing it."""
    if Right.OPERATE not in reader.rights:
        return
    desk = session.desks().recordings
    now = desk.kept_days()
    with st.container(horizontal=True, vertical_alignment="center", key="retention"):
        st.caption(_said(now), width="content")
        with st.popover("Change"), st.form("retention-form", border=False):
            st.caption("What is older is deleted within the hour, of every circuit. Laps, stops and sessions stay.")
            days = st.number_input("Days", 1, 36_500, now, placeholder="for ever", key="retention-days")
            pressed = st.form_submit_button("Save", key="retention-submit")
    if pressed:
        with remedies():
            desk.keep_for(days, by=reader.account_id, now=session.now())
            done(_said(days))


def _is_kept(kept: Kept) -> bool:
    marks = session.desks().recordings.bookmarks(kept.circuit_id, None)
    pieces = ((one.at, one.until) for one in marks if one.until)
    return any(since <= kept.started_at and kept.ended_at <= until for since, until in pieces)


def _said(days: int | None) -> str:
    if days is None:
        return "Raw frames are kept for ever."
    return f"Raw frames are kept {days} {'day' if days == 1 else 'days'}; kept pieces stay."
