"""The integrity page's parts: the verdict in one glance, the head, its anchors, and one from paper to be checked."""

from collections.abc import Callable, Mapping
from urllib.parse import quote
from uuid import UUID

import streamlit as st

from core.penalties.events import Anchor
from core.penalties.integrity import KeptAnchor, Verdict, Why, letter, read_anchor, told, written
from core.sessions.model import RaceSession
from portal import session, tables
from portal.components.list_table import list_table
from portal.format import ago, counted, day_and_time, plain
from portal.forms import judged, note, nothing
from portal.race_sessions import names

GROUP = 8
SHOWN = 100
_WORDS = {
    Why.SCHEDULE: "On schedule",
    Why.ASKED: "Kept by hand",
    Why.PRINTED: "Printed",
    Why.MAILED: "Mailed",
    Why.CLOSED: "Session closed",
    Why.BACKUP: "Backup",
}


def state(found: Verdict | None, head: Anchor, kept: int) -> None:
    """What the last verification found, how old it is, and how far the log has grown since."""
    if found is None:
        nothing("This log was not verified yet.", "It is within the hour; or press *Verify now*.")
        return
    grown = head.seq - found.head.seq
    since = f"{ago(found.at, session.now())} ago" + (
        f", {counted(grown, 'event', 'events')} since" if grown > 0 else ""
    )
    if found.whole:
        st.success(f"**Whole** · {counted(found.head.seq, 'event', 'events')} · {_held(kept)} · verified {since}")
    else:
        remedy = "Let nobody write on; bring the session back from the last backup beside it, and compare."
        st.error(f"**{told(found)}** {remedy} :gray[Verified {since}.]")


def others(one: RaceSession, found: Mapping[UUID, Verdict]) -> None:
    """Other sessions whose log is broken: whoever looks here must not miss them."""
    for session_id, verdict in found.items():
        if session_id != one.id and not verdict.whole:
            other = session.desks().race_sessions.get(session_id)
            st.error(f"**Session {other.number} “{plain(other.name)}”: {told(verdict)}**")


def head_of_log(one: RaceSession, head: Anchor) -> None:
    """The number and the hash, to be read aloud in groups or copied."""
    st.markdown(f"##### Head :gray[event {head.seq}]")
    groups = [head.hash[at : at + GROUP] for at in range(0, len(head.hash), GROUP)]
    st.markdown(f"`{' '.join(groups[:4])}`  \n`{' '.join(groups[4:])}`")
    with st.expander("To copy", key=f"copy-{one.id}"):
        st.code(written(head), language=None, wrap_lines=True)


def acts(one: RaceSession, head: Anchor) -> None:
    """Verify now; and bring the head outside: keep, print, mail."""
    desk = session.desks().integrity
    with st.container(horizontal=True):
        st.button("Verify now", key="verify-now", type="primary", on_click=_verify, args=(one,))
        if head.seq == 0:
            return
        _keeping("Keep an anchor", "keep-anchor", one, desk.keep_asked)
        st.link_button("Print the sheet", f"/api/v1/race-sessions/{one.id}/anchor.pdf")
        st.link_button("E-mail this anchor", _mail_link(one, head))
        if desk.recipients:
            _keeping(f"Send to {plain(', '.join(desk.recipients))}", "mail-anchor", one, desk.mail)


def check(one: RaceSession) -> None:
    """An anchor from paper or mail, looked up in the log as it is now."""
    with st.form("check-anchor", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        pasted = st.text_input("Anchor from paper or mail", placeholder="4711:9f86d081 884c7d65 …", key="pasted-anchor")
        pressed = st.form_submit_button("Check it", key="check-anchor-submit")
    if pressed and pasted:
        with judged():
            anchor = read_anchor(pasted)
            found = session.desks().integrity.verify(one.id, session.now(), [anchor])
            _answer(anchor, found)


def listed(anchors: tuple[KeptAnchor, ...], found: Verdict | None, zone: str) -> None:
    """Newest first; what the last verification missed says so."""
    st.markdown(f"##### Anchors :gray[{len(anchors) or 'none yet'}]")
    name_of = names()
    rows: list[tables.Row] = [
        {
            "Event": one.anchor.seq,
            "Hash": f"{one.anchor.hash[:GROUP]}…{one.anchor.hash[-GROUP:]}",
            "Kept": day_and_time(one.at, zone),
            "Why": _WORDS[one.why],
            "By": name_of(one.by),
            "In the log": _in_log(one, found),
        }
        for one in reversed(anchors[-SHOWN:])
    ]
    if rows:
        list_table(rows, "Anchors", key="anchors", height=420)


def _in_log(one: KeptAnchor, found: Verdict | None) -> str:
    if found is None or one.at > found.at:
        return "Not looked up yet"
    return "MISSED" if one.anchor in {each.anchor for each in found.missed} else "Yes"


_Keep = Callable[..., KeptAnchor]


def _keeping(label: str, key: str, one: RaceSession, keep: _Keep) -> None:
    def press() -> None:
        with judged():
            kept = keep(one.id, session.identity(), session.now())
            note(f"Anchor of event {kept.anchor.seq}: {_WORDS[kept.why].lower()}.")

    st.button(label, key=key, on_click=press)


def _verify(one: RaceSession) -> None:
    with judged():
        note(told(session.desks().integrity.verify(one.id, session.now())))


def _answer(anchor: Anchor, found: Verdict) -> None:
    missed = next((each for each in found.missed if each.anchor == anchor), None)
    if missed is None and found.whole:
        st.success(f"**Event {anchor.seq} is in the log with this hash, and the log is whole.**")
    elif missed is None:
        st.warning(f"Event {anchor.seq} has this hash, but the log is not whole. {told(found)}")
    else:
        where = "another event stands there" if missed.found else f"the log ends at event {found.head.seq}"
        st.error(f"**The log does not have this anchor: {where}.** Check the digits; else it was changed since.")


def _held(kept: int) -> str:
    return f"{counted(kept, 'anchor', 'anchors')} held" if kept else "no anchor yet"


def _mail_link(one: RaceSession, head: Anchor) -> str:
    subject, text = letter(one.name, one.id, head, session.now())
    return f"mailto:?subject={quote(subject)}&body={quote(text)}"
