"""Making a circuit and changing one: name, place, where its timing comes from and what that speaks."""

from dataclasses import dataclass

import streamlit as st

from core.accounts.model import Identity
from core.tracks.model import Circuit, CircuitPlan
from core.tracks.slugs import slug_of
from portal import circuit_probe, circuit_source, session
from portal.circuit_source import Fields
from portal.format import words
from portal.forms import done, remedies

_SPOKEN = {
    "auto": "Recognise it",
    "apex": "Apex Timing",
    "rmonitor": "RMonitor, Race Monitor",
    "sms_timing": "SMS-Timing",
    "mapped": "A mapping you have confirmed",
}


def create(reader: Identity) -> None:
    """A circuit of what is typed; what was typed stays when it is refused."""
    plan, typed = _typed(None, "new-circuit")
    with st.container(horizontal=True):
        circuit_probe.button(typed, plan.protocol, "new-circuit")
        pressed = st.button("Add circuit", type="primary", key="create-circuit-submit")
    circuit_probe.answer("new-circuit")
    if pressed:
        with remedies():
            made = session.desks().circuits.create(_with_source(plan, typed), by=reader.account_id, now=session.now())
            done(f"{made.name} is added. Start its source when you are ready.")


def change(circuit: Circuit, reader: Identity) -> None:
    """The same fields with what is stored; a running source is followed anew when its address changes."""
    key = f"circuit-{circuit.id}"
    plan, typed = _typed(circuit, key)
    with st.container(horizontal=True):
        circuit_probe.button(typed, plan.protocol, key)
        pressed = st.button("Save", type="primary", key=f"{key}-save")
    circuit_probe.answer(key)
    if pressed:
        with remedies():
            desk = session.desks().circuits
            saved = desk.update(circuit.id, _with_source(plan, typed), by=reader.account_id, now=session.now())
            done(f"{saved.name} is saved.")


@dataclass(frozen=True, slots=True)
class _Plan:
    """What was typed beside the source."""

    name: str
    slug: str
    zone: str
    protocol: str


def _typed(known: Circuit | None, key: str) -> tuple[_Plan, Fields]:
    with st.container(horizontal=True):
        name = st.text_input("Name", known.name if known else "", placeholder="Kartway north", key=f"{key}-name")
        slug = st.text_input(
            "Short name", known.slug if known else "", placeholder=slug_of(name) or "kartway-north", key=f"{key}-slug"
        )
        zone = st.text_input("Time zone", known.time_zone if known else "UTC", help="Europe/Berlin", key=f"{key}-zone")
    source = known.transport if known else None
    with st.container(horizontal=True):
        kind = circuit_source.choose_kind(source, key)
        protocol = _choose_protocol(known, kind, key)
    return _Plan(name, slug or slug_of(name), zone, protocol), circuit_source.fields(kind, source, key)


def _choose_protocol(known: Circuit | None, kind: str, key: str) -> str:
    """The stored one; of a new source what such a source speaks."""
    protocols = session.desks().circuits.protocols
    same = known is not None and known.transport.kind == kind
    usual = known.protocol if known and same else circuit_source.PROTOCOLS.get(kind, "auto")
    index = protocols.index(usual) if usual in protocols else 0
    chosen = st.selectbox("It speaks", protocols, index, format_func=_spoken, key=f"{key}-{kind}-protocol")
    return str(chosen)


def _spoken(protocol: str) -> str:
    return _SPOKEN.get(protocol, words(protocol))


def _with_source(plan: _Plan, typed: Fields) -> CircuitPlan:
    return CircuitPlan(plan.slug, plan.name, plan.protocol, circuit_source.transport(typed), plan.zone)
