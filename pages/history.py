"""Race control › History: what a kart, a team or a driver has behind it, and how far the next step is."""

import streamlit as st

from core.sessions.model import RaceSession
from portal import history, session
from portal.components.signal import signal
from portal.forms import nothing


@st.fragment
def page(one: RaceSession | None, zone: str) -> None:
    """Runs again, alone, whenever something is written to the session."""
    if one is not None:
        signal("session", subject=str(one.id), key="history-changed")
    found = history.chosen(one)
    if found is None:
        nothing("There is nobody to choose.", "Enter the karts with their teams and drivers under Entries.")
        return
    history.told(history.look(*found, one), zone)


here = session.place()
page(here.session, here.zone)
