"""Race control › Desk: type, decide, issue, serve; beside it the standings and what was said and happened last."""

import streamlit as st

from core.accounts.model import Right
from core.sessions.model import RaceSession
from core.tracks.model import Circuit
from portal import queue, race_control, session, sight
from portal.components.entry_pad import entry_pad
from portal.components.live_table import live_table
from portal.components.presence import presence
from portal.components.signal import signal
from portal.components.worklist import Sight, worklist
from portal.forms import say
from portal.messages import said


@st.fragment
def desk(circuit: Circuit, one: RaceSession) -> None:
    """Runs again, alone, whenever something is written to the session."""
    signal("session", subject=str(one.id), key="desk")
    say()
    reader, log, now = session.identity(), session.penalties(one), session.now()
    fold, clocks = log.state(), log.clocks(now)
    names = sight.names(one, fold)
    look = race_control.Desk(one, fold, circuit.time_zone, reader, now, sight.ticks(clocks), names)
    view = sight.sight(circuit, one, fold, names, now)
    work, board = st.columns([3, 2], gap="medium")
    with work:
        if Right.RECORD in reader.rights and fold.catalogue is not None:
            entry_pad(one.id, circuit.slug, fold.catalogue, key="pad", queue=queue.hints(fold, circuit.time_zone))
        presence(one.id, "Desk", key="presence")
        worklist(view, race_control.waiting(look, clocks), key="waiting")
        to_serve(circuit, look, view)
        worklist(view, race_control.afterwards(look, log.ahead(now)), key="afterwards")
    with board:
        race_control.course(view, fold, reader)
        live_table(circuit.slug, key=f"desk-{circuit.slug}", height=420)
        said(one, circuit.time_zone)
        race_control.events(one, circuit.time_zone)


@st.fragment
def to_serve(circuit: Circuit, look: race_control.Desk, view: Sight) -> None:
    """Runs again with every lap too, while somebody must serve; the rest of the desk does not."""
    desks, one = session.desks(), look.one
    fold = session.penalties(one).state()
    clocks = desks.serving.clocks(circuit.id, fold, desks.race_sessions.entries(one.id), session.now())
    if clocks:
        signal("laps", subject=str(circuit.id), key="desk-laps")
    worklist(view, (race_control.serving(look, clocks),), key="to-serve")


here = session.place()
if here.circuit is None or here.session is None:
    race_control.no_session()
else:
    desk(here.circuit, here.session)
