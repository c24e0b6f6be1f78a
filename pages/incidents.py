"""Race control › Incidents: all of them, filtered; what is chosen is explained by its events, and may be voided."""

import streamlit as st

from portal import incidents, race_control, session

here = session.place()
if here.session is None:
    race_control.no_session()
else:
    history, detail = st.columns([3, 2], gap="medium")
    with history:
        incidents.listed(here.session)
    with detail:
        incidents.explained(here.session)
