"""Another ruleset for a session: first what it would change, then, with a reason, the change itself.

Nothing happens on trying. A change is an event of the log; incidents before its time keep the rules they had.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from core.accounts.model import Identity, Right
from core.errors import BadInput
from core.penalties.commands import ChangeRules
from core.penalties.dry_run import DryRun, dry_run
from core.penalties.fold import Fold
from core.sessions.model import RaceSession
from portal import session
from portal.components.list_table import list_table
from portal.format import time_of_day
from portal.forms import done, nothing, remedies
from portal.tables import Row

_TRIED = "tried-rules"


def forms(one: RaceSession, fold: Fold, reader: Identity, zone: str) -> None:
    """Choose, look, change."""
    names = session.desks().rulesets.names()
    name = st.selectbox("Another ruleset", names, None, placeholder="Choose one", key="other-rules", width=420)
    if name is None:
        nothing(
            "No other ruleset is chosen.", "Trying one judges every incident of this session by it, stores nothing."
        )
        return
    if st.button("Show what it would change", type="primary", key="try-rules"):
        with remedies():
            st.session_state[_TRIED] = (name, dry_run(fold, session.desks().rulesets.load(name)))
    tried = st.session_state.get(_TRIED)
    if tried and tried[0] == name:
        _told(tried[1], fold, zone)
    if Right.RUN_SESSIONS in reader.rights:
        _change(one, name, zone)


def moment(typed: str, now: datetime, zone: str) -> datetime | None:
    """The time of day on the circuit's clock that is nearest to now; None when nothing is typed.

    Raises:
        BadInput: it is no time of day.
    """
    if not typed.strip():
        return None
    try:
        clock = time.fromisoformat(typed.strip())
    except ValueError as cause:
        raise BadInput(f"“{typed}” is no time of day.", "Type it like 14:05 or 14:05:30.") from cause
    here = now.astimezone(ZoneInfo(zone))
    days = (here.date() + timedelta(days=shift) for shift in (-1, 0, 1))
    return min((datetime.combine(day, clock, here.tzinfo) for day in days), key=lambda at: abs(at - here))


def _told(tried: DryRun, fold: Fold, zone: str) -> None:
    if not tried.differences:
        st.success(f"`{tried.ruleset}` makes the same of all {tried.incidents} incidents.")
        return
    count = len(tried.differences)
    st.markdown(f"**{count} of {tried.incidents} incidents** would be judged differently by `{tried.ruleset}`:")
    list_table(
        _rows(tried, fold, zone), "What would differ", key="rule-differences", height=420 if count > 12 else None
    )
    if tried.review:
        st.warning(f"Served penalties that would lose their basis: {', '.join(tried.review)}.")


def _rows(tried: DryRun, fold: Fold, zone: str) -> list[Row]:
    return [
        {
            "#": one.incident,
            "Time": time_of_day(one.at, zone),
            "Kart": one.kart,
            "Infringement": fold.catalogue.rule(one.code).label if fold.catalogue else one.code,
            "As judged now": one.now,
            "By the other rules": one.then,
        }
        for one in tried.differences
    ]


def _change(one: RaceSession, name: str, zone: str) -> None:
    """A reason is a must; the time says from which incident on."""
    with st.expander(f"Change the rules of “{one.name}” …", key="change-rules-part"), st.form("change-rules"):
        st.markdown(
            f"From the time you give, “{name}” judges new incidents. Older ones keep the rules they were judged by; "
            "an official may have one of them judged again. The change and its reason stay in the session's log."
        )
        reason = st.text_input("Reason", key="change-rules-reason", placeholder="Supplementary regulation no. 4")
        typed = st.text_input(f"From (time of day, {zone}; empty: from now)", key="change-rules-from", width=320)
        if st.form_submit_button(f"Judge by “{name}” from then on", key="change-rules-submit"):
            with remedies():
                now = session.now()
                command = ChangeRules(session.desks().rulesets.load(name), reason, moment(typed, now, zone))
                done(session.penalties(one).perform(command, session.write_request(one)).text)
