"""What is frozen of a race session, in its own database: written by a worker as the owner, read by everybody.

Writing it again replaces it whole: a session that was opened and closed again has the newest.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    Row,
    Table,
    Text,
    Uuid,
    delete,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from core.io.database import SESSION
from core.sessions.model import RaceSession
from core.timing.desk import KeptSession
from core.timing.frozen import Frozen, FrozenSession
from core.timing.model import Lap, Stop
from core.timing.results import of_content, to_content
from core.timing.wire import board_from_json, board_to_json

frozen = Table(
    "frozen",
    SESSION,
    Column("one", Boolean, primary_key=True),
    Column("closed_at", DateTime(timezone=True), nullable=False),
    Column("frozen_at", DateTime(timezone=True), nullable=False),
    Column("board", Text),
    Column("classification", JSONB, nullable=False),
)
frozen_feed_session = Table(
    "frozen_feed_session",
    SESSION,
    Column("id", Uuid, primary_key=True),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("track", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
)
_OF = ForeignKey("frozen_feed_session.id")
frozen_lap = Table(
    "frozen_lap",
    SESSION,
    Column("feed_session_id", Uuid, _OF, primary_key=True),
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
frozen_stop = Table(
    "frozen_stop",
    SESSION,
    Column("feed_session_id", Uuid, ForeignKey("frozen_feed_session.id"), primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("in_at", DateTime(timezone=True)),
    Column("out_at", DateTime(timezone=True)),
    Column("duration_ms", Integer),
    Column("lap", Integer),
    Column("provenance", Text, nullable=False),
)

_LAPS: TypeAdapter[tuple[Lap, ...]] = TypeAdapter(tuple[Lap, ...])
_STOPS: TypeAdapter[tuple[Stop, ...]] = TypeAdapter(tuple[Stop, ...])
_SESSION: TypeAdapter[KeptSession] = TypeAdapter(KeptSession)
_NAMES_OF_LAP = [column.name for column in frozen_lap.c if column.name != "feed_session_id"]
_NAMES_OF_STOP = ["source_id", "in_at", "out_at", "duration_ms", "lap", "provenance"]


def write_frozen(session: Engine, what: Frozen) -> None:
    """In place of what was frozen before; all or nothing."""
    with session.begin() as connection:
        for table in (frozen_stop, frozen_lap, frozen_feed_session, frozen):
            connection.execute(delete(table))
        connection.execute(insert(frozen).values(_whole(what)))
        _fill(connection, frozen_feed_session, map(_session_row, what.sessions))
        _fill(connection, frozen_lap, _lap_rows(what.sessions))
        _fill(connection, frozen_stop, _stop_rows(what.sessions))


def read_frozen(session: Engine, about: RaceSession) -> Frozen | None:
    """None: the session was never closed, or closed by a release that froze nothing."""
    with session.connect() as connection:
        row = connection.execute(select(frozen)).one_or_none()
        if row is None:
            return None
        known = connection.execute(select(frozen_feed_session).order_by(frozen_feed_session.c.started_at)).all()
        sessions = tuple(_read(connection, each, about) for each in known)
    board = None if row.board is None else board_from_json(row.board.encode())
    return Frozen(row.closed_at, row.frozen_at, sessions, board, of_content(row.classification))


def rows_to_import(what: Frozen) -> dict[str, object]:
    """As `import_session` takes it."""
    return {
        **_whole(what),
        "sessions": [_session_row(each) for each in what.sessions],
        "laps": [*_lap_rows(what.sessions)],
        "stops": [*_stop_rows(what.sessions)],
    }


def _fill(connection: Connection, table: Table, rows: Iterable[Mapping[str, object]]) -> None:
    if listed := list(rows):
        connection.execute(insert(table), listed)


def _whole(what: Frozen) -> dict[str, object]:
    return {
        "one": True,
        "closed_at": what.closed_at,
        "frozen_at": what.frozen_at,
        "board": None if what.board is None else board_to_json(what.board).decode(),
        "classification": to_content(what.classification),
    }


def _session_row(one: FrozenSession) -> dict[str, object]:
    return {column.name: getattr(one.about, column.name) for column in frozen_feed_session.c}


def _lap_rows(sessions: Sequence[FrozenSession]) -> Iterator[dict[str, object]]:
    for one in sessions:
        for lap in one.laps:
            values = {name: getattr(lap, name) for name in _NAMES_OF_LAP}
            yield {"feed_session_id": one.about.id, **values, "sectors_ms": list(lap.sectors_ms)}


def _stop_rows(sessions: Sequence[FrozenSession]) -> Iterator[dict[str, object]]:
    for one in sessions:
        counted: dict[str, int] = {}
        for stop in one.stops:
            counted[stop.source_id] = ordinal = counted.get(stop.source_id, 0) + 1
            values = {name: getattr(stop, name) for name in _NAMES_OF_STOP}
            yield {"feed_session_id": one.about.id, "ordinal": ordinal, **values}


def _read(connection: Connection, row: Row[Any], about: RaceSession) -> FrozenSession:
    laps = select(*(frozen_lap.c[name] for name in _NAMES_OF_LAP)).where(frozen_lap.c.feed_session_id == row.id)
    stops = select(*(frozen_stop.c[name] for name in _NAMES_OF_STOP)).where(frozen_stop.c.feed_session_id == row.id)
    in_order = laps.order_by(frozen_lap.c.at, frozen_lap.c.source_id, frozen_lap.c.lap)
    by_car = stops.order_by(frozen_stop.c.in_at, frozen_stop.c.source_id, frozen_stop.c.ordinal)
    return FrozenSession(
        _SESSION.validate_python({**row._asdict(), "circuit_id": about.circuit_id}),
        _LAPS.validate_python([dict(each) for each in connection.execute(in_order).mappings()]),
        _STOPS.validate_python([dict(each) for each in connection.execute(by_car).mappings()]),
    )
