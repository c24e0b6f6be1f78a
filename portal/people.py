"""Teams and drivers on the Entries page: who drives for whom in the season; rename, merge, and take a name away."""

from collections.abc import Callable, Mapping
from uuid import UUID

import streamlit as st

from core.accounts.model import Identity, Right
from core.people.model import REMOVED, Membership
from portal import session
from portal.components.list_table import list_table
from portal.format import plain
from portal.forms import done, nothing, remedies
from portal.tables import height_of

Names = Mapping[UUID, str]


def members(season: str, reader: Identity) -> None:
    """Who drives or works for which team in this season; a chosen row may be removed."""
    desk = session.desks().people
    known = desk.memberships(season)
    if not known:
        nothing(f"Nobody belongs to a team in {plain(season)} yet.", "Drivers of an entry become members of its team.")
        return
    names = desk.names({one for each in known for one in (each.team_id, each.person_id)})
    rows = [
        {"Team": names.get(each.team_id, ""), "Person": names.get(each.person_id, REMOVED)}
        for each in sorted(known, key=lambda each: (names.get(each.team_id, ""), names.get(each.person_id, "")))
    ]
    ids = [
        str(each.id)
        for each in sorted(known, key=lambda each: (names.get(each.team_id, ""), names.get(each.person_id, "")))
    ]
    chosen = list_table(rows, f"Members, {season}", key="members", ids=ids, height=height_of(rows, 320))
    picked = next((each for each in known if str(each.id) == chosen), None)
    if picked is not None and Right.EDIT_ENTRIES in reader.rights:
        _leave(picked, names, reader)


def people(reader: Identity) -> None:
    """Everybody by name; one may be renamed, merged into another, or lose the name."""
    desk, now = session.desks().people, session.now()
    known = {one.id: one.shown for one in desk.people()}
    chosen = _chosen("Person", known)
    if chosen is None:
        nothing("Nobody is known yet.", "People are made when an entry names them.")
        return
    with st.container(horizontal=True):
        if Right.EDIT_ENTRIES in reader.rights:
            _rename("Person", known[chosen], lambda name: desk.rename(chosen, name, reader, now).shown)
            _merge("Person", chosen, known, lambda into: desk.merge(chosen, into, reader, now).shown)
        if Right.EDIT_ACCOUNTS in reader.rights:
            _erase(chosen, known[chosen], reader)


def teams(reader: Identity) -> None:
    desk, now = session.desks().people, session.now()
    known = {one.id: one.name for one in desk.teams()}
    chosen = _chosen("Team", known)
    if chosen is None:
        nothing("No team is known yet.", "Teams are made when an entry names them.")
        return
    if Right.EDIT_ENTRIES in reader.rights:
        with st.container(horizontal=True):
            _rename("Team", known[chosen], lambda name: desk.rename_team(chosen, name, reader, now).name)
            _merge("Team", chosen, known, lambda into: desk.merge_teams(chosen, into, reader, now).name)


def _chosen(what: str, known: Names) -> UUID | None:
    return st.selectbox(what, list(known), format_func=lambda one: known.get(one, REMOVED), key=f"choose-{what}")


def _rename(what: str, now: str, rename: Callable[[str], str]) -> None:
    with st.popover("Rename …"), st.form(f"rename-{what}", border=False):
        name = st.text_input("Name", now, key=f"rename-{what}-{now}")
        pressed = st.form_submit_button("Rename", key=f"rename-{what}-submit")
    if pressed:
        with remedies():
            done(f"Now called {plain(rename(name))}.")


def _merge(what: str, chosen: UUID, known: Names, merge: Callable[[UUID], str]) -> None:
    """Says which name goes and which stays: it cannot be undone."""
    others = [one for one in known if one != chosen]
    if not others:
        return
    with st.popover("Merge …"):
        st.markdown(f"**{plain(known[chosen])}** is the same as")
        into = st.selectbox("Stays", others, format_func=lambda one: known.get(one, REMOVED), key=f"merge-{what}")
        if st.button(f"Merge into {plain(known[into])}", key=f"merge-{what}-submit"):
            with remedies():
                done(f"Both are {plain(merge(into))} now.")


def _erase(chosen: UUID, name: str, reader: Identity) -> None:
    with st.popover("Remove the name …"):
        st.markdown(f"**{plain(name)}** will be “{REMOVED}” in every session, for good. Incidents and penalties stay.")
        if st.button("Remove for good", key="erase-person", type="primary"):
            with remedies():
                session.desks().people.erase(chosen, reader, session.now())
                done("The name is removed.")


def _leave(picked: Membership, names: Names, reader: Identity) -> None:
    person, team = (plain(names.get(one, REMOVED)) for one in (picked.person_id, picked.team_id))
    if st.button(f"{person} does not belong to {team}", key="leave-team"):
        with remedies():
            session.desks().people.leave(picked.id, reader, session.now())
            done(f"{person} is no member of {team} any more.")
