"""Rows of a session's event log and its seal, and how a row becomes an event of core."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    cast,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from core.errors import Unavailable
from core.io.database import SESSION
from core.penalties.events import EventType, LogEvent, decode

event = Table(
    "event",
    SESSION,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("request_id", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("request_sha256", LargeBinary, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("ruleset", Text, nullable=False),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
seal = Table(
    "seal",
    SESSION,
    Column("one", Boolean, primary_key=True),
    Column("session_id", Uuid),
    Column("state", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("changed_by", Text, nullable=False),
)

_UNREAD = {"request_sha256", "prev_hash"}
_BODY = cast(event.c.body, Text).label("body")
"""As text: it is read into its type in one step, not by way of a dictionary."""
FIELDS = [_BODY if column is event.c.body else column for column in event.c if column.name not in _UNREAD]
NAMES = ", ".join("body::text" if column is _BODY else column.name for column in FIELDS)
"""The same as SQL, for functions that return rows."""
TAIL = select(*FIELDS).order_by(event.c.seq)
"""Rows in log order; add the condition."""


def event_of(row: Sequence[Any]) -> LogEvent:
    """By position, in the order of the table: thousands of them are read when a process starts."""
    seq, request_id, ordinal, subject, at, recorded_at, actor, role, name, body, ruleset, digest = row
    kind = _kind(name, seq)
    return LogEvent(
        seq, request_id, ordinal, subject, at, recorded_at, actor, role, kind, decode(kind, body), ruleset, digest.hex()
    )


_KINDS: Mapping[str, EventType] = {kind.value: kind for kind in EventType}


def _kind(name: str, seq: int) -> EventType:
    kind = _KINDS.get(name)
    if kind is None:
        what = f"Event {seq} is a “{name}”, which this release does not know."
        raise Unavailable(what, "A newer release has written it: install that one here too.")
    return kind
