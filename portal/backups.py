"""The backups page's parts: whether backups work, the last rehearsals, and sessions that are to be dropped for good."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import streamlit as st

from core.accounts.model import Identity
from core.sessions.model import RaceSession, SessionState
from core.sessions.purges import Purge
from portal import session, tables
from portal.components.list_table import list_table
from portal.format import ago, counted, day_and_time, plain
from portal.forms import judged, note, nothing
from portal.race_sessions import names

_ZONE = "UTC"
FEW = 10
SCROLLS_PX = 360


def state() -> None:
    """One glance: does the last backup of every session count, and how old is the newest."""
    newest = session.desks().rehearsals.newest()
    failed = [one for one in newest if one.problem]
    good = [one for one in newest if not one.problem]
    for one in failed:
        st.error(f"**The backup of session {_number(one.session_id)} failed.** {plain(one.problem or '')}")
    if good:
        last = max(good, key=lambda one: one.at)
        took = f"{counted(last.events or 0, 'event', 'events')} restored and compared in {last.took_ms / 1000:.1f} s"
        st.success(f"The last good backup is {ago(last.at, session.now())} old: {took}.")
    if not newest:
        nothing("No backup was rehearsed yet.", "A worker does it every night and when a session closes.")


def rehearsals() -> None:
    """Newest first."""
    rows: list[tables.Row] = [
        {
            "At (UTC)": day_and_time(one.at, _ZONE),
            "Session": _number(one.session_id),
            "Took, s": round(one.took_ms / 1000, 1),
            "Events": one.events,
            "Entries": one.entries,
            "Dump": "" if one.sha256 is None else f"{one.sha256[:12]}…",
            "Result": one.problem or "Restored, equal",
        }
        for one in session.desks().rehearsals.latest()
    ]
    if rows:
        list_table(rows, "Rehearsals of restores", key="rehearsals", height=SCROLLS_PX if len(rows) > FEW else None)


def purges(reader: Identity) -> None:
    """Archived sessions: dropped for good by two people after thirty days, brought back by one at any time before."""
    known = session.desks().purges.all()
    archived = [one for one in session.desks().race_sessions.all() if one.state is SessionState.ARCHIVED]
    st.markdown(f"##### Archived sessions :gray[{len(archived) or 'none'}]")
    for one in archived:
        with st.container(horizontal=True, vertical_alignment="center", key=f"archived-{one.id}"):
            st.markdown(_told(one, known.get(one.id)), width="stretch")
            _acts(one, known.get(one.id), reader)


def _told(one: RaceSession, purge: Purge | None) -> str:
    name = f"**{one.number} · {plain(one.name)}**"
    if purge is None:
        return f"{name} :gray[archived {day_and_time(one.archived.at if one.archived else None, _ZONE)} UTC]"
    asked = f"{plain(names()(purge.asked.by))} asked to drop it for good"
    due = day_and_time(purge.due_at, _ZONE)
    if purge.confirmed is None:
        return f"{name} :orange[{asked}; it waits for another admin. Not before {due} UTC.]"
    return f"{name} :red[{asked}, {plain(names()(purge.confirmed.by))} confirmed: it will be dropped {due} UTC.]"


_Act = Callable[[UUID, Identity, datetime], object]


def _acts(one: RaceSession, purge: Purge | None, reader: Identity) -> None:
    desk = session.desks().purges
    if purge is None:
        with st.popover("Drop for good …", key=f"drop-{one.id}"):
            st.markdown("Its database and its dump go. Anchors, the season's ledger and its line in the list stay.")
            _press(f"Ask to drop “{one.name}”", one, desk.ask, "Another admin has to confirm it.")
        return
    if purge.confirmed is None and purge.asked.by != reader.account_id:
        _press(f"Confirm dropping “{one.name}”", one, desk.confirm, "It is dropped when the thirty days are over.")
    _press("Take it back", one, desk.withdraw, f"“{one.name}” stays.")


def _press(label: str, one: RaceSession, act: _Act, said: str) -> None:
    def press() -> None:
        with judged():
            act(one.id, session.identity(), session.now())
            note(said)

    st.button(label, key=f"{label}-{one.id}", on_click=press)


def _number(session_id: UUID) -> int:
    return session.desks().race_sessions.get(session_id).number
