"""The history of a session's incidents: list, filter, explain."""

from collections.abc import Iterable, Mapping

import streamlit as st

from core.penalties.desk import Told
from core.penalties.fold import Fold
from core.penalties.messages import incident_of
from core.penalties.model import Incident, IncidentState
from core.sessions.model import RaceSession
from portal import session, tables
from portal.components.list_table import list_table
from portal.format import words
from portal.forms import nothing
from portal.race_control import about, void_form

ALL = "all"
MOST = 500
"""Rows that are drawn; nobody reads further without a filter."""


def listed(fold: Fold, zone: str) -> Incident | None:
    """Every incident that fits the filter, newest first; returns the chosen one. The filter stands in the address."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kart = st.text_input("Kart", st.query_params.get("kart", ""), key="kart", width=120).strip()
        state = st.segmented_control("State", [ALL, *IncidentState], default=ALL, format_func=words, key="state") or ALL
    _remember(kart)
    found = filtered(fold.incidents, kart, state)
    rows = tables.incident_rows(found, fold, zone)[:MOST]
    if not rows:
        _say_nothing(any_at_all=bool(fold.incidents))
        return None
    picked = list_table(rows, "Incidents", key="incidents", ids=[str(row["#"]) for row in rows], height=640)
    if len(found) > MOST:
        st.caption(f"The newest {MOST} of {len(found)} are shown. Give a kart to see all of its own.")
    return fold.incidents.get(int(picked or 0))


def filtered(incidents: Mapping[int, Incident], kart: str, state: str) -> list[Incident]:
    """Of this kart (also as the second one) and in this state; empty and `all` mean every one."""
    return [
        incident
        for incident in incidents.values()
        if (not kart or kart in (incident.kart, incident.second_kart)) and state in (ALL, incident.state)
    ]


def explained(one: RaceSession, incident: Incident, zone: str, *, may_void: bool) -> None:
    """What is known, every event about it, and the way to void it."""
    st.markdown(about(incident, zone))
    told = of_incident(session.penalties(one).told(), incident.id)
    list_table(tables.told_rows(told, zone), "Its events", key="incident-events")
    if may_void and incident.void is None:
        void_form(one, incident)


def of_incident(told: Iterable[Told], incident: int) -> list[Told]:
    return [one for one in told if incident_of(one.event.body) == incident]


def none_chosen() -> None:
    nothing("No incident is chosen.", "Choose a row to see where it came from and what was done about it.")


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
