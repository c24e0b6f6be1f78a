"""Sessions that are to be dropped for good: who asked, who confirmed, and when it was done. In the control database."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    ForeignKey,
    RowMapping,
    Table,
    Uuid,
    delete,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from core.io.database import CONTROL
from core.io.database.audit import Act, note
from core.io.database.sessions import race_session
from core.sessions.model import SessionState, Step
from core.sessions.purges import Purge

purge = Table(
    "purge",
    CONTROL,
    Column("session_id", Uuid, ForeignKey("race_session.id"), primary_key=True),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("asked_by", Uuid, nullable=False),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("confirmed_by", Uuid),
    Column("dropped_at", DateTime(timezone=True)),
)


class PurgeRows:
    """`Purges` of the purges desk; each change and its audit row are one transaction."""

    def __init__(self, control: Engine) -> None:
        self._control = control

    def all(self) -> tuple[Purge, ...]:
        with self._control.connect() as connection:
            return tuple(map(_purge, connection.execute(select(purge).order_by(purge.c.asked_at)).mappings()))

    def ask(self, session_id: UUID, by: UUID, now: datetime) -> None:
        fresh = {"asked_at": now, "asked_by": by, "confirmed_at": None, "confirmed_by": None, "dropped_at": None}
        row = insert(purge).values(session_id=session_id, **fresh)
        with self._control.begin() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["session_id"], set_=fresh))
            note(connection, Act(now, by, "ask to purge race session", str(session_id)))

    def confirm(self, session_id: UUID, by: UUID, now: datetime) -> bool:
        which = [purge.c.session_id == session_id, purge.c.confirmed_by.is_(None), purge.c.asked_by != by]
        with self._control.begin() as connection:
            changed = connection.execute(update(purge).where(*which).values(confirmed_at=now, confirmed_by=by)).rowcount
            if changed:
                note(connection, Act(now, by, "confirm purge of race session", str(session_id)))
        return changed == 1

    def withdraw(self, session_id: UUID, by: UUID, now: datetime) -> bool:
        which = [purge.c.session_id == session_id, purge.c.dropped_at.is_(None)]
        with self._control.begin() as connection:
            gone = connection.execute(delete(purge).where(*which)).rowcount
            if gone:
                note(connection, Act(now, by, "withdraw purge of race session", str(session_id)))
        return gone == 1

    def dropped(self, session_id: UUID, now: datetime) -> None:
        """The database is gone: only the registry's row stays, with its ledger and its anchors."""
        gone = update(race_session).where(race_session.c.id == session_id)
        with self._control.begin() as connection:
            connection.execute(update(purge).where(purge.c.session_id == session_id).values(dropped_at=now))
            connection.execute(gone.values(state=SessionState.PURGED.value, dump_sha256=None))
            note(connection, Act(now, None, "purge race session", str(session_id)))


def _purge(row: RowMapping) -> Purge:
    confirmed = None if row["confirmed_at"] is None else Step(row["confirmed_at"], row["confirmed_by"])
    return Purge(row["session_id"], Step(row["asked_at"], row["asked_by"]), confirmed, row["dropped_at"])
