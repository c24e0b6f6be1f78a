"""Race control › Incidents: all of them, filtered; the chosen one with its reasons, its history and every act on it."""

import streamlit as st

from core.sessions.model import RaceSession
from core.tracks.model import Circuit
from portal import incidents, race_control, session, sight
from portal.components.presence import presence
from portal.components.signal import signal
from portal.forms import say


@st.fragment
def history(circuit: Circuit, one: RaceSession) -> None:
    """Runs again, alone, whenever something is written to the session."""
    signal("session", subject=str(one.id), key="incidents")
    say()
    desk, now, zone = session.penalties(one), session.now(), circuit.time_zone
    fold = desk.state()
    left, right = st.columns([3, 2], gap="medium")
    with left:
        chosen = incidents.listed(fold, zone)
    with right:
        presence(one.id, "Incidents", key="presence", incident=chosen.id if chosen else None)
        if chosen is None:
            incidents.none_chosen()
        else:
            view = sight.sight(circuit, one, fold, sight.names(one, fold), now)
            incidents.explained(view, chosen.id, zone, sight.ticks(desk.clocks(now)), session.identity())
            incidents.history(one, chosen.id, zone)


here = session.place()
if here.circuit is None or here.session is None:
    race_control.no_session()
else:
    history(here.circuit, here.session)
