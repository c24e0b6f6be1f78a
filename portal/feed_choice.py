"""Which feed session a page of timing shows: the one in the address, else the newest, which it follows by itself."""

from uuid import UUID

import streamlit as st

from core.errors import NotFound
from core.timing.desk import KeptSession
from core.tracks.model import Circuit
from portal import session
from portal.format import day_and_time

_PARAMETER = "feed"
_MOST = 200


def choose_feed(circuit: Circuit) -> KeptSession | None:
    """A select box of the circuit's feed sessions; None follows the newest. A TV has nothing to choose.

    Raises:
        NotFound: the address names a session that this circuit never had.
    """
    known = {str(one.id): one for one in session.desks().timing.feed_sessions(circuit.id, _MOST)}
    asked = st.query_params.get(_PARAMETER)
    if asked is not None and asked not in known:
        known[asked] = _older(circuit, asked)
    if session.tv():
        return known[asked] if asked else None
    options = [None, *known]
    chosen = st.selectbox(
        "Feed session",
        options,
        options.index(asked),
        format_func=lambda one: _label(known[one], circuit) if one else "Live: follow the newest",
        key=f"feed-{circuit.slug}",
        width=420,
        label_visibility="collapsed",
    )
    if chosen != asked:
        _write(chosen)
    return known[chosen] if chosen else None


def _older(circuit: Circuit, asked: str) -> KeptSession:
    try:
        return session.desks().timing.feed_session(circuit.id, UUID(asked))
    except ValueError as error:
        raise NotFound(f"“{asked}” names no feed session.", "Choose one from the list.") from error


def _label(one: KeptSession, circuit: Circuit) -> str:
    on = " · on now" if one.ended_at is None else ""
    return f"{day_and_time(one.started_at, circuit.time_zone)} · {one.title or 'Session without a name'}{on}"


def _write(chosen: str | None) -> None:
    if chosen is None:
        del st.query_params[_PARAMETER]
    else:
        st.query_params[_PARAMETER] = chosen
