"""The anchor sheet: the head of a session's log on paper, kept outside the machine that holds the log.

A log that was cut short is still a valid chain; only a head that was written down elsewhere shows what is missing.
"""

from datetime import datetime
from textwrap import wrap

from core.penalties.documents.paper import Field, Occasion, Paper, Table
from core.penalties.events import Anchor

GROUP = 8
"""Digits that are read aloud in one breath."""


def anchor_paper(occasion: Occasion, session_id: str, anchor: Anchor, now: datetime) -> Paper:
    """The sheet to print, sign and put away."""
    return Paper(
        title="Anchor of the event log",
        occasion=occasion,
        at=now,
        sender="Paddock",
        recipient="Whoever keeps it outside this system",
        fields=(
            Field("Session", (occasion.session, session_id)),
            Field("Events", (str(anchor.seq),)),
            Field("How to verify", _STEPS),
        ),
        tables=(Table(f"Hash of event {anchor.seq}", _COLUMNS, _in_rows(anchor.hash)),),
        notes=("Kept by, date, signature: ______________________________________________",),
    )


_COLUMNS = ("1", "2", "3", "4")
_STEPS = (
    "1. Verify the log: `paddock verify` or Race control › Integrity says that the chain is whole.",
    "2. Paste number and hash on that page, or run `paddock verify --session NUMBER --anchor EVENTS:HASH`.",
    "3. A log that ends before this number, or has another hash there, was changed after this sheet was printed.",
)


def _in_rows(digits: str) -> tuple[tuple[str, ...], ...]:
    groups = wrap(digits, GROUP)
    padded = [*groups, *[""] * (-len(groups) % len(_COLUMNS))]
    return tuple(tuple(padded[at : at + len(_COLUMNS)]) for at in range(0, len(padded), len(_COLUMNS)))
