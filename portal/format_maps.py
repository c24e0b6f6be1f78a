"""The formats page for a feed nobody knows: the proposed map field by field, what would become of it, its versions."""

from dataclasses import replace

import streamlit as st

from core.accounts.model import Identity
from core.timing.mapping import FIELD_MEANINGS, TIMES, FeedMap, FieldMap, Meaning, Notation
from core.timing.mapping_guess import Proposal
from core.timing.maps_desk import Analysis, FeedVersion
from core.timing.preview import Preview, preview
from core.timing.sources import MAPPED
from core.tracks.model import Circuit, CircuitPlan
from portal import format_tables, session
from portal.components.list_table import list_table
from portal.format import plain, words
from portal.formats import by
from portal.forms import done, nothing, remedies
from portal.race_sessions import names

_LONGEST_SAMPLE = 18


def proposed(circuit: Circuit, reader: Identity, analysis: Analysis) -> None:
    """The proposed map with a choice for each field, the table it makes, and the button that confirms it."""
    st.markdown("##### A parser for this feed")
    proposal = analysis.proposal
    if proposal is None:
        nothing("These messages hold no table that could be read.", "Look again while cars are on track.")
        return
    why = " ".join(plain(reason) for reason in proposal.why)
    st.markdown(f"{proposal.confidence:.0%} sure. {why}")
    feed = _chosen(str(analysis.id), proposal)
    st.markdown("###### What becomes of the samples")
    _shown(preview(feed, analysis.samples), key=f"preview-{circuit.id}")
    if st.button("Confirm and read the circuit by it", key=f"confirm-{circuit.id}", type="primary"):
        with remedies():
            _confirm(circuit, reader, feed, analysis.samples)
            done(f"{circuit.name} is now read by this map.")


def versions(circuit: Circuit) -> None:
    """Every confirmed map; one may be tried on the samples it was confirmed on."""
    known = session.desks().maps.feed_versions(circuit.id)
    if not known:
        return
    st.markdown("##### Confirmed maps")
    rows = format_tables.feed_version_rows(known, names(), circuit.time_zone)
    ids = [str(one.version) for one in known]
    picked = list_table(rows, "Confirmed maps", key=f"feeds-{circuit.id}", ids=ids)
    st.caption("The newest counts. Choose one to try it on its samples." if picked is None else _title(picked, known))
    if picked is not None:
        _shown(session.desks().maps.test(circuit.id, int(picked)), key=f"test-{circuit.id}")


def _title(picked: str, known: tuple[FeedVersion, ...]) -> str:
    counts = " It is the one that counts." if picked == str(known[0].version) else ""
    return f"Version {picked} on the samples it was confirmed on.{counts}"


def _chosen(key: str, proposal: Proposal) -> FeedMap:
    """The map as the choices on the page make it."""
    feed, examples = proposal.feed, dict(proposal.examples)
    named = {one.path: one.heading or one.path for one in feed.fields}
    place = list(named).index(feed.identity)
    identity = st.selectbox(
        "Rows are told apart by",
        list(named),
        place,
        format_func=lambda one: named[one],
        key=f"identity-{key}",
        width=260,
    )
    with st.container(horizontal=True):
        fields = tuple(_field(key, one, examples.get(one.path, ())) for one in feed.fields)
    return replace(feed, fields=fields, identity=identity or feed.identity)


def _field(key: str, one: FieldMap, examples: tuple[str, ...]) -> FieldMap:
    """One field: what it means, and for a time how it is written; its samples and the reason stand with it."""
    shown = ", ".join(text[:_LONGEST_SAMPLE] for text in examples[:3]) or "always empty"
    with st.container(border=True, width=250, gap="small"):
        label = one.heading or one.path
        meaning = st.selectbox(
            label,
            FIELD_MEANINGS,
            FIELD_MEANINGS.index(one.meaning),
            format_func=words,
            key=f"field-{key}-{one.path}",
            help=f"{plain(one.why)} ({one.confidence:.0%} sure).",
        )
        st.caption(plain(shown))
        chosen = Meaning(meaning or one.meaning)
        return replace(one, meaning=chosen, notation=_notation(key, one, chosen))


def _notation(key: str, one: FieldMap, meaning: Meaning) -> Notation:
    if meaning not in TIMES:
        return one.notation
    options = list(Notation)
    place = options.index(one.notation)
    picked = st.selectbox("Written in", options, place, format_func=words, key=f"notation-{key}-{one.path}")
    return Notation(picked or one.notation)


def _shown(made: Preview, key: str) -> None:
    """The table of a preview, and what did not fit."""
    st.markdown(f"{made.messages} messages, {made.laps} laps, {made.unread} pieces that do not fit.")
    if made.faults:
        st.markdown("\n".join(f"- {plain(fault)}" for fault in made.faults))
    if made.board.cars:
        list_table(format_tables.board_rows(made.board), "The resulting table", key=key)
    else:
        nothing("No row could be read.", "Choose another field that tells the rows apart.")


def _confirm(circuit: Circuit, reader: Identity, feed: FeedMap, samples: tuple[str, ...]) -> None:
    session.desks().maps.confirm(circuit.id, feed, samples, by(reader))
    if circuit.protocol != MAPPED:
        plan = CircuitPlan(circuit.slug, circuit.name, MAPPED, circuit.transport, circuit.time_zone)
        session.desks().circuits.update(circuit.id, plan, by=reader.account_id, now=session.now())
