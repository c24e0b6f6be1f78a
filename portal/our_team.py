"""A team's own page: its karts' incidents, its penalties, and what the team may say: told, served, protest.

The desks narrow everything to the teams that the account belongs to; nothing of others comes here at all.
"""

import streamlit as st

from core.penalties.commands import Acknowledge, Command, LodgeProtest, ReportServing
from core.penalties.model import PenaltyState
from core.penalties.own_team import OwnIncident, OwnPenalty, OwnView
from core.sessions.model import RaceSession
from portal import session
from portal.components.list_table import list_table
from portal.format import plain, time_of_day, words
from portal.forms import judged, note, nothing
from portal.tables import height_of


def headline(view: OwnView) -> None:
    karts = ", ".join(map(plain, view.karts)) or "none"
    st.markdown(f"##### {plain(' · '.join(view.teams)) or 'Our team'} :gray[karts: {karts}]")


def penalties(one: RaceSession, view: OwnView, zone: str) -> None:
    """Newest first; what is to be acknowledged or served has its button."""
    st.markdown(f"##### Penalties :gray[{len(view.penalties) or 'none'}]")
    for penalty in view.penalties:
        with st.container(border=True, key=f"own-{penalty.id}"):
            st.markdown(about(penalty, zone))
            with st.container(horizontal=True):
                _acts(one, penalty)


def incidents(one: RaceSession, view: OwnView, zone: str) -> None:
    st.markdown(f"##### Incidents :gray[{len(view.incidents) or 'none'}]")
    if not view.incidents:
        nothing("Nothing has been noted of your karts.", "What race control records of them appears here at once.")
        return
    ids = [str(each.id) for each in view.incidents]
    rows = [incident_row(each, zone) for each in view.incidents]
    chosen = list_table(rows, "Our incidents", key="own-incidents", ids=ids, height=height_of(rows, 360))
    picked = next((each for each in view.incidents if str(each.id) == chosen), None)
    if picked is not None:
        _protest(one, picked)


def no_team() -> None:
    nothing("Your account belongs to no team of this race.", "Ask the secretary: the account names its team.")


def about(penalty: OwnPenalty, zone: str) -> str:
    """Two lines of Markdown: kart and penalty; when, and where it stands."""
    issued = time_of_day(penalty.issued_at, zone)
    said = " · you said it is served" if penalty.reported_served else ""
    head = f"**{plain(penalty.kart)}** {plain(penalty.label)}"
    state = "" if penalty.state is PenaltyState.ISSUED else f" · {words(penalty.state).lower()}"
    return f"{head}  \n:gray[incident {penalty.incident} · issued {issued}{state}{said}]"


def incident_row(each: OwnIncident, zone: str) -> dict[str, object]:
    return {
        "#": each.id,
        "Time": time_of_day(each.at, zone),
        "Kart": each.kart,
        "Infringement": each.label,
        "Turn": each.turn,
        "State": "Protested" if each.protested else words(each.state),
    }


def _acts(one: RaceSession, penalty: OwnPenalty) -> None:
    if penalty.to_acknowledge:
        _button("We know", one, Acknowledge(penalty.id), f"know-{penalty.id}", penalty.version)
    if penalty.to_serve and not penalty.reported_served:
        _button("We have served", one, ReportServing(penalty.id), f"served-{penalty.id}", penalty.version)


def _button(label: str, one: RaceSession, command: Command, key: str, version: int) -> None:
    st.button(label, key=key, on_click=_perform, args=(one, command, version))


def _protest(one: RaceSession, incident: OwnIncident) -> None:
    with st.popover(f"Protest against incident {incident.id} …"):
        st.text_area("What is wrong with it, and what shows that", key=f"protest-{incident.id}", max_chars=300)
        st.checkbox("Intention to appeal", key=f"appeal-{incident.id}")
        st.button("Lodge", key=f"lodge-{incident.id}", on_click=_lodge, args=(one, incident.id), type="primary")


def _lodge(one: RaceSession, incident: int) -> None:
    text = str(st.session_state[f"protest-{incident}"]).strip()
    _perform(one, LodgeProtest(incident, text, appeal=bool(st.session_state[f"appeal-{incident}"])), None)


def _perform(one: RaceSession, command: Command, version: int | None) -> None:
    with judged():
        note(session.penalties(one).perform(command, session.write_request(one, version)).text)
