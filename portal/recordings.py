"""The recordings page's parts: what there is of a circuit, the player of one of them, and files that are brought in."""

from collections.abc import Collection, Iterable
from datetime import datetime
from urllib.parse import urlencode

import streamlit as st

from core.accounts.model import Identity, Right
from core.timing.desk import KeptSession
from core.timing.recordings_desk import Bookmark, Kept, Origin
from core.tracks.model import Circuit
from portal import session
from portal.components.list_table import Row, list_table
from portal.components.live_table import live_table
from portal.components.player import Tape, player
from portal.format import UNKNOWN, day_and_time, plain, time_of_day
from portal.forms import done, nothing, remedies

_FILES = {
    "jsonl": "Frames (JSON lines)",
    "csv": "Laps (CSV)",
    "parquet": "Laps (Parquet)",
    "timing71": "Timing71 (zip)",
}
_CHOSEN, _LIST = "recording", "recordings"
_MANY, _HIGH = 8, 300


def chosen(circuit: Circuit) -> Kept | None:
    """The list; and the recording that is picked in it, or named by the address."""
    found = session.desks().recordings.with_sessions(circuit.id)
    known = [kept for kept, _ in found]
    if not known:
        nothing(
            f"Nothing is recorded of {circuit.name} yet.",
            "It records by itself while its source runs (Timing › Circuits). Files can be brought in below.",
        )
        return None
    ids = [_key(kept) for kept in known]
    wanted = _wanted(ids)
    with st.expander(f"Recordings of {circuit.name}", expanded=wanted is None):
        rows = [_row(one, sessions, circuit.time_zone) for one, sessions in found]
        list_table(rows, "Recordings", key=_LIST, ids=ids, height=_HIGH if len(rows) > _MANY else None)
    if wanted is not None:
        st.query_params[_CHOSEN] = wanted
    return next((kept for kept in known if _key(kept) == wanted), None)


def played(circuit: Circuit, kept: Kept, reader: Identity) -> None:
    """The player and the table of its moment."""
    is_own = kept.origin is Origin.JOURNAL
    tape = Tape(circuit.slug, circuit.time_zone, None if is_own else kept.id, kept.started_at, kept.ended_at)
    player(tape, key=f"player-{_key(kept)}", marks=Right.EXPORT in reader.rights)
    live_table(circuit.slug, key=f"replay-{_key(kept)}", replay=tape.address, height=520)


def rewound(circuit: Circuit, reader: Identity) -> None:
    """The live page's player: the circuit's own journal, from now backwards."""
    tape = Tape(circuit.slug, circuit.time_zone)
    player(tape, key=f"rewind-{circuit.slug}", marks=Right.EXPORT in reader.rights)
    live_table(circuit.slug, key=f"rewound-{circuit.slug}", replay=tape.address)


def carried_out(kept: Kept, reader: Identity) -> None:
    """Files to carry away."""
    if Right.EXPORT not in reader.rights:
        return
    with st.container(horizontal=True):
        for kind, label in _FILES.items():
            st.link_button(label, _export(kept, kind))


def bookmarked(circuit: Circuit, kept: Kept, reader: Identity) -> None:
    """Named moments of the recording, and taking them away."""
    desk = session.desks().recordings
    of = None if kept.origin is Origin.JOURNAL else kept.id
    inside = [one for one in desk.bookmarks(circuit.id, of) if kept.started_at <= one.at <= kept.ended_at]
    for one in inside if Right.EXPORT in reader.rights else ():
        with st.container(horizontal=True, vertical_alignment="center", key=f"bookmark-{one.id}"):
            st.markdown(_bookmark(one, circuit))
            if st.button("Remove", key=f"remove-{one.id}"):
                with remedies():
                    desk.forget_bookmark(one.id, by=reader.account_id, now=session.now())
                    done(f"“{one.name}” is removed.")


def bring_in(circuit: Circuit, reader: Identity) -> None:
    """Bring in files; one that is there already adds nothing and says so."""
    if Right.OPERATE not in reader.rights:
        return
    with st.form("import-recording", clear_on_submit=True):
        files = st.file_uploader(
            "Bring in recordings",
            accept_multiple_files=True,
            help="Any kind that Paddock reads, compressed with gzip or not. Very large ones: POST /api/v1/recordings.",
        )
        pressed = st.form_submit_button("Import", key="import-recording-submit")
    if pressed and files:
        with remedies():
            desk, now = session.desks().recordings, session.now()
            made = [desk.bring_in(circuit.id, file, file.name, by=reader.account_id, now=now) for file in files]
            done(_said(sum(is_new for _, is_new in made), len(made)))


def _wanted(ids: Collection[str]) -> str | None:
    """What was picked in the list, else what the address names."""
    state = st.session_state.get(_LIST)
    named = (state.get("picked") if state else None, st.query_params.get(_CHOSEN))
    return next((one for one in named if one in ids), None)


def _said(fresh: int, count: int) -> str:
    known = count - fresh
    told = [f"{fresh} imported" if fresh else "", f"{known} there already: nothing added" if known else ""]
    return "; ".join(filter(None, told)) + "."


def _row(kept: Kept, sessions: Iterable[KeptSession], zone: str) -> Row:
    names = dict.fromkeys(one.title for one in sessions if one.title)
    return {
        "From": _day(kept.started_at, zone),
        "To": time_of_day(kept.ended_at, zone),
        "Length": _length(kept.started_at, kept.ended_at),
        "What": kept.name or ", ".join(names) or UNKNOWN,
        "Origin": _origin(kept),
        "Frames": kept.frames,
    }


def _day(at: datetime, zone: str) -> str:
    """`7 Mar, 21:03`; with the year when it is another one."""
    told = day_and_time(at, zone)
    return told.replace(f" {session.now().year},", ",")


def _origin(kept: Kept) -> str:
    if kept.origin is Origin.JOURNAL:
        return "Recorded here"
    return "Imported" if len(kept.parts) == 1 else f"Imported, {len(kept.parts)} files"


def _length(since: datetime, until: datetime) -> str:
    minutes, seconds = divmod(int((until - since).total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _key(kept: Kept) -> str:
    """A piece of a journal is known by when it begins: it grows."""
    return f"{kept.id}.{kept.started_at:%Y%m%d%H%M%S}"


def _export(kept: Kept, kind: str) -> str:
    span = {"from": kept.started_at.isoformat(), "to": kept.ended_at.isoformat()}
    query = urlencode({"format": kind} | (span if kept.origin is Origin.JOURNAL else {}))
    return f"/api/v1/recordings/{kept.id}/export?{query}"


def _bookmark(one: Bookmark, circuit: Circuit) -> str:
    kept = f", kept until {time_of_day(one.until, circuit.time_zone)}" if one.until else ""
    return f"{time_of_day(one.at, circuit.time_zone)}{kept}  {plain(one.name)}"
