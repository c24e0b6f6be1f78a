"""Who did what beside the race: a row for each change of circuits, accounts and settings, in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, DateTime, Identity, Table, Text, Uuid, insert
from sqlalchemy.dialects.postgresql import JSONB

from core.io.database import CONTROL

audit = Table(
    "audit",
    CONTROL,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("account_id", Uuid),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("facts", JSONB, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Act:
    """`by` is the account; None is Paddock itself (demo, command line)."""

    at: datetime
    by: UUID | None
    what: str
    subject: str


def note(connection: Connection, act: Act, facts: Mapping[str, object] | None = None) -> None:
    connection.execute(
        insert(audit).values(at=act.at, account_id=act.by, act=act.what, subject=act.subject, facts=dict(facts or {}))
    )
