"""Race control › Integrity: is the log what was written? Verify it, keep its head elsewhere, check one from paper."""

import streamlit as st

from core.sessions.model import RaceSession
from portal import integrity, race_control, session
from portal.components.signal import signal
from portal.forms import say


@st.fragment
def whole(one: RaceSession, zone: str) -> None:
    """Runs again, alone, whenever something is written to the session."""
    signal("session", subject=str(one.id), key="integrity")
    say()
    desk = session.desks().integrity
    head, anchors, verdicts = desk.head(one.id), desk.anchors(one.id), desk.verdicts()
    found = verdicts.get(one.id)
    st.markdown(f"##### Integrity of {one.name} :gray[session {one.number}]")
    integrity.state(found, head, found.anchors if found else 0)
    integrity.others(one, verdicts)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        integrity.head_of_log(one, head)
        integrity.acts(one, head)
        integrity.check(one)
    with right:
        integrity.listed(anchors, found, zone)


here = session.place()
if here.session is None:
    race_control.no_session()
else:
    whole(here.session, here.zone)
