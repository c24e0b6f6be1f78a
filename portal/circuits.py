"""The circuits page's parts: what runs and how old its data are, the switches, and a new circuit."""

from datetime import datetime
from uuid import UUID

import streamlit as st

from core.accounts.model import Identity, Right
from core.timing.sources import SOURCES
from core.tracks.model import Circuit, CircuitPlan, Recording
from portal import session, tables
from portal.components.list_table import list_table
from portal.components.signal import signal
from portal.forms import done, nothing, remedies


@st.fragment(run_every=5)
def listed() -> None:
    """The table; ages are read anew every few seconds, changes at once."""
    signal("circuit", key="circuits")
    known = session.desks().circuits.all()
    if known:
        list_table(tables.circuit_rows(known, _seen(known), session.now()), "Circuits", key="circuit-list")
    else:
        nothing(
            "There is no circuit yet.", "Add the first one below: an installation that sends timing, or a recording."
        )


def switches(reader: Identity) -> None:
    """Start and stop, circuit by circuit."""
    if Right.OPERATE not in reader.rights:
        return
    desk = session.desks().circuits
    for one in desk.all():
        verb, act = ("Stop", desk.stop) if one.running else ("Start", desk.start)
        if st.button(f"{verb} {one.name}", key=f"{verb}-{one.id}"):
            with remedies():
                act(one.id, by=reader.account_id, now=session.now())
                done(f"{one.name} is {'stopped' if one.running else 'started'}.")


def create(reader: Identity) -> None:
    """A circuit whose frames come from a recording; what was typed stays when it is refused."""
    with st.form("create-circuit"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input("Name", placeholder="Kartway north", key="circuit-name")
            slug = st.text_input("Short name", placeholder="kartway-north", key="circuit-slug")
            zone = st.text_input("Time zone", "UTC", help="Such as Europe/Berlin.")
            protocol = st.selectbox("Protocol", sorted(SOURCES))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            path = st.text_input(
                "Recording in the data folder", placeholder="recordings/heat.jsonl.gz", key="circuit-recording"
            )
            speed = st.number_input("Speed", 0.1, 100.0, 1.0, width=130)
            loop = st.checkbox("In a loop")
        pressed = st.form_submit_button("Add circuit", type="primary", key="create-circuit-submit")
    if pressed:
        with remedies():
            plan = CircuitPlan(slug, name, str(protocol), Recording(path, float(speed), loop=loop), zone)
            made = session.desks().circuits.create(plan, by=reader.account_id, now=session.now())
            done(f"{made.name} is added. Start its source when you are ready.")


def _seen(known: tuple[Circuit, ...]) -> dict[UUID, datetime | None]:
    boards = {one.id: session.desks().timing.board(one.id) for one in known}
    return {circuit_id: board.at if board else None for circuit_id, board in boards.items()}
