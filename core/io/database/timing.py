"""Rows of what the feeds said: sessions, laps and stops folded from them, and the index of the raw journal.

Written by the follower of a source in batches, read by the timing desk. Writing the same batch twice changes nothing,
so a restart may fold a piece of the journal again; what was known once is never replaced by "not known".
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    Table,
    Text,
    Update,
    Uuid,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert

from core.io.database import CONTROL
from core.io.database.known import Known
from core.io.database.leases import Lease, hold
from core.io.database.links import LinkBatch, LinkRows, put
from core.io.database.maps import see_layout
from core.io.database.withdrawn import correct, withdraw, withdrawn_laps
from core.io.recorder import Segment
from core.timing.desk import KeptSession
from core.timing.layouts import LayoutSeen
from core.timing.model import Lap, Provenance, Stop
from core.timing.withdrawn import Withdrawal, WithdrawnLap

feed_session = Table(
    "feed_session",
    CONTROL,
    Column("id", Uuid, primary_key=True),
    Column("circuit_id", Uuid, ForeignKey("circuit.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("track", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("recorded_at", DateTime(timezone=True)),
)

timing_lap = Table(
    "timing_lap",
    CONTROL,
    Column("feed_session_id", Uuid, ForeignKey("feed_session.id"), primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("lap", Integer, primary_key=True, autoincrement=False),
    Column("number", Text, nullable=False),
    Column("lap_ms", Integer),
    Column("kind", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("driver", Text),
    Column("position", Integer),
    Column("flag", Text),
    Column("sectors_ms", ARRAY(Integer), nullable=False),
    Column("provenance", Text, nullable=False),
)

stop = Table(
    "stop",
    CONTROL,
    Column("feed_session_id", Uuid, ForeignKey("feed_session.id"), primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("in_at", DateTime(timezone=True)),
    Column("out_at", DateTime(timezone=True)),
    Column("duration_ms", Integer),
    Column("lap", Integer),
    Column("provenance", Text, nullable=False),
)

recording_segment = Table(
    "recording_segment",
    CONTROL,
    Column("circuit_id", Uuid, ForeignKey("circuit.id"), primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("first_frame", BigInteger, primary_key=True, autoincrement=False),
    Column("frames", Integer, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True), nullable=False),
    Column("sha256", Text, nullable=False),
)

_PASSED = """
SELECT lap.at FROM feed_session JOIN timing_lap AS lap ON lap.feed_session_id = feed_session.id
WHERE circuit_id = :circuit AND (ended_at IS NULL OR ended_at >= :after) AND lap.{} = :who AND lap.at > :after
ORDER BY lap.at"""
_PASSINGS, _PASSINGS_BY_NUMBER = text(_PASSED.format("source_id")), text(_PASSED.format("number"))
"""As text: a write waits for it."""

_SESSION: TypeAdapter[KeptSession] = TypeAdapter(KeptSession)
_LAPS: TypeAdapter[tuple[Lap, ...]] = TypeAdapter(tuple[Lap, ...])
_STOPS: TypeAdapter[tuple[Stop, ...]] = TypeAdapter(tuple[Stop, ...])


@dataclass(frozen=True, slots=True)
class Before:
    """A circuit's feed session that nobody has ended, as stored by whoever followed the source before."""

    session: KeptSession
    most_laps: int
    stops: Counter[str]
    """How many stops of each car are stored."""


@dataclass(slots=True)
class Batch:
    """What a follower has folded since the last one."""

    sessions: list[KeptSession] = field(default_factory=list)
    laps: list[tuple[UUID, Lap]] = field(default_factory=list)
    """With the feed session they belong to."""
    stops: list[tuple[UUID, int, Stop]] = field(default_factory=list)
    """With their feed session and their ordinal among the stops of that car, from 1."""
    corrected: list[tuple[UUID, Lap, datetime]] = field(default_factory=list)
    """Laps that are stored and better known since that moment."""
    withdrawn: list[tuple[UUID, Withdrawal]] = field(default_factory=list)
    shifts: dict[UUID, timedelta] = field(default_factory=dict)
    """Of sessions of a recording: how far its clock is from that of these rows."""
    links: LinkBatch = field(default_factory=LinkBatch)
    layouts: list[LayoutSeen] = field(default_factory=list)

    def __len__(self) -> int:
        rows = len(self.sessions) + len(self.laps) + len(self.stops) + len(self.corrected) + len(self.withdrawn)
        return rows + len(self.links) + len(self.layouts)

    @property
    def tells_laps(self) -> bool:
        """Whether laps or stops are other than before."""
        return bool(self.laps or self.stops or self.corrected or self.withdrawn)

    def extend(self, other: "Batch") -> None:
        self.sessions += other.sessions
        self.laps += other.laps
        self.stops += other.stops
        self.corrected += other.corrected
        self.withdrawn += other.withdrawn
        self.shifts |= other.shifts
        self.links.extend(other.links)
        self.layouts += other.layouts


