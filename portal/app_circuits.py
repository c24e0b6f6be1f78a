"""The karting app's circuits beside ours: what differs, and whose word counts. Nothing is applied unseen."""

import streamlit as st

from core.accounts.model import Identity
from core.timing.app_circuits.desk import sides
from core.timing.app_circuits.model import Difference, Document, Field, Ours, Side
from portal import session
from portal.components.list_table import list_table
from portal.format import UNKNOWN, plain, words
from portal.forms import done, remedies
from portal.tables import Row

_FOUND = "app-circuits"
_VERBS = {Side.APP: "Take the app's", Side.PADDOCK: "Send ours to the app"}


def compared(reader: Identity) -> None:
    """The comparison and its list; one difference is settled at a time."""
    if st.button("Compare now", key="compare-app"):
        with remedies():
            st.session_state[_FOUND] = session.desks().app_circuits.compare()
    found: tuple[Difference, ...] | None = st.session_state.get(_FOUND)
    if found is None:
        return
    if not found:
        st.markdown("Both sides say the same.")
        return
    picked = list_table(rows(found), "What differs", key="app-differences", ids=[one.key for one in found])
    chosen = next((one for one in found if one.key == picked), None)
    if chosen is None:
        st.caption("Choose a line to settle it.")
    else:
        _settle(chosen, reader)


def rows(found: tuple[Difference, ...]) -> list[Row]:
    return [
        {
            "Circuit": one.name,
            "What": words(one.field),
            "Paddock": _said(one.ours, one.field),
            "App": _said(one.document, one.field),
        }
        for one in found
    ]


def _settle(chosen: Difference, reader: Identity) -> None:
    st.markdown(f"**{plain(chosen.name)}** · {words(chosen.field)}")
    with st.container(horizontal=True):
        for side in sides(chosen):
            if st.button(_VERBS[side], key=f"settle-{side}"):
                with remedies():
                    desk = session.desks().app_circuits
                    desk.settle(chosen, side, by=reader.account_id, now=session.now())
                    st.session_state[_FOUND] = desk.compare()
                    done(f"{chosen.name}: {words(chosen.field).lower()} settled.")


def _said(one: Ours | Document | None, field: Field) -> str:
    if one is None:
        return UNKNOWN
    facts = one.facts
    words_of = {
        Field.CIRCUIT: facts.address or facts.page or facts.name,
        Field.NAME: facts.name,
        Field.PAGE: facts.page,
        Field.ADDRESS: facts.address,
        Field.COLUMNS: ", ".join(f"C{place} {word}" for place, word in enumerate(facts.columns, 1) if word),
    }
    return words_of[field] or UNKNOWN
