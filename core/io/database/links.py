"""Rows of what became of the links: log, holes, novelties, counts.

Counts and novelties are totals of one epoch's frames, not additions: frames that are folded again after a restart give
the same rows. Questions add the epochs up.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
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
    Select,
    Table,
    Text,
    Uuid,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import Insert, insert

from core.io.database import CONTROL
from core.tracks.links import FeedCount, Hole, LinkEvent, Strange

link_event = Table(
    "link_event",
    CONTROL,
    Column("circuit_id", Uuid, ForeignKey("circuit.id"), primary_key=True),
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("status", Text, primary_key=True),
    Column("detail", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
)

hole = Table(
    "hole",
    CONTROL,
    Column("circuit_id", Uuid, ForeignKey("circuit.id"), primary_key=True),
    Column("since", DateTime(timezone=True), primary_key=True),
    Column("until", DateTime(timezone=True), nullable=False),
    Column("back_filled", Integer, nullable=False),
)

novelty = Table(
    "novelty",
    CONTROL,
    Column("circuit_id", Uuid, ForeignKey("circuit.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("sample", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("first_at", DateTime(timezone=True), nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
)

feed_count = Table(
    "feed_count",
    CONTROL,
    Column("circuit_id", Uuid, ForeignKey("circuit.id"), primary_key=True),
    Column("minute", DateTime(timezone=True), primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("frames", Integer, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("laps", Integer, nullable=False),
    Column("junk", Integer, nullable=False),
    Column("unread", Integer, nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
)

_EVENTS: TypeAdapter[tuple[LinkEvent, ...]] = TypeAdapter(tuple[LinkEvent, ...])
_HOLES: TypeAdapter[tuple[Hole, ...]] = TypeAdapter(tuple[Hole, ...])
_STRANGE: TypeAdapter[tuple[Strange, ...]] = TypeAdapter(tuple[Strange, ...])
_COUNTS: TypeAdapter[tuple[FeedCount, ...]] = TypeAdapter(tuple[FeedCount, ...])
_NUMBERS = ("frames", "lines", "bytes", "laps", "junk", "unread")

_TO_HOURS = text("""
    WITH gone AS (
      DELETE FROM feed_count WHERE minute < :before AND minute <> date_trunc('hour', minute, 'UTC') RETURNING *
    )
    INSERT INTO feed_count
    SELECT circuit_id, date_trunc('hour', minute, 'UTC'), epoch, sum(frames), sum(lines), sum(bytes), sum(laps),
           sum(junk), sum(unread), max(last_at)
    FROM gone GROUP BY 1, 2, 3
    ON CONFLICT (circuit_id, minute, epoch) DO UPDATE SET
      frames = feed_count.frames + excluded.frames, lines = feed_count.lines + excluded.lines,
      bytes = feed_count.bytes + excluded.bytes, laps = feed_count.laps + excluded.laps,
      junk = feed_count.junk + excluded.junk, unread = feed_count.unread + excluded.unread,
      last_at = greatest(feed_count.last_at, excluded.last_at)""")


@dataclass(slots=True)
class LinkBatch:
    """What a follower has to say of its link since the last batch; counts and novelties as totals of their epoch."""

    events: list[LinkEvent] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)
    strange: dict[tuple[int, str, str], Strange] = field(default_factory=dict)
    """By epoch, kind and what."""
    counts: dict[tuple[int, datetime], FeedCount] = field(default_factory=dict)
    """By epoch and minute."""

    def __len__(self) -> int:
        return len(self.events) + len(self.holes) + len(self.strange) + len(self.counts)

    def extend(self, other: "LinkBatch") -> None:
        self.events += other.events
        self.holes += other.holes
        self.strange |= other.strange
        self.counts |= other.counts


def put(connection: Connection, circuit_id: UUID, batch: LinkBatch) -> None:
    """Store a batch inside the follower's transaction. Twice is once."""
    own = {"circuit_id": circuit_id}
    strange = [{**own, "epoch": epoch, **asdict(each)} for (epoch, _, _), each in batch.strange.items()]
    counts = [{**own, "epoch": epoch, **asdict(each)} for (epoch, _), each in batch.counts.items()]
    for statement, rows in (
        (insert(link_event).on_conflict_do_nothing(), [{**own, **asdict(event)} for event in batch.events]),
        (_replacing(hole, "until", "back_filled"), [{**own, **asdict(each)} for each in batch.holes]),
        (_replacing(novelty, "count", "last_at"), strange),
        (_replacing(feed_count, *_NUMBERS, "last_at"), counts),
    ):
        if rows:
            connection.execute(statement, rows)


