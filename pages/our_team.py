"""Race control › Our team: what is published, and what is known of one's own karts; acknowledge, report, protest."""

import streamlit as st

from core.sessions.model import RaceSession
from portal import our_team, race_control, session
from portal.components.signal import signal
from portal.forms import say


@st.fragment
def page(one: RaceSession, zone: str) -> None:
    """Runs again, alone, whenever something is written to the session."""
    signal("session", subject=str(one.id), key="our-team")
    say()
    view = session.desks().histories.own(one.id, session.identity())
    if not (view.karts or view.incidents or view.penalties):
        our_team.no_team()
        return
    our_team.headline(view)
    left, right = st.columns(2, gap="medium")
    with left:
        our_team.penalties(one, view, zone)
    with right:
        our_team.incidents(one, view, zone)


here = session.place()
if here.session is None:
    race_control.no_session()
else:
    page(here.session, here.zone)
