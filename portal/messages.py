"""The desk's list of race-control messages: everything that was said, the public part unmarked, each ready to copy."""

import streamlit as st

from core.sessions.model import RaceSession
from portal import notices, session
from portal.components.ticker import ticker


def said(one: RaceSession, zone: str, *, height: int = 220) -> None:
    """Newest first; nothing is drawn before something was said."""
    messages = session.desks().notices.messages(one.id, all_of_them=True)
    if messages:
        st.markdown("##### Messages")
        ticker(notices.lines(messages, zone), key="ticker", height=height)
