"""Every table of a timing session as a pandas DataFrame, for notebooks and exports.

In a notebook, from a recording (any container that `paddock timing replay` reads) or from a running Paddock:

    from portal.frames import frames_of_recording, frame_from_api
    race = frames_of_recording("24h.jsonl.gz")            # {"laps": DataFrame, "stops": …}
    race["laps"].groupby("number").lap_ms.median()
    laps = frame_from_api("https://paddock.example", token, "kartway", "laps")

Columns are typed and carry their unit: `_ms` whole milliseconds (Int64, missing is <NA>), `_at` aware UTC time stamps.
Car numbers are text. A table without rows has its columns all the same; `COLUMNS` names them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

import pandas as pd

from core.errors import NotFound, UnreadableFile
from core.timing.analysis import Rated, analyse
from core.timing.analysis_chart import lap_chart
from core.timing.analysis_stints import drivers_of, stints_driven
from core.timing.detect import detect_streams
from core.timing.model import Board, Flag, Gap, Lap, Stop, TimedValue
from core.timing.recordings import read_recording, spoken
from core.timing.replay import replay
from core.timing.sources import SOURCES, protocol_of
from portal.frame_files import read_parquet

_TEXT, _WHOLE, _MOMENT = "string", "Int64", "datetime64[us, UTC]"
_CAR = {"source_id": _TEXT, "number": _TEXT}
_SECTORS = 4
_PATIENCE_S = 60.0

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "laps": {
        **_CAR, "lap": _WHOLE, "lap_ms": _WHOLE, "completed_at": _MOMENT, "kind": _TEXT, "driver": _TEXT,
        "position": _WHOLE, "flag": _TEXT, **{f"sector_{at}_ms": _WHOLE for at in range(1, _SECTORS + 1)},
        "provenance": _TEXT,
    },
    "stops": {
        **_CAR, "ordinal": _WHOLE, "in_at": _MOMENT, "out_at": _MOMENT, "duration_ms": _WHOLE, "lap": _WHOLE,
        "provenance": _TEXT,
    },
    "stints": {
        **_CAR, "ordinal": _WHOLE, "driver": _TEXT, "began_at": _MOMENT, "ended_at": _MOMENT, "duration_ms": _WHOLE,
        "first_lap": _WHOLE, "last_lap": _WHOLE, "laps": _WHOLE, "best_ms": _WHOLE, "median_ms": _WHOLE,
        "driven_ms": _WHOLE,
    },
    "drivers": {
        **_CAR, "driver": _TEXT, "clean_laps": _WHOLE, "pace_ms": _WHOLE, "behind_ms": _WHOLE, "spread_ms": _WHOLE,
        "margin_ms": _WHOLE, "best_ms": _WHOLE, "median_ms": _WHOLE, "confidence": _TEXT, "driven_ms": _WHOLE,
    },
    "positions": {**_CAR, "lap": _WHOLE, "completed_at": _MOMENT, "position": _WHOLE},
    "gaps": {**_CAR, "lap": _WHOLE, "completed_at": _MOMENT, "gap_ms": _WHOLE},
    "board": {
        "position": _WHOLE, **_CAR, "team": _TEXT, "driver": _TEXT, "category": _TEXT, "laps": _WHOLE,
        "last_ms": _WHOLE, "best_ms": _WHOLE, "gap_ms": _WHOLE, "gap_laps": _WHOLE, "interval_ms": _WHOLE,
        "interval_laps": _WHOLE, "pits": _WHOLE, "status": _TEXT, "crossed_at": _MOMENT,
    },
    "events": {"at": _MOMENT, "event": _TEXT, **_CAR, "text": _TEXT},
}  # fmt: skip
"""Table → column → type. Grows; nothing in it changes its meaning."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A feed session as values of core."""

    laps: Sequence[Lap]
    stops: Sequence[Stop]
    board: Board | None = None


def frame(table: str, timed: Timed) -> pd.DataFrame:
    """One table of a session.

    Raises:
        NotFound: there is no table of that name.
    """
    if table not in _ROWS:
        raise NotFound(f"There is no table “{table}”.", f"Tables: {', '.join(COLUMNS)}.")
    columns = COLUMNS[table]
    rows = pd.DataFrame.from_records(list(_ROWS[table](timed)), columns=list(columns))
    return rows.astype(dict(columns))


def frames(timed: Timed) -> dict[str, pd.DataFrame]:
    """All tables of a session."""
    return {table: frame(table, timed) for table in COLUMNS}


def frames_of_recording(path: str | Path, session: int | None = None) -> dict[str, pd.DataFrame]:
    """All tables of a feed session in a recording file.

    Args:
        path: the file.
        session: which one, counted from 0; by default the one with the most laps.

    Raises:
        UnreadableFile: nobody here can read the file.
        NotFound: it holds no such session.
    """
    return frames(timed_of_recording(Path(path), session))


def timed_of_recording(path: Path, session: int | None = None) -> Timed:
    recording = read_recording(path)
    protocol = protocol_of(detect_streams((one.stream, one.text) for one in recording).format)
    if protocol is None:
        raise UnreadableFile(f"The protocol of {path} is unknown.", f"Protocols we read: {', '.join(sorted(SOURCES))}.")
    found = replay(spoken(recording, protocol), SOURCES[protocol]()).sessions
    if not found or (session is not None and not 0 <= session < len(found)):
        raise NotFound(f"{path} holds {len(found)} sessions.", "Count them from 0, or leave the session out.")
    one = max(found, key=lambda each: len(each.laps)) if session is None else found[session]
    return Timed(one.laps, one.stops, one.board)


