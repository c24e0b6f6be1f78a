"""Rows of a session's event log and its seal, and how a row becomes an event of core."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    RowMapping,
    Table,
    Text,
    Uuid,
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

FIELDS = [column for column in event.c if column.name not in {"request_sha256", "prev_hash"}]
TAIL = select(*FIELDS).order_by(event.c.seq)
"""Rows in log order; add the condition."""


def event_of(fields: RowMapping) -> LogEvent:
    return LogEvent(
        seq=fields["seq"],
        request_id=fields["request_id"],
        ordinal=fields["ordinal"],
        subject=fields["subject"],
        at=fields["at"],
        recorded_at=fields["recorded_at"],
        actor=fields["actor"],
        role=fields["role"],
        type=(kind := _kind(fields["type"], fields["seq"])),
        body=decode(kind, fields["body"]),
        ruleset=fields["ruleset"],
        hash=fields["hash"].hex(),
    )


def _kind(name: str, seq: int) -> EventType:
    try:
        return EventType(name)
    except ValueError as cause:
        what = f"Event {seq} is a “{name}”, which this release does not know."
        raise Unavailable(what, "A newer release has written it: install that one here too.") from cause
