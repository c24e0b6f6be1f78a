"""The History page: whose history, what the counters say, and everything that happened, each with the way to it."""

from collections.abc import Mapping
from uuid import UUID

import streamlit as st

from core.penalties.histories import Count, Happening, History, Whose
from core.penalties.season import Kind, LedgerRow
from core.sessions.model import RaceSession
from portal import session
from portal.components.list_table import list_table
from portal.format import counted, day_and_time, plain, time_of_day, words
from portal.forms import nothing
from portal.tables import Row, height_of, without_empty

MOST = 500
"""Rows that are drawn."""


def chosen(one: RaceSession | None) -> tuple[Whose, str] | None:
    """Whose history is looked at; it stands in the address."""
    asked = st.query_params.get("of")
    kinds = [Whose.KART, Whose.TEAM, Whose.DRIVER] if one else [Whose.TEAM, Whose.DRIVER]
    first = Whose(asked) if asked in kinds else kinds[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picked = st.segmented_control("Of a", kinds, default=first, format_func=words, key="history-of")
        whose = Whose(picked or first)
        known = _known(whose, one)
        subject = _subject(whose, known)
    if subject is None:
        return None
    st.query_params.update({"of": whose.value, "id": subject})
    return whose, subject


def look(whose: Whose, subject: str, one: RaceSession | None) -> History:
    desk, now = session.desks().histories, session.now()
    match whose:
        case Whose.TEAM:
            return desk.of_team(UUID(subject), now)
        case Whose.DRIVER:
            return desk.of_driver(UUID(subject), now)
        case _ if one is not None:
            return desk.of_kart(one.id, subject, now)
    raise ValueError(f"no session for kart {subject}")


def told(found: History, zone: str) -> None:
    """The sums, the counters, and the list; a chosen row leads to its incident."""
    st.markdown(f"##### {plain(found.name)} :gray[{summary(found)}]")
    for count in found.counts:
        st.markdown(count_words(count, zone))
    if not found.happenings:
        nothing("Nothing has happened yet.", "Incidents and penalties appear here as they are recorded.")
        return
    shown = found.happenings[:MOST]
    ids = [str(index) for index in range(len(shown))]
    rows = without_empty([happening_row(each, zone) for each in shown], *_SAID.get(found.whose, ()))
    picked = list_table(rows, "History", key="history", ids=ids, height=height_of(rows, 560))
    if len(found.happenings) > MOST:
        st.caption(f"The newest {MOST} of {len(found.happenings)} are shown.")
    if picked is not None:
        _lead_to(shown[int(picked)])


def summary(found: History) -> str:
    sums = [counted(found.incidents, "incident", "incidents")]
    sums.append(f"{counted(found.penalties, 'penalty', 'penalties')} in force")
    sums += [counted(found.reprimands, "reprimand", "reprimands")] if found.reprimands else []
    sums += [f"{found.points} points"] if found.points else []
    return " · ".join(sums)


def count_words(count: Count, zone: str) -> str:
    """`white_line: 2 · 1 from 5 s stop & go · the oldest expires 14:03:00`."""
    parts = [f"**{plain(count.ladder)}** {count.n}"]
    parts += [plain(count.next_step)] if count.next_step else []
    parts += [f":gray[the oldest expires {time_of_day(count.oldest_expires, zone)}]"] if count.oldest_expires else []
    return " · ".join(parts)


def happening_row(each: Happening, zone: str) -> Row:
    row = each.row
    return {
        "Time": time_of_day(row.at, zone),
        "Day": day_and_time(row.at, zone).partition(",")[0],
        "Session": f"{each.number} · {each.session}",
        "Kart": row.kart or "",
        "What": f"{_MARKS[row.kind]}{row.label or _WORDS[row.kind]}",
        "State": words(row.state or ""),
        "Amount": "" if row.amount is None else f"{row.amount} {_UNITS.get(row.type or '', 'points')}",
    }


_SAID: Mapping[Whose, tuple[str, ...]] = {Whose.KART: ("Day", "Session", "Kart")}
"""Columns that would say the same in every row."""
_MARKS: Mapping[Kind, str] = {Kind.INCIDENT: "", Kind.PENALTY: "→ ", Kind.CLEAN: "", Kind.CARRIED: "", Kind.COUNTER: ""}
_WORDS: Mapping[Kind, str] = {kind: kind.value for kind in Kind} | {Kind.CLEAN: "Without an incident"}
_UNITS: Mapping[str, str] = {
    **dict.fromkeys(("time", "time_at_stop", "stop_go", "stop_extra", "drive_through"), "s"),
    **dict.fromkeys(("lap",), "laps"),
    **dict.fromkeys(("grid", "position"), "places"),
}


def _known(whose: Whose, one: RaceSession | None) -> Mapping[str, str]:
    people = session.desks().people
    if whose is Whose.TEAM:
        return {str(team.id): team.name for team in people.teams()}
    if whose is Whose.DRIVER:
        return {str(person.id): person.shown for person in people.people()}
    return _karts(one) if one else {}


def _karts(one: RaceSession) -> Mapping[str, str]:
    """The entered ones, then those that have only incidents."""
    entries = session.desks().entries.all(one.id)
    entered = {entry.number: f"{entry.number} · {entry.team}" if entry.team else entry.number for entry in entries}
    met = (incident.kart for incident in session.penalties(one).state().incidents.values())
    return entered | {kart: kart for kart in met if kart not in entered}


def _subject(whose: Whose, known: Mapping[str, str]) -> str | None:
    ids = list(known)
    asked = st.query_params.get("id")
    at = ids.index(asked) if asked is not None and asked in known else 0
    label = words(whose.value)
    return st.selectbox(label, ids, at, format_func=lambda one: known.get(one, one), key=f"history-{whose}")


def _lead_to(each: Happening) -> None:
    row: LedgerRow = each.row
    if row.incident is None or row.kart is None:
        return
    address = f"/incidents?session={each.number}&kart={row.kart}"
    st.link_button(f"Incident {row.incident} in session {each.number}", address, type="tertiary")
