"""What a circuit's feed says, in the karting API's words: status, recent data, statistics, connection log.

Recent data are the rows of the table as it stands, each as its last message, and behind them the laps of the running
feed session, newest first; a lap fills the columns that a lap knows. Data and logs are bare lists, as the old backend's
clients read them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from core.timing.model import Board, Car, Lap, Rank, TimedValue
from core.tracks.links import LinkEvent
from core.tracks.model import Circuit
from portal.compat.karting import live
from portal.compat.karting.columns import instant, row_data
from portal.compat.karting.shapes import Json, Reader, board, columns, found, id_of, status_of
from portal.running import now, runtime

router = APIRouter()

Limit = Annotated[int, Query(ge=1, le=1000)]
Offset = Annotated[int, Query(ge=0)]

_STATISTICS_OF = timedelta(hours=24)


class Collector(BaseModel):
    """What follows the feed."""

    is_running: bool
    is_connected: bool
    last_update: datetime | None
    last_error: str | None


class Status(BaseModel):
    circuit_id: str
    timing_active: bool
    """Whether data come in."""
    collector_status: Collector | None
    """None while nobody asked for its timing."""
    connected_clients: int
    """Of this portal's sockets for these clients."""
    timestamp: str
    status: str
    """running, lost or stopped."""
    is_active: bool
    """Whether somebody asked for its timing."""
    connected: bool
    cause: str | None
    """Why it is lost or stopped."""
    last_update: datetime | None
    rows: int


class Statistics(BaseModel):
    circuit_id: str
    since: datetime
    total_messages: int
    total_lines: int
    total_bytes: int
    total_laps: int
    junk: int
    unread: int
    last_update: datetime | None


@router.get("/circuits/{circuit_id}/status")
def read_status(_: Reader, circuit_id: str) -> Status:
    circuit = found(circuit_id)
    table = board(circuit.id)
    status = status_of(circuit, table)
    connected, cause = status == "running", table.source.cause if table.source else None
    collector = Collector(is_running=True, is_connected=connected, last_update=table.at, last_error=cause)
    return Status(
        circuit_id=id_of(circuit),
        timing_active=connected,
        collector_status=collector if circuit.running else None,
        connected_clients=live.TABLES.listening(circuit.id),
        timestamp=instant(now()),
        status=status,
        is_active=circuit.running,
        connected=connected,
        cause=cause,
        last_update=table.at,
        rows=len(table.cars),
    )


@router.get("/circuits/{circuit_id}/data")
def list_data(
    _: Reader, circuit_id: str, limit: Limit = 100, offset: Offset = 0, since: datetime | None = None
) -> list[Json]:
    """What is newest first, each as `data` of a live message; `since` leaves out what is older (no zone: UTC)."""
    circuit = found(circuit_id)
    earliest = since if since is None or since.tzinfo else since.replace(tzinfo=UTC)
    rows = (row for at, row in _newest(circuit) if earliest is None or (at is not None and at >= earliest))
    return list(islice(rows, offset, offset + limit))


@router.get("/circuits/{circuit_id}/statistics")
def read_statistics(_: Reader, circuit_id: str, since: datetime | None = None) -> Statistics:
    """Of the last 24 hours unless `since` says otherwise."""
    circuit, begin = found(circuit_id), since or now() - _STATISTICS_OF
    total = runtime().links.total(circuit.id, begin if begin.tzinfo else begin.replace(tzinfo=UTC))
    return Statistics(
        circuit_id=id_of(circuit),
        since=begin,
        total_messages=total.frames,
        total_lines=total.lines,
        total_bytes=total.bytes,
        total_laps=total.laps,
        junk=total.junk,
        unread=total.unread,
        last_update=total.last_at,
    )


@router.get("/circuits/{circuit_id}/logs")
def list_logs(_: Reader, circuit_id: str, limit: Limit = 50) -> list[Json]:
    """The connection log, newest first."""
    circuit = found(circuit_id)
    name = id_of(circuit)
    return [_line(name, line) for line in runtime().links.log(circuit.id, limit)]


def _line(name: str, line: LinkEvent) -> Json:
    return {
        "circuit_id": name,
        "timestamp": line.at.isoformat(),
        "event_type": line.status,
        "message": line.detail,
        "attempt": line.attempt,
    }


def _newest(circuit: Circuit) -> Iterator[tuple[datetime | None, Json]]:
    table = board(circuit.id)
    names = columns(circuit.id, table)
    rows = ((table.at, car) for car in table.cars)
    laps = ((lap.at, _car(lap)) for lap in _laps(circuit, table))
    return ((at, {**row_data(car, names, at)}) for at, car in chain(rows, laps))


def _laps(circuit: Circuit, table: Board) -> Iterator[Lap]:
    session = next(iter(runtime().timing.feed_sessions(circuit.id, 1)), None)
    return iter(()) if session is None or table.at is None else reversed(runtime().timing.laps(session.id))


def _car(lap: Lap) -> Car:
    """The row as far as a lap tells it."""
    return Car(
        lap.source_id,
        lap.number,
        position=lap.position,
        driver=lap.driver,
        laps=lap.lap,
        last=None if lap.lap_ms is None else TimedValue(lap.lap_ms, Rank.NORMAL),
        sectors=tuple(None if ms is None else TimedValue(ms, Rank.NORMAL) for ms in lap.sectors_ms),
    )
