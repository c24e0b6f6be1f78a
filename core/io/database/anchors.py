"""Anchors of the sessions' logs and what the last verifications found, in the control database.

An anchor is only ever added and read; the database itself refuses the rest to every role.
"""

from collections.abc import Mapping
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Engine,
    ForeignKey,
    Identity,
    Integer,
    LargeBinary,
    RowMapping,
    Table,
    Text,
    Uuid,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from core.io.database import CONTROL
from core.penalties.events import Anchor
from core.penalties.integrity import KeptAnchor, Missed, Verdict, Why

anchor = Table(
    "anchor",
    CONTROL,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("session_id", Uuid, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("why", Text, nullable=False),
    Column("by", Uuid),
)
verification = Table(
    "verification",
    CONTROL,
    Column("session_id", Uuid, ForeignKey("race_session.id"), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    Column("first_broken", BigInteger),
    Column("anchors", Integer, nullable=False),
    Column("missed", JSONB, nullable=False),
    Column("vouched", BigInteger, nullable=False),
)

_MISSED: TypeAdapter[tuple[Missed, ...]] = TypeAdapter(tuple[Missed, ...])


class AnchorRows:
    """`Anchors` of the integrity desk."""

    def __init__(self, control: Engine) -> None:
        self._control = control

    def add(self, session_id: UUID, kept: KeptAnchor) -> None:
        row = insert(anchor).values(
            session_id=session_id,
            seq=kept.anchor.seq,
            hash=bytes.fromhex(kept.anchor.hash),
            at=kept.at,
            why=kept.why.value,
            by=kept.by,
        )
        with self._control.begin() as connection:
            connection.execute(row)

    def of(self, session_id: UUID) -> tuple[KeptAnchor, ...]:
        wanted = select(anchor).where(anchor.c.session_id == session_id).order_by(anchor.c.id)
        with self._control.connect() as connection:
            return tuple(map(_kept, connection.execute(wanted).mappings()))

    def note(self, session_id: UUID, found: Verdict) -> None:
        values = {
            "at": found.at,
            "seq": found.head.seq,
            "hash": found.head.hash,
            "first_broken": found.first_broken,
            "anchors": found.anchors,
            "missed": _MISSED.dump_python(found.missed, mode="json"),
            "vouched": found.vouched,
        }
        row = upsert(verification).values(session_id=session_id, **values)
        with self._control.begin() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["session_id"], set_=values))

    def verdicts(self) -> Mapping[UUID, Verdict]:
        with self._control.connect() as connection:
            return {row["session_id"]: _verdict(row) for row in connection.execute(select(verification)).mappings()}


def _kept(row: RowMapping) -> KeptAnchor:
    return KeptAnchor(Anchor(row["seq"], row["hash"].hex()), row["at"], Why(row["why"]), row["by"])


def _verdict(row: RowMapping) -> Verdict:
    return Verdict(
        at=row["at"],
        head=Anchor(row["seq"], row["hash"]),
        first_broken=row["first_broken"],
        anchors=row["anchors"],
        missed=_MISSED.validate_python(row["missed"]),
        vouched=row["vouched"],
    )
