"""What the Sessions page tells of one session: its rules, its phases with their times, what is frozen, its files."""

from itertools import pairwise

import streamlit as st

from core.accounts.model import Identity, Right
from core.penalties.bodies import PhaseStarted, RulesetChanged, RulesetPinned, SessionClosed, SessionEnded
from core.penalties.events import LogEvent
from core.penalties.fold import EMPTY
from core.penalties.messages import sentence
from core.sessions.model import RaceSession, SessionState
from portal import session, tables
from portal.components.list_table import list_table
from portal.format import counted, day_and_time, plain

FORMS = {"JSON": "json", "CSV": "csv", "Excel": "xlsx"}
_BOUNDS = PhaseStarted | SessionEnded | SessionClosed


def about(one: RaceSession, reader: Identity, zone: str) -> None:
    """Everything but the acts."""
    told = session.desks().milestones(one.id)
    st.markdown(_rules(one, told))
    _frozen(one, zone)
    if rows := milestone_rows(told, zone):
        list_table(
            tables.without_empty(rows),
            "Phases and times",
            key=f"milestones-{one.id}",
            height=tables.height_of(rows, 260),
        )
    if Right.EXPORT in reader.rights:
        _exports(one)


def milestone_rows(told: tuple[LogEvent, ...], zone: str) -> list[tables.Row]:
    """Phases with how long they lasted, and what else was done to the session, in its order."""
    bounds = [one for one in told if isinstance(one.body, _BOUNDS)]
    ends = {one.seq: later.at for one, later in pairwise(bounds)}
    return [
        {
            "Time": day_and_time(one.at, zone),
            "Until": day_and_time(ends.get(one.seq), zone) if isinstance(one.body, PhaseStarted) else "",
            "What happened": sentence(one.body, EMPTY),
        }
        for one in told
        if not isinstance(one.body, RulesetPinned)
    ]


def _rules(one: RaceSession, told: tuple[LogEvent, ...]) -> str:
    """The reference with its hash, as pinned or changed last."""
    pinned = [each.body.ruleset for each in told if isinstance(each.body, RulesetPinned | RulesetChanged)]
    standing = f"`{pinned[-1]}`" if pinned else "pinned when it is opened for the first time"
    return f"Rules **{plain(one.ruleset)}** · {standing} · season {plain(one.season)}"


def _frozen(one: RaceSession, zone: str) -> None:
    found = session.desks().frozen(one.id)
    if found is not None:
        facts = f"{counted(found.laps, 'lap', 'laps')}, {counted(found.stops, 'stop', 'stops')}"
        cars = counted(len(found.classification.rows), "car", "cars")
        st.caption(f"Frozen as of {day_and_time(found.closed_at, zone)}: {facts}, {cars} classified.")
    elif one.state is SessionState.CLOSED:
        st.caption("Its laps and classification are frozen within seconds of the closing.")


def _exports(one: RaceSession) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Export", width="content")
        for label, form in FORMS.items():
            address = f"/api/v1/race-sessions/{one.id}/export?format={form}"
            st.link_button(label, address, type="tertiary", icon=":material/download:")
