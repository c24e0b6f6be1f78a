"""Race control › Notice board: what is issued and published, for everybody; with `?tv=1` for a screen on a wall."""

import streamlit as st

from core.sessions.model import RaceSession
from core.tracks.model import Circuit
from portal import notices, session
from portal.components.notice_board import notice_board
from portal.components.signal import signal
from portal.forms import nothing


@st.fragment
def board(circuit: Circuit, one: RaceSession) -> None:
    """Runs again, alone, whenever something is written to the session."""
    signal("session", subject=str(one.id), key="notices")
    session.identity()
    shown, zone = session.desks().notices.board(one.id), circuit.time_zone
    head = notices.head(shown, one.name, zone)
    notice_board(notices.panels(shown, one.id, zone), head=head, key="notice-board", tv=session.tv())


here = session.place()
if session.tv() and here.circuit is not None:
    signal("pointer", subject=str(here.circuit.id), key="notices-pointer")
if here.circuit is None or here.session is None:
    nothing("No race session is active at this circuit.", "What race control publishes appears here.")
else:
    board(here.circuit, here.session)
