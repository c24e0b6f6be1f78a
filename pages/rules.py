"""Race control › Rules: read a ruleset in words, check and store one's own, try another one, change it in the race."""

import streamlit as st

from core.accounts.model import Identity
from core.penalties.fold import Fold
from core.sessions.model import RaceSession
from portal import rule_changes, rule_texts, rules, session
from portal.components.signal import signal
from portal.forms import nothing, say


@st.fragment
def read(one: RaceSession | None, zone: str) -> None:
    """Runs again, alone, when something is written to the session."""
    fold = _fold(one)
    sheet = rules.chosen(one, fold)
    if sheet is None:
        rules.none_known()
        return
    rules.heading(sheet, zone)
    if fold is not None:
        rules.versions(fold, zone)
    rules.in_words(sheet.catalogue)
    rules.text(sheet)


@st.fragment
def change(one: RaceSession, reader: Identity, zone: str) -> None:
    signal("session", subject=str(one.id), key="rule-changes")
    rule_changes.forms(one, session.penalties(one).state(), reader, zone)


def _fold(one: RaceSession | None) -> Fold | None:
    if one is None:
        return None
    signal("session", subject=str(one.id), key="rules")
    return session.penalties(one).state()


say()
here, identity = session.place(), session.identity()
reading, checking, changing = st.tabs(["Read", "Check and store", "Try and change"])
with reading:
    read(here.session, here.zone)
with checking:
    rule_texts.form(identity)
with changing:
    if here.session is None:
        nothing("No race session is open.", "Open one under Race control › Sessions; its rules can be tried here.")
    else:
        change(here.session, identity, here.zone)
