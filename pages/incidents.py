"""Race control › Incidents: all of them, filtered; what is chosen is explained by its events, and may be voided."""

import streamlit as st

from core.accounts.model import Right
from core.sessions.model import RaceSession
from portal import incidents, race_control, session
from portal.components.presence import presence
from portal.components.signal import signal
from portal.forms import say


@st.fragment
def history(one: RaceSession, zone: str) -> None:
    """Runs again, alone, whenever something is written to the session."""
    signal("session", subject=str(one.id), key="incidents")
    say()
    reader, fold = session.identity(), session.penalties(one).state()
    left, right = st.columns([3, 2], gap="medium")
    with left:
        chosen = incidents.listed(fold, zone)
    with right:
        presence(one.id, "Incidents", key="presence", incident=chosen.id if chosen else None)
        if chosen is None:
            incidents.none_chosen()
        else:
            incidents.explained(one, chosen, zone, may_void=Right.AMEND in reader.rights)


here = session.place()
if here.session is None:
    race_control.no_session()
else:
    history(here.session, here.zone)
