"""Rulesets that officials have stored; the database refuses to change one."""

from sqlalchemy import BigInteger, Column, DateTime, Engine, RowMapping, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import insert

from core.io.database import CONTROL
from core.io.database.audit import Act, note
from core.penalties.rulesets import Stored
from core.sessions.model import Step

ruleset = Table(
    "ruleset",
    CONTROL,
    Column("id", Text, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("reference", Text, nullable=False, unique=True),
    Column("canonical", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False),
    Column("stored_by", Uuid),
)


class StoredRulesets:
    """`Shelf` of the rulesets desk."""

    def __init__(self, control: Engine) -> None:
        self._control = control

    def all(self) -> tuple[Stored, ...]:
        with self._control.connect() as connection:
            rows = connection.execute(select(ruleset).order_by(ruleset.c.id, ruleset.c.version)).mappings()
            return tuple(_stored(row) for row in rows)

    def find(self, name: str) -> Stored | None:
        return next((one for one in self.all() if one.name == name), None)

    def add(self, wish: Stored) -> Stored:
        """What stands under this id and version afterwards: the wish, or what was there before."""
        values = {
            "id": wish.id,
            "version": wish.version,
            "reference": wish.reference,
            "canonical": wish.canonical,
            "source": wish.source,
            "stored_at": wish.stored.at,
            "stored_by": wish.stored.by,
        }
        it = (ruleset.c.id == wish.id) & (ruleset.c.version == wish.version)
        with self._control.begin() as connection:
            if connection.execute(insert(ruleset).values(values).on_conflict_do_nothing()).rowcount:
                note(connection, Act(wish.stored.at, wish.stored.by, "store ruleset", wish.reference))
            return _stored(connection.execute(select(ruleset).where(it)).mappings().one())


def _stored(row: RowMapping) -> Stored:
    step = Step(row["stored_at"], row["stored_by"])
    return Stored(row["id"], row["version"], row["reference"], row["canonical"], row["source"], step)
