"""Rows of recordings that were brought in, of bookmarks, and the pieces of a circuit's journal."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    delete,
    func,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import insert

from core.io.database import CONTROL
from core.io.database.audit import Act, note
from core.io.database.rehearsals import rehearsal
from core.io.database.sessions import race_session
from core.io.database.timing import TimingRows, recording_segment
from core.io.ids import uuid7
from core.io.journal import Sealed
from core.timing.desk import KeptSession
from core.timing.recordings_desk import CUT_S, Bookmark, Imported, ImportPlan, Piece

recording = Table(
    "recording",
    CONTROL,
    Column("id", Uuid, primary_key=True),
    Column("circuit_id", Uuid, ForeignKey("circuit.id"), nullable=False),
    Column("sha256", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("container", Text, nullable=False),
    Column("protocol", Text, nullable=False),
    Column("frames", Integer, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True), nullable=False),
    Column("imported_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("circuit_id", "sha256"),
)

bookmark = Table(
    "bookmark",
    CONTROL,
    Column("id", Uuid, primary_key=True),
    Column("circuit_id", Uuid, ForeignKey("circuit.id"), nullable=False),
    Column("recording_id", Uuid, ForeignKey("recording.id")),
    Column("name", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True)),
    Column("made_at", DateTime(timezone=True), nullable=False),
)

_IMPORTED: TypeAdapter[Imported] = TypeAdapter(Imported)
_BOOKMARK: TypeAdapter[Bookmark] = TypeAdapter(Bookmark)
_PIECE: TypeAdapter[Piece] = TypeAdapter(Piece)
_SEALED: TypeAdapter[Sealed] = TypeAdapter(Sealed)


class RecordingRows:
    """`RecordingStore` on the control database, and the index of a journal's segments."""

    def __init__(self, control: Engine) -> None:
        self._control = control

    def sealed(self, circuit_id: UUID) -> tuple[Sealed, ...]:
        """The sealed segments of a circuit's journal, in its order."""
        row = recording_segment.c
        wanted = select(row.epoch, row.first_frame, row.started_at, row.ended_at, row.sha256)
        ordered = wanted.where(row.circuit_id == circuit_id).order_by(row.epoch, row.first_frame)
        with self._control.connect() as connection:
            return tuple(_SEALED.validate_python(dict(one)) for one in connection.execute(ordered).mappings())

    def pieces(self, circuit_id: UUID) -> tuple[Piece, ...]:
        """Segments without a long hole between them, counted by the database: there may be a year of them."""
        row = recording_segment.c
        since = row.started_at - func.lag(row.ended_at).over(order_by=row.started_at)
        begins = select(row.started_at, row.ended_at, row.frames, (since >= timedelta(seconds=CUT_S)).label("new"))
        marked = begins.where(row.circuit_id == circuit_id).subquery()
        number = func.count().filter(marked.c.new).over(order_by=marked.c.started_at)
        numbered = select(marked, number.label("piece")).subquery()
        found = select(
            func.min(numbered.c.started_at).label("started_at"),
            func.max(numbered.c.ended_at).label("ended_at"),
            func.sum(numbered.c.frames).label("frames"),
        ).group_by(numbered.c.piece)
        with self._control.connect() as connection:
            rows = connection.execute(found.order_by("started_at")).mappings()
            return tuple(_PIECE.validate_python(dict(one)) for one in rows)

    def imports(self, circuit_id: UUID) -> tuple[Imported, ...]:
        wanted = select(recording).where(recording.c.circuit_id == circuit_id)
        with self._control.connect() as connection:
            rows = connection.execute(wanted.order_by(recording.c.started_at, recording.c.id)).mappings()
            return tuple(_IMPORTED.validate_python(dict(one)) for one in rows)

    def imported(self, recording_id: UUID) -> Imported | None:
        with self._control.connect() as connection:
            wanted = select(recording).where(recording.c.id == recording_id)
            row = connection.execute(wanted).mappings().one_or_none()
        return None if row is None else _IMPORTED.validate_python(dict(row))

    def add(self, plan: ImportPlan, by: UUID | None, now: datetime) -> Imported | None:
        known = {name: getattr(plan, name) for name in ImportPlan.__slots__}
        fresh = insert(recording).values(id=uuid7(now), imported_at=now, **known)
        with self._control.begin() as connection:
            row = connection.execute(fresh.on_conflict_do_nothing().returning(recording)).mappings().one_or_none()
            if row is None:
                return None
            note(connection, Act(now, by, "import recording", plan.name), {"sha256": plan.sha256})
            return _IMPORTED.validate_python(dict(row))

    def remove(self, recording_ids: Collection[UUID], by: UUID | None, now: datetime) -> tuple[str, ...] | None:
        """The rows are locked first: who sets a bookmark meanwhile waits, and finds nothing to bookmark."""
        those = recording.c.id.in_(recording_ids)
        locked = select(recording.c.name, recording.c.sha256).where(those).order_by(recording.c.id).with_for_update()
        marked = select(bookmark.c.id).where(bookmark.c.recording_id.in_(recording_ids)).limit(1)
        with self._control.begin() as connection:
            rows = connection.execute(locked).all()
            if connection.execute(marked).first() is not None:
                return None
            connection.execute(delete(recording).where(those))
            for row in rows:
                note(connection, Act(now, by, "remove recording", row.name), {"sha256": row.sha256})
            gone = {row.sha256 for row in rows}
            return tuple(sorted(gone - still_named(connection, gone)))

    def bookmarks(self, circuit_id: UUID) -> tuple[Bookmark, ...]:
        wanted = select(bookmark).where(bookmark.c.circuit_id == circuit_id).order_by(bookmark.c.at, bookmark.c.id)
        with self._control.connect() as connection:
            return tuple(_BOOKMARK.validate_python(dict(one)) for one in connection.execute(wanted).mappings())

    def put_bookmark(self, wanted: Bookmark, by: UUID | None, now: datetime) -> Bookmark:
        known = {name: getattr(wanted, name) for name in Bookmark.__slots__}
        with self._control.begin() as connection:
            connection.execute(insert(bookmark).values(made_at=now, **known))
            note(connection, Act(now, by, "set bookmark", wanted.name), {"at": wanted.at.isoformat()})
        return wanted

    def remove_bookmark(self, bookmark_id: UUID, by: UUID | None, now: datetime) -> bool:
        gone = delete(bookmark).where(bookmark.c.id == bookmark_id).returning(bookmark.c.name)
        with self._control.begin() as connection:
            name = connection.execute(gone).scalar_one_or_none()
            if name is not None:
                note(connection, Act(now, by, "remove bookmark", name))
        return name is not None

    def feed_sessions(self, circuit_id: UUID, limit: int) -> tuple[KeptSession, ...]:
        return TimingRows(self._control).feed_sessions(circuit_id, limit)


def still_named(connection: Connection, blobs: set[str]) -> set[str]:
    """Those of the blobs that some row still names."""
    columns = (recording_segment.c.sha256, recording.c.sha256, race_session.c.dump_sha256, rehearsal.c.sha256)
    return set(connection.execute(union(*(select(name).where(name.in_(blobs)) for name in columns))).scalars())