class LinkRows:
    """`LinkStore` on the control database."""

    def __init__(self, control: Engine) -> None:
        self._control = control

    def log(self, circuit_id: UUID, limit: int) -> tuple[LinkEvent, ...]:
        columns = [link_event.c[name] for name in ("at", "status", "detail", "attempt")]
        wanted = select(*columns).where(link_event.c.circuit_id == circuit_id)
        return _EVENTS.validate_python(self._rows(wanted.order_by(link_event.c.at.desc()).limit(limit)))

    def holes(self, circuit_id: UUID, limit: int) -> tuple[Hole, ...]:
        columns = [hole.c[name] for name in ("since", "until", "back_filled")]
        wanted = select(*columns).where(hole.c.circuit_id == circuit_id)
        return _HOLES.validate_python(self._rows(wanted.order_by(hole.c.since.desc()).limit(limit)))

    def strange(self, circuit_id: UUID, limit: int) -> tuple[Strange, ...]:
        count = func.sum(novelty.c.count).label("count")
        wanted = (
            select(
                novelty.c.kind,
                novelty.c.what,
                func.min(novelty.c.sample).label("sample"),
                count,
                func.min(novelty.c.first_at).label("first_at"),
                func.max(novelty.c.last_at).label("last_at"),
            )
            .where(novelty.c.circuit_id == circuit_id)
            .group_by(novelty.c.kind, novelty.c.what)
            .order_by(count.desc(), novelty.c.kind, novelty.c.what)
        )
        return _STRANGE.validate_python(self._rows(wanted.limit(limit)))

    def counts(self, circuit_id: UUID, since: datetime) -> tuple[FeedCount, ...]:
        sums = [func.sum(feed_count.c[name]).label(name) for name in _NUMBERS]
        wanted = (
            select(feed_count.c.minute, *sums, func.max(feed_count.c.last_at).label("last_at"))
            .where(feed_count.c.circuit_id == circuit_id, feed_count.c.minute >= func.date_trunc("minute", since))
            .group_by(feed_count.c.minute)
            .order_by(feed_count.c.minute)
        )
        return _COUNTS.validate_python(self._rows(wanted))

    def last_heard(self, circuit_id: UUID) -> datetime | None:
        newest = select(func.max(feed_count.c.last_at)).where(feed_count.c.circuit_id == circuit_id)
        with self._control.connect() as connection:
            at: datetime | None = connection.execute(newest).scalar_one()
            return at

    def thin(self, *, retries: datetime, log: datetime, minutes: datetime) -> int:
        """Drop repeated attempts and log lines from before then, and make minutes from before then hours.

        Returns:
            How many rows went.
        """
        is_retry = link_event.c.attempt > 1
        with self._control.begin() as connection:
            gone = _deleted(connection, link_event.c.at < retries, is_retry) + _deleted(
                connection, link_event.c.at < log
            )
            connection.execute(_TO_HOURS, {"before": minutes})
        return gone

    def _rows(self, wanted: Select[*tuple[object, ...]]) -> Iterable[dict[str, object]]:
        with self._control.connect() as connection:
            return [dict(row) for row in connection.execute(wanted).mappings()]


def _replacing(table: Table, *names: str) -> Insert:
    new = insert(table)
    keys = [column.name for column in table.primary_key.columns]
    return new.on_conflict_do_update(index_elements=keys, set_={name: new.excluded[name] for name in names})


def _deleted(connection: Connection, *which: ColumnElement[bool]) -> int:
    return connection.execute(delete(link_event).where(*which)).rowcount
