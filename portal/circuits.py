"""The circuits page's parts: what runs and how old its data are, and everything about the circuit that is chosen."""

from datetime import datetime
from uuid import UUID

import streamlit as st

from core.accounts.model import Identity, Right
from core.tracks.model import Circuit
from portal import app_circuits, circuit_form, circuit_link, session, tables
from portal.components.list_table import list_table
from portal.components.signal import signal
from portal.forms import done, nothing, remedies


@st.fragment(run_every=5)
def listed(here: Circuit | None) -> None:
    """Every circuit; ages are read anew every few seconds, changes at once. The chosen row is the page's circuit."""
    signal("circuit", key="circuits")
    known = session.desks().circuits.all()
    if not known:
        nothing(
            "There is no circuit yet.", "Add the first one below: an installation that sends timing, or a recording."
        )
        return
    rows = tables.circuit_rows(known, _seen(known), session.now())
    picked = list_table(rows, "Circuits", key="circuit-list", ids=[one.slug for one in known])
    if picked and (here is None or picked != here.slug):
        session.choose_circuit(picked)
        st.rerun()


def one(circuit: Circuit, reader: Identity) -> None:
    """The chosen circuit: its switch, its link, what it sends that nobody knows, and its fields for those who may."""
    st.markdown(f"##### {circuit.name}")
    _switch(circuit, reader)
    if Right.EDIT_CIRCUITS not in reader.rights:
        circuit_link.link(circuit)
        return
    link, novelties, change = st.tabs(["Link", "Novelties", "Change"], key=f"tabs-{circuit.id}")
    with link:
        circuit_link.link(circuit)
    with novelties:
        circuit_link.novelties(circuit)
    with change:
        circuit_form.change(circuit, reader)


def add(reader: Identity, *, first: bool) -> None:
    """The form for a new one, open while there is none."""
    if Right.EDIT_CIRCUITS in reader.rights:
        with st.expander("Add a circuit", expanded=first, key="add-circuit"):
            circuit_form.create(reader)


def app(reader: Identity) -> None:
    """The karting app's circuits, for installations that share them with it."""
    if Right.EDIT_CIRCUITS in reader.rights and session.desks().settings.firebase_project_id is not None:
        with st.expander("Compare with the karting app", key="app-circuits"):
            app_circuits.compared(reader)


def _switch(circuit: Circuit, reader: Identity) -> None:
    if Right.OPERATE not in reader.rights:
        return
    desk = session.desks().circuits
    verb, act = ("Stop", desk.stop) if circuit.running else ("Start", desk.start)
    if st.button(f"{verb} {circuit.name}", key=f"{verb}-{circuit.id}"):
        with remedies():
            act(circuit.id, by=reader.account_id, now=session.now())
            done(f"{circuit.name} is {'stopped' if circuit.running else 'started'}.")


def _seen(known: tuple[Circuit, ...]) -> dict[UUID, datetime | None]:
    boards = {one.id: session.desks().timing.board(one.id) for one in known}
    return {circuit_id: board.at if board else None for circuit_id, board in boards.items()}
