"""Trying out a connection before it is stored: a worker listens for some seconds and shows what it hears."""

from uuid import UUID, uuid4

import streamlit as st

from core.errors import Unavailable
from core.timing.detect import Finding
from core.timing.model import Board
from core.timing.probe import PROBED, QUESTION, Probed, Question
from portal import circuit_source, session
from portal.circuit_source import Fields
from portal.components.list_table import list_table
from portal.format import plain, words
from portal.forms import remedies
from portal.tables import Row

FRAMES_SHOWN = 10
CARS_SHOWN = 12


def button(typed: Fields, protocol: str, key: str) -> None:
    """Ask a worker to try what is typed; the answer stands below the form."""
    if st.button("Test connection", key=f"{key}-probe", help="Listens for some seconds; nothing is stored."):
        with remedies():
            question = Question(circuit_source.transport(typed), protocol)
            probe_id = uuid4()
            if not session.desks().bus.ask_probe(probe_id, QUESTION.dump_json(question)):
                raise Unavailable("The bus does not answer.", "Try again in a moment.")
            st.session_state[_name(key)] = probe_id


def answer(key: str) -> None:
    """What was found so far, drawn anew until it is done."""
    probe_id = st.session_state.get(_name(key))
    if not isinstance(probe_id, UUID):
        return
    with st.container(border=True, key=f"{key}-probe-answer"):
        found = _heard(probe_id)
        if found is not None and found.done:
            _draw(found, key)
        else:
            _watch(probe_id, key)


@st.fragment(run_every=0.5)
def _watch(probe_id: UUID, key: str) -> None:
    found = _heard(probe_id)
    if found is None:
        st.markdown("Waiting for a worker…")
        return
    if found.done:
        st.rerun()
    _draw(found, key)


def _draw(found: Probed, key: str) -> None:
    st.markdown(f"{'●' if found.done else '○'} {plain(found.state)}")
    if found.problem:
        st.error(plain(found.problem))
    if found.finding:
        _name_feed(found.finding)
    if found.board and found.board.cars:
        list_table(_rows(found.board), "The table it makes", key=f"{key}-probe-board")
    if found.frames:
        st.code("\n".join(found.frames[-FRAMES_SHOWN:]), language=None, wrap_lines=True)


def _name_feed(finding: Finding) -> None:
    name = words(finding.format) if finding.format else "No feed that we know"
    st.markdown(f"**{name}**, {finding.confidence:.0%} sure · {plain('; '.join(finding.why))}")


def _rows(board: Board) -> list[Row]:
    return [
        {
            "Pos": car.position,
            "No": car.number,
            "Team": car.team or "",
            "Driver": car.driver or "",
            "Laps": car.laps,
            "Last, ms": car.last.ms if car.last else None,
        }
        for car in board.cars[:CARS_SHOWN]
    ]


def _heard(probe_id: UUID) -> Probed | None:
    body = session.desks().bus.probe_answer(probe_id)
    return None if body is None else PROBED.validate_json(body)


def _name(key: str) -> str:
    return f"{key}-probe-id"