class TimingRows:
    """`TimingStore` on the control database, and the follower's pen."""

    def __init__(self, control: Engine) -> None:
        self._control = control

    def feed_sessions(self, circuit_id: UUID, limit: int) -> tuple[KeptSession, ...]:
        newest = feed_session.c.ended_at.is_(None).desc(), feed_session.c.started_at.desc(), feed_session.c.id.desc()
        wanted = select(feed_session).where(feed_session.c.circuit_id == circuit_id, _has_news())
        wanted = wanted.order_by(*newest).limit(limit)
        with self._control.connect() as connection:
            return tuple(_SESSION.validate_python(dict(row)) for row in connection.execute(wanted).mappings())

    def feed_session(self, feed_session_id: UUID) -> KeptSession | None:
        with self._control.connect() as connection:
            wanted = select(feed_session).where(feed_session.c.id == feed_session_id)
            row = connection.execute(wanted).mappings().one_or_none()
        return None if row is None else _SESSION.validate_python(dict(row))

    def laps(self, feed_session_id: UUID, source_id: str | None, after: datetime | None = None) -> tuple[Lap, ...]:
        order = timing_lap.c.at, timing_lap.c.source_id, timing_lap.c.lap
        wanted = select(timing_lap).where(_of(timing_lap, feed_session_id, source_id)).order_by(*order)
        wanted = wanted if after is None else wanted.where(timing_lap.c.at > after)
        with self._control.connect() as connection:
            return _LAPS.validate_python([dict(row) for row in connection.execute(wanted).mappings()])

    def passings(self, circuit_id: UUID, number: str, source_id: str | None, after: datetime) -> tuple[datetime, ...]:
        asked = {"circuit": circuit_id, "after": after, "who": source_id or number}
        wanted = _PASSINGS_BY_NUMBER if source_id is None else _PASSINGS
        with self._control.connect() as connection:
            return tuple(connection.scalars(wanted, asked))

    def lap_count(self, feed_session_id: UUID) -> int:
        wanted = select(func.count()).select_from(timing_lap).where(timing_lap.c.feed_session_id == feed_session_id)
        with self._control.connect() as connection:
            return int(connection.execute(wanted).scalar_one())

    def withdrawn_laps(self, feed_session_id: UUID, source_id: str | None) -> tuple[WithdrawnLap, ...]:
        with self._control.connect() as connection:
            return withdrawn_laps(connection, feed_session_id, source_id)

    def stops(self, feed_session_id: UUID, source_id: str | None) -> tuple[Stop, ...]:
        order = stop.c.in_at, stop.c.source_id, stop.c.ordinal
        wanted = select(stop).where(_of(stop, feed_session_id, source_id)).order_by(*order)
        with self._control.connect() as connection:
            return _STOPS.validate_python([dict(row) for row in connection.execute(wanted).mappings()])

    def open_session(self, circuit_id: UUID) -> Before | None:
        """The circuit's newest feed session, unless it has ended."""
        newest = next(iter(self.feed_sessions(circuit_id, 1)), None)
        if newest is None or newest.ended_at is not None:
            return None
        most = select(func.coalesce(func.max(timing_lap.c.lap), 0)).where(timing_lap.c.feed_session_id == newest.id)
        stops = select(stop.c.source_id, func.max(stop.c.ordinal).label("most")).where(
            stop.c.feed_session_id == newest.id
        )
        with self._control.connect() as connection:
            laps = connection.execute(most).scalar_one()
            ordinals = connection.execute(stops.group_by(stop.c.source_id)).all()
            return Before(newest, laps, Counter({row.source_id: row.most for row in ordinals}))

    def last_heard(self, circuit_id: UUID) -> datetime | None:
        """When a frame of the circuit was received last, on whatever machine."""
        return LinkRows(self._control).last_heard(circuit_id)

    def write(self, lease: Lease, batch: Batch) -> None:
        """Store a batch, whole or not at all.

        Raises:
            Fenced: another worker follows this source now.
        """
        with self._control.begin() as connection:
            hold(connection, lease)
            for session in batch.sessions:
                connection.execute(_end_others(session))
            _execute(connection, _put_session(), [_session_row(session) for session in batch.sessions])
            fresh = _fresh(connection, lease.circuit_id, batch) if batch.shifts else batch
            _write_laps(connection, fresh)
            _execute(connection, _put_stop(), [_stop_row(*each) for each in fresh.stops])
            put(connection, lease.circuit_id, batch.links)
            for seen in batch.layouts:
                see_layout(connection, lease.circuit_id, seen)

    def add_segment(self, circuit_id: UUID, segment: Segment, sha256: str) -> None:
        """Index a sealed segment. It needs no lease: its epoch is over or its frames will never change."""
        row = insert(recording_segment).values(
            circuit_id=circuit_id,
            epoch=segment.epoch,
            first_frame=segment.first_frame,
            frames=segment.frames,
            started_at=segment.started_at,
            ended_at=segment.ended_at,
            sha256=sha256,
        )
        with self._control.begin() as connection:
            connection.execute(row.on_conflict_do_nothing())


