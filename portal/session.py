"""Who is looking, at which circuit, at which race session; and the desks, for pages.

The gate has found out who is asking and put two headers behind itself, which Streamlit shows as `st.user`; every run
asks the accounts desk again, so that a revoked entry ends on open pages too. A page follows its circuit's pointer; with
`?session=3` (the session's number) it stays there and says so. Session state holds the choice of circuit, nothing else.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from uuid import UUID, uuid4

import streamlit as st

from core.accounts.model import Identity
from core.accounts.policy import GUEST
from core.errors import NotFound
from core.io.runtime import Runtime
from core.penalties.desk import PenaltiesDesk
from core.penalties.log import WriteRequest
from core.sessions.model import RaceSession
from core.tracks.model import Circuit
from portal import running

_CIRCUIT = "chosen-circuit"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands."""

    circuits: tuple[Circuit, ...]
    circuit: Circuit | None
    session: RaceSession | None
    pinned: bool

    @property
    def zone(self) -> str:
        return self.circuit.time_zone if self.circuit else "UTC"


def desks() -> Runtime:
    return running.runtime()


def now() -> datetime:
    return running.now()


def identity() -> Identity:
    """Who is looking; a page of somebody who was signed out meanwhile ends here."""
    entry = UUID(str(st.user.get("entry") or GUEST))
    accounts = desks().accounts
    found = accounts.guest() if entry == GUEST else accounts.identify_entry(entry, now())
    return found or _signed_out()


def tv() -> bool:
    """A screen that nobody touches: no menu, large text."""
    return st.query_params.get("tv") == "1"


def place() -> Place:
    circuits = desks().circuits.all()
    circuit = _circuit(circuits)
    if circuit is None:
        return Place(circuits, None, None, pinned=False)
    pinned = _pinned(circuit)
    return Place(circuits, circuit, pinned or desks().race_sessions.active(circuit.id), pinned=pinned is not None)


def choose_circuit(slug: str) -> None:
    st.session_state[_CIRCUIT] = slug
    st.query_params.clear()


def penalties(session: RaceSession) -> PenaltiesDesk:
    return desks().penalties(session.id)


def write_request(session: RaceSession, version: int | None = None) -> WriteRequest:
    """For one press of a button; `version` is the last event of the thing pressed on that this page has shown."""
    return WriteRequest(str(uuid4()), session.id, identity(), now(), version)


def _circuit(circuits: tuple[Circuit, ...]) -> Circuit | None:
    """The one in the address, else the one chosen before, else the first that runs."""
    by_slug = {circuit.slug: circuit for circuit in circuits}
    for slug in (st.query_params.get("circuit"), st.session_state.get(_CIRCUIT)):
        if slug in by_slug:
            st.session_state[_CIRCUIT] = slug
            return by_slug[slug]
    return next((circuit for circuit in circuits if circuit.running), circuits[0] if circuits else None)


def _pinned(circuit: Circuit) -> RaceSession | None:
    number = st.query_params.get("session")
    if number is None:
        return None
    known = desks().race_sessions.all(circuit.id)
    found = next((session for session in known if str(session.number) == number), None)
    if found is None:
        raise NotFound(f"{circuit.name} has no race session {number}.", "Choose one under Race control › Sessions.")
    return found


def _signed_out() -> NoReturn:
    st.markdown("**You are signed out.** [Sign in](/sign-in) to go on; what you typed on this page is kept until then.")
    st.stop()
