"""Rehearsals of restores in the control database: a row for each dump that was restored and compared, or failed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Identity,
    Integer,
    Select,
    Table,
    Text,
    Uuid,
    func,
    insert,
    select,
    update,
)

from core.io.database import CONTROL
from core.io.database.sessions import race_session

rehearsal = Table(
    "rehearsal",
    CONTROL,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("session_id", Uuid, ForeignKey("race_session.id"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("took_ms", Integer, nullable=False),
    Column("seq", BigInteger),
    Column("events", BigInteger),
    Column("entries", BigInteger),
    Column("sha256", Text),
    Column("problem", Text),
)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A dump of a session, restored beside the original and compared; `problem` says why it does not count."""

    session_id: UUID
    at: datetime
    took_ms: int
    seq: int | None = None
    """Of the head that the dump holds."""
    events: int | None = None
    entries: int | None = None
    sha256: str | None = None
    """Of the dump in the blob store, while it is the newest good one."""
    problem: str | None = None


_ROW: TypeAdapter[Rehearsal] = TypeAdapter(Rehearsal)
_FIELDS = [column for column in rehearsal.c if column.name != "id"]


class Rehearsals:
    """Rows of rehearsals, added and read."""

    def __init__(self, control: Engine) -> None:
        self._control = control

    def add(self, one: Rehearsal) -> list[str]:
        """Returns the blobs that the session's earlier dumps give back, if this one is good."""
        row = {column.name: getattr(one, column.name) for column in _FIELDS}
        with self._control.begin() as connection:
            freed = _given_back(connection, one) if one.sha256 else []
            connection.execute(insert(rehearsal).values(row))
        return freed

    def give_back(self, session_id: UUID) -> list[str]:
        """Let all dumps of the session go; returns their blobs."""
        held = [rehearsal.c.session_id == session_id, rehearsal.c.sha256.is_not(None)]
        with self._control.begin() as connection:
            blobs = sorted(set(connection.scalars(select(rehearsal.c.sha256).where(*held))))
            connection.execute(update(rehearsal).where(*held).values(sha256=None))
        return blobs

    def newest(self) -> tuple[Rehearsal, ...]:
        """The last of each session."""
        last = select(func.max(rehearsal.c.id)).group_by(rehearsal.c.session_id)
        return self._read(select(*_FIELDS).where(rehearsal.c.id.in_(last)))

    def latest(self, most: int = 100) -> tuple[Rehearsal, ...]:
        """Newest first."""
        return self._read(select(*_FIELDS).order_by(rehearsal.c.id.desc()).limit(most))

    def _read(self, wanted: Select[*tuple[object, ...]]) -> tuple[Rehearsal, ...]:
        with self._control.connect() as connection:
            return tuple(_ROW.validate_python(dict(row)) for row in connection.execute(wanted).mappings())


def _given_back(connection: Connection, newer: Rehearsal) -> list[str]:
    """Let the earlier dumps of the session go; an archived session's own dump stays."""
    earlier = [rehearsal.c.session_id == newer.session_id, rehearsal.c.sha256.is_not(None)]
    held = set(connection.scalars(select(rehearsal.c.sha256).where(*earlier)))
    connection.execute(update(rehearsal).where(*earlier).values(sha256=None))
    kept = select(race_session.c.dump_sha256).where(race_session.c.dump_sha256.in_(held))
    return sorted(held - set(connection.scalars(kept)) - {newer.sha256})
