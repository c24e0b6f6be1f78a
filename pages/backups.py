"""Admin › Backups: whether backups come back, and archived sessions that are to be dropped for good."""

import streamlit as st

from portal import backups, session
from portal.components.signal import signal
from portal.forms import say


@st.fragment
def kept() -> None:
    """Runs again, alone, whenever a session changes its state."""
    signal("registry", key="backups")
    say()
    backups.state()
    backups.rehearsals()
    backups.purges(session.identity())


kept()