def _fresh(connection: Connection, circuit_id: UUID, batch: Batch) -> Batch:
    """What a replay has told that nobody knew, by the clock of the rows."""
    known = Known(connection, circuit_id, feed_session, batch.shifts)
    return Batch(
        laps=known.new_laps(timing_lap, batch.laps),
        stops=known.new_stops(stop, batch.stops),
        corrected=[
            (session_id, replace(lap, at=known.kept_at(session_id, lap.at)), known.kept_at(session_id, at))
            for session_id, lap, at in batch.corrected
        ],
        withdrawn=[
            (session_id, replace(gone, at=known.kept_at(session_id, gone.at))) for session_id, gone in batch.withdrawn
        ],
    )


def _write_laps(connection: Connection, batch: Batch) -> None:
    """Laps that were taken back first: their numbers may be driven again in the same batch."""
    until = {(session_id, gone.source_id, gone.lap): gone.at for session_id, gone in batch.withdrawn}
    early = [
        (session_id, lap) for session_id, lap in batch.laps
        if (at := until.get((session_id, lap.source_id, lap.lap))) is not None and lap.at <= at
    ]  # fmt: skip
    _put_laps(connection, early)
    for session_id, gone in batch.withdrawn:
        withdraw(connection, timing_lap, session_id, gone)
    _put_laps(connection, [each for each in batch.laps if each not in early] if early else batch.laps)
    for session_id, lap, at in batch.corrected:
        correct(connection, timing_lap, session_id, lap, at)


def _put_laps(connection: Connection, laps: list[tuple[UUID, Lap]]) -> None:
    _execute(connection, _put_lap(), [_lap_row(session_id, lap) for session_id, lap in laps])


def _execute(connection: Connection, statement: Insert, rows: list[dict[str, object]]) -> None:
    if rows:
        connection.execute(statement, rows)


def _of(table: Table, feed_session_id: UUID, source_id: str | None) -> ColumnElement[bool]:
    in_session = table.c.feed_session_id == feed_session_id
    return in_session if source_id is None else and_(in_session, table.c.source_id == source_id)


def _has_news() -> ColumnElement[bool]:
    """A replay of what is known already has no session of its own."""
    has_laps = exists().where(timing_lap.c.feed_session_id == feed_session.c.id)
    return or_(feed_session.c.recorded_at.is_(None), has_laps)


def _end_others(session: KeptSession) -> Update:
    """A circuit has one feed session that is on; one whose end nobody saw ended when the next began."""
    return (
        update(feed_session)
        .where(
            feed_session.c.circuit_id == session.circuit_id,
            feed_session.c.id != session.id,
            feed_session.c.ended_at.is_(None),
            literal(session.ended_at is None) | (feed_session.c.started_at <= session.started_at),
        )
        .values(ended_at=func.greatest(feed_session.c.started_at, session.started_at))
    )


def _put_session() -> Insert:
    new = insert(feed_session)
    return new.on_conflict_do_update(
        index_elements=["id"],
        set_={"title": new.excluded.title, "kind": new.excluded.kind, "ended_at": new.excluded.ended_at},
    )


def _put_lap() -> Insert:
    """A lap that is known stays, unless its time was not known or it was only computed."""
    new = insert(timing_lap)
    was_guess = timing_lap.c.provenance == Provenance.COMPUTED
    names = ("lap_ms", "kind", "flag", "sectors_ms", "provenance")
    return new.on_conflict_do_update(
        index_elements=["feed_session_id", "source_id", "lap"],
        set_={name: new.excluded[name] for name in names},
        where=or_(
            and_(timing_lap.c.lap_ms.is_(None), new.excluded.lap_ms.is_not(None)),
            and_(was_guess, new.excluded.provenance != Provenance.COMPUTED),
        ),
    )


def _put_stop() -> Insert:
    new = insert(stop)
    known = {
        name: func.coalesce(new.excluded[name], stop.c[name]) for name in ("in_at", "out_at", "duration_ms", "lap")
    }
    return new.on_conflict_do_update(
        index_elements=["feed_session_id", "source_id", "ordinal"],
        set_=known,
        where=or_(*(stop.c[name].is_distinct_from(value) for name, value in known.items())),
    )


def _session_row(session: KeptSession) -> dict[str, object]:
    return {column.name: getattr(session, column.name) for column in feed_session.c}


def _lap_row(feed_session_id: UUID, lap: Lap) -> dict[str, object]:
    return {
        "feed_session_id": feed_session_id,
        "source_id": lap.source_id,
        "lap": lap.lap,
        "number": lap.number,
        "lap_ms": lap.lap_ms,
        "kind": lap.kind,
        "at": lap.at,
        "driver": lap.driver,
        "position": lap.position,
        "flag": lap.flag,
        "sectors_ms": list(lap.sectors_ms),
        "provenance": lap.provenance,
    }


def _stop_row(feed_session_id: UUID, ordinal: int, visit: Stop) -> dict[str, object]:
    return {
        "feed_session_id": feed_session_id,
        "source_id": visit.source_id,
        "ordinal": ordinal,
        "in_at": visit.in_at,
        "out_at": visit.out_at,
        "duration_ms": visit.duration_ms,
        "lap": visit.lap,
        "provenance": visit.provenance,
    }
