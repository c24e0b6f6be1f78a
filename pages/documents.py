"""Race control › Documents: publish decisions and results; list, look at, download and print them again."""

import streamlit as st

from core.accounts.model import Right
from core.sessions.model import RaceSession
from portal import publishing, race_control, session
from portal.components.signal import signal
from portal.forms import nothing, say


@st.fragment
def documents(one: RaceSession, zone: str) -> None:
    """Runs again, alone, whenever something is written to the session."""
    signal("session", subject=str(one.id), key="documents-signal")
    say()
    may_publish = Right.PUBLISH in session.identity().rights
    fold = session.penalties(one).state()
    left, right = st.columns([2, 3], gap="medium")
    with left:
        publishing.waiting(one, fold, zone, may_publish=may_publish)
        publishing.result_sheet(one, fold, zone, may_publish=may_publish)
        if may_publish:
            publishing.shown_to_all()
        chosen = publishing.listed(fold, zone)
    with right:
        if chosen is None:
            nothing("No document is chosen.", "Choose one to see its page, download it or print it again.")
        else:
            publishing.preview(one, chosen)


here = session.place()
if here.session is None:
    race_control.no_session()
else:
    documents(here.session, here.zone)
