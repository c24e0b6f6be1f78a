"""The history of a session's incidents: list, filter, explain."""

from collections.abc import Iterable, Mapping

import streamlit as st

from core.accounts.model import Right
from core.penalties.desk import Told
from core.penalties.messages import incident_of
from core.penalties.model import Incident, IncidentState
from core.sessions.model import RaceSession
from portal import session, tables
from portal.components.list_table import list_table
from portal.components.signal import signal
from portal.format import words
from portal.forms import nothing
from portal.race_control import about, void_form

ALL = "all"
_CHOSEN = "incident"


@st.fragment
def listed(one: RaceSession) -> None:
    """Every incident, newest first; the filter stands in the address."""
    signal("session", subject=str(one.id), key="incidents")
    fold = session.penalties(one).state()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kart = st.text_input("Kart", st.query_params.get("kart", ""), key="kart", width=120).strip()
        state = st.segmented_control("State", [ALL, *IncidentState], default=ALL, format_func=words, key="state") or ALL
    _remember(kart)
    found = filtered(fold.incidents, kart, state)
    if not found:
        _say_nothing(any_at_all=bool(fold.incidents))
        return
    rows = tables.incident_rows(found, fold, session.place().zone)
    picked = list_table(rows, "Incidents", key="incident-list", ids=[str(row["#"]) for row in rows], height=640)
    _choose(int(picked or 0))


def filtered(incidents: Mapping[int, Incident], kart: str, state: str) -> list[Incident]:
    """Of this kart (also as the second one) and in this state; empty and `all` mean every one."""
    return [
        incident
        for incident in incidents.values()
        if (not kart or kart in (incident.kart, incident.second_kart)) and state in (ALL, incident.state)
    ]


@st.fragment
def explained(one: RaceSession) -> None:
    """The chosen incident: what is known, every event about it, and the way to void it."""
    signal("session", subject=str(one.id), key="explained")
    desk, zone = session.penalties(one), session.place().zone
    incident = desk.state().incidents.get(st.session_state.get(_CHOSEN, 0))
    if incident is None:
        nothing("No incident is chosen.", "Choose a row to see where it came from and what was done about it.")
        return
    st.markdown(about(incident, zone))
    list_table(tables.told_rows(_of(desk.told(), incident.id), zone), "Its events", key="incident-events")
    if incident.void is None and session.may(Right.AMEND):
        void_form(one, incident)


def _of(told: Iterable[Told], incident: int) -> list[Told]:
    return [one for one in told if incident_of(one.event.body) == incident]


def _choose(number: int) -> None:
    """The detail stands in a fragment of its own: tell it by running the page, once."""
    if st.session_state.get(_CHOSEN, 0) != number:
        st.session_state[_CHOSEN] = number
        st.rerun()


def _remember(kart: str) -> None:
    if kart:
        st.query_params["kart"] = kart
    else:
        st.query_params.pop("kart", None)


def _say_nothing(*, any_at_all: bool) -> None:
    if any_at_all:
        nothing("No incident fits this filter.", "Clear the kart or choose another state.")
    else:
        nothing("Nothing has been recorded in this session.", "Incidents are entered at the Desk: `42 w 7` and Enter.")
