"""Whether a session's log is what was written: the chain holds, and every anchor kept elsewhere is still in it.

The chain shows an edited, missing or inserted row. It cannot show a cut tail, nor a log that was written anew from some
row on: each is a valid chain. An anchor, a head that was kept outside the log, shows both.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from core.errors import BadInput
from core.penalties.events import Anchor

HASH_DIGITS = 64
_PASTED = re.compile(r"(\d+)\D*?[:\s]\s*((?:[0-9a-f]{8}[^0-9a-f]*){8})", re.IGNORECASE)


class Why(StrEnum):
    """What an anchor was kept for."""

    SCHEDULE = "schedule"
    ASKED = "asked"
    PRINTED = "printed"
    MAILED = "mailed"
    CLOSED = "closed"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class KeptAnchor:
    """A head of a log as it was kept; `by` None is Paddock itself."""

    anchor: Anchor
    at: datetime
    why: Why
    by: UUID | None


@dataclass(frozen=True, slots=True)
class Chain:
    """What a log holds, as far as its integrity goes; `hashes` are those of the events that were asked for."""

    head: Anchor
    first_broken: int | None
    hashes: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Missed:
    """An anchor that the log does not have: another hash is there, or (None) the log ends before."""

    anchor: Anchor
    found: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    at: datetime
    head: Anchor
    first_broken: int | None
    """The first event that is proved not to be what was stored: by its hash, by its link, or by an anchor."""
    anchors: int
    """So many were looked up."""
    missed: tuple[Missed, ...]
    """Those that the log does not have, in the order of their numbers."""
    vouched: int = 0
    """Up to this event the log is what it was, whatever came later: the last anchor held before anything is missed."""

    @property
    def whole(self) -> bool:
        return self.first_broken is None and not self.missed


def verdict(chain: Chain, anchors: Iterable[Anchor], now: datetime) -> Verdict:
    """The chain held against anchors that were kept elsewhere.

    Where the chain holds but an anchor is missed, the log was cut, or written anew from somewhere between the last
    anchor that it has and the first that it has not.
    """
    known = sorted(set(anchors), key=lambda one: (one.seq, one.hash))
    missed = tuple(Missed(one, chain.hashes.get(one.seq)) for one in known if chain.hashes.get(one.seq) != one.hash)
    broken = [each.anchor.seq if each.found else chain.head.seq + 1 for each in missed]
    broken += [] if chain.first_broken is None else [chain.first_broken]
    first = min(broken, default=None)
    held = [one.seq for one in known if first is None or one.seq < first]
    return Verdict(now, chain.head, first, len(known), missed, max(held, default=0))


def told(found: Verdict) -> str:
    """The verdict in one sentence."""
    if found.whole:
        with_anchors = f", {found.anchors} anchors held" if found.anchors else ""
        return f"Whole: {found.head.seq} events{with_anchors}."
    said = [f"Broken at event {found.first_broken}."]
    said += [_told(each) for each in found.missed]
    said += [f"Up to event {found.vouched} an anchor vouches for it."] if found.vouched else []
    return " ".join(said)


def read_anchor(text: str) -> Anchor:
    """An anchor as people copy it: `4711:0198…`, or the number and the hash in groups as on the sheet.

    Raises:
        BadInput: there is no number with 64 hexadecimal digits behind it.
    """
    found = _PASTED.search(text)
    digits = "" if found is None else re.sub(r"[^0-9a-f]", "", found[2].lower())
    if found is None or len(digits) != HASH_DIGITS or not 0 < int(found[1]) < 1 << 63:
        raise BadInput("That is no anchor.", "Give the number of the event and the 64 digits of its hash: 42:9f86d081…")
    return Anchor(int(found[1]), digits)


def written(anchor: Anchor) -> str:
    """As `read_anchor` reads it."""
    return f"{anchor.seq}:{anchor.hash}"


def letter(session: str, session_id: UUID, anchor: Anchor, at: datetime) -> tuple[str, str]:
    """Subject and text of a mail that keeps the anchor elsewhere."""
    subject = f"Anchor of {session}: {anchor.seq} events"
    text = (
        f"Race session: {session}\nId: {session_id}\nAt: {at:%Y-%m-%d %H:%M:%S} UTC\n\n"
        f"Anchor: {written(anchor)}\n\n"
        "Keep this message outside the system that sent it. To check the log against it:\n"
        f"paddock verify --session NUMBER --anchor {written(anchor)}\n"
        "or paste the anchor under Race control > Integrity.\n"
    )
    return subject, text


def _told(missed: Missed) -> str:
    if missed.found is None:
        return f"Anchor {missed.anchor.seq} is missed: the log ends before."
    return f"Anchor {missed.anchor.seq} is missed: another event stands there."