def frame_from_api(
    base_url: str, token: str, circuit: str, table: str, feed_session: str | None = None
) -> pd.DataFrame:
    """One table of a circuit of a running Paddock.

    Args:
        base_url: where Paddock is, such as `https://paddock.example`.
        token: a personal access token of a role that may export (You › Account).
        circuit: its short name.
        table: one of `COLUMNS`.
        feed_session: its id; by default the newest.
    """
    if not base_url.startswith(("http://", "https://")):
        raise NotFound(f"“{base_url}” is not a web address.", "Give one like https://paddock.example.")
    query = f"?feed_session={quote(feed_session)}" if feed_session else ""
    url = f"{base_url.rstrip('/')}/api/v1/circuits/{quote(circuit)}/frames/{quote(table)}.parquet{query}"
    asked = Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - http and https only, see above
    with urlopen(asked, timeout=_PATIENCE_S) as answer:  # noqa: S310 - http and https only, see above
        return read_parquet(BytesIO(answer.read()))


Rows = Iterable[tuple[object, ...]]


def _laps(timed: Timed) -> Rows:
    for lap in timed.laps:
        sectors = (*lap.sectors_ms, *[None] * _SECTORS)[:_SECTORS]
        flag = None if lap.flag is None else lap.flag.value
        yield (lap.source_id, lap.number, lap.lap, lap.lap_ms, lap.at, lap.kind.value, lap.driver, lap.position, flag,
               *sectors, lap.provenance.value)  # fmt: skip


def _stops(timed: Timed) -> Rows:
    numbers, counted = _numbers(timed), dict[str, int]()
    for stop in timed.stops:
        counted[stop.source_id] = ordinal = counted.get(stop.source_id, 0) + 1
        yield (stop.source_id, numbers.get(stop.source_id), ordinal, stop.in_at, stop.out_at, stop.duration_ms,
               stop.lap, stop.provenance.value)  # fmt: skip


def _stints(timed: Timed) -> Rows:
    for one in stints_driven(timed.laps, timed.stops):
        duration_ms = round((one.ended_at - one.began_at).total_seconds() * 1000)
        yield (one.source_id, one.number, one.ordinal, one.driver, one.began_at, one.ended_at, duration_ms,
               one.first_lap, one.last_lap, one.laps, one.best_ms, one.median_ms, one.driven_ms)  # fmt: skip


def _drivers(timed: Timed) -> Rows:
    """Drivers where the feed names them, else the teams."""
    found = analyse(timed.laps, timed.stops)
    stints = stints_driven(timed.laps, timed.stops)
    driven = {(one.source_id, one.driver): one.driven_ms for one in drivers_of(stints)}
    return (
        (*_rated(one), driven.get((one.source_id, one.driver)) if one.driver else None)
        for one in found.drivers or found.teams
    )


def _rated(one: Rated) -> tuple[object, ...]:
    pace = one.pace
    return (one.source_id, one.number, one.driver, pace.laps, pace.pace_ms, one.behind_ms, pace.spread_ms,
            pace.margin_ms, pace.best_ms, pace.median_ms, pace.confidence.value)  # fmt: skip


def _positions(timed: Timed) -> Rows:
    for lap, position, _ in lap_chart(timed.laps):
        yield lap.source_id, lap.number, lap.lap, lap.at, position


def _gaps(timed: Timed) -> Rows:
    for lap, _, gap_ms in lap_chart(timed.laps):
        yield lap.source_id, lap.number, lap.lap, lap.at, gap_ms


def _board(timed: Timed) -> Rows:
    for car in timed.board.cars if timed.board else ():
        yield (car.position, car.source_id, car.number, car.team, car.driver, car.category, car.laps, _ms(car.last),
               _ms(car.best), *_distance(car.gap), *_distance(car.interval), car.pits, car.status.value,
               car.crossed_at)  # fmt: skip


def _events(timed: Timed) -> Rows:
    """Flags, ways in and out of the pits, and changes of drivers, in their order."""
    numbers = _numbers(timed)
    stops = [(at, name, stop.source_id, numbers.get(stop.source_id), None) for stop in timed.stops
             for name, at in (("pit_in", stop.in_at), ("pit_out", stop.out_at)) if at is not None]  # fmt: skip
    return sorted([*_flags(timed.laps), *stops, *_swaps(timed.laps)], key=lambda row: (row[0], row[1], row[2] or ""))


_Event = tuple[pd.Timestamp, str, str | None, str | None, str | None]


def _flags(laps: Sequence[Lap]) -> Iterable[_Event]:
    shown: Flag | None = None
    for lap in laps:
        if lap.flag is not None and lap.flag is not shown:
            shown = lap.flag
            yield pd.Timestamp(lap.at), "flag", None, None, shown.value


def _swaps(laps: Sequence[Lap]) -> Iterable[_Event]:
    seats: dict[str, str] = {}
    for lap in laps:
        if lap.driver and seats.get(lap.source_id, lap.driver) != lap.driver:
            yield pd.Timestamp(lap.at), "driver", lap.source_id, lap.number, lap.driver
        if lap.driver:
            seats[lap.source_id] = lap.driver


_ROWS: Mapping[str, Callable[[Timed], Rows]] = {
    "laps": _laps,
    "stops": _stops,
    "stints": _stints,
    "drivers": _drivers,
    "positions": _positions,
    "gaps": _gaps,
    "board": _board,
    "events": _events,
}


def _numbers(timed: Timed) -> dict[str, str]:
    shown = {car.source_id: car.number for car in (timed.board.cars if timed.board else ())}
    return {lap.source_id: lap.number for lap in timed.laps} | shown


def _ms(time: TimedValue | None) -> int | None:
    return time.ms if time else None


def _distance(gap: Gap | None) -> tuple[int | None, int | None]:
    return (gap.ms, gap.laps) if gap else (None, None)
