"""A circuit's link to its feed: whether it lives, what came over it, its log, its holes, what nobody understood."""

from datetime import timedelta

import streamlit as st

from core.timing.model import Board, SourceStatus
from core.tracks.model import Circuit
from portal import link_tables, session
from portal.components.list_table import list_table
from portal.components.signal import signal
from portal.format import ago, plain
from portal.forms import nothing

MINUTES = 15
"""How far back the figures look."""

LOG_HEIGHT = 320


@st.fragment(run_every=5)
def link(circuit: Circuit) -> None:
    """Drawn anew every few seconds, and at once when the circuit is started, stopped or changed."""
    signal("circuit", key=f"link-{circuit.id}")
    st.markdown(_state(circuit, session.desks().timing.board(circuit.id)))
    desk, since = session.desks().links, session.now() - timedelta(minutes=MINUTES)
    with st.container(horizontal=True):
        for heading, number in link_tables.figures(desk.total(circuit.id, since), MINUTES).items():
            st.metric(heading, number, help=f"In the last {MINUTES} minutes.", width=130)
    _log(circuit)
    _holes(circuit)


@st.fragment(run_every=15)
def novelties(circuit: Circuit) -> None:
    """Types, classes and words of the feed that Paddock does not know, and lines it could not read: nothing is lost."""
    rows = link_tables.novelty_rows(session.desks().links.novelties(circuit.id), session.now())
    if rows:
        list_table(rows, "What nobody has a name for", key=f"novelties-{circuit.id}", height=LOG_HEIGHT)
    else:
        nothing("Everything this feed has sent was understood.", "Unknown columns, classes and lines are listed here.")


def _state(circuit: Circuit, board: Board | None) -> str:
    if not circuit.running:
        return ":gray[○ **Stopped.**] Start it to follow the feed."
    if board is None or board.source is None:
        return ":gray[○ **Waiting** for a worker to take it up.]"
    heard = f"data {ago(board.at, session.now())} old" if board.at else "no data yet"
    cause = f" {plain(board.source.cause)}" if board.source.cause else ""
    if board.source.status is SourceStatus.RUNNING:
        return f":green[● **Connected**], {heard}.{cause}"
    return f":red[▲ **{board.source.status.value.capitalize()}**], {heard}.{cause}"


def _log(circuit: Circuit) -> None:
    st.markdown("###### Connection log")
    events = session.desks().links.log(circuit.id)
    if events:
        rows = link_tables.log_rows(events, circuit.time_zone)
        list_table(rows, "Connection log", key=f"log-{circuit.id}", height=LOG_HEIGHT)
    else:
        nothing("Nothing has been logged yet.", "Each connection, loss and attempt is written down here.")


def _holes(circuit: Circuit) -> None:
    holes = session.desks().links.holes(circuit.id)
    if holes:
        st.markdown("###### When the feed was not heard")
        list_table(link_tables.hole_rows(holes, circuit.time_zone), "Holes", key=f"holes-{circuit.id}")
