"""What a live screen shows, as plain JSON values, and the difference between two of them.

`view` joins the board with the standings and the race session; `snapshot` and `delta` are the two messages of the live
socket. A time is `[ms, rank]`, a distance `[ms, laps]`, an instant is ISO text in UTC. In a delta a field that is no
longer known is null; a row or a field that did not change is absent. Everything here is pure.

View: title, track, kind (race, best_time, none), flag (green, yellow, red, chequered), clock {kind, ms, text, at},
banner, comments [[clock, flag, number, text]] newest first, at (when data came last: their age), columns (names of
row fields worth a column, in order), stale_after_s, lost_after_s, source (running, lost, stopped), source_cause,
session {id, name, number, phase}, unread, junk, server_now, order [source_id], rows {source_id: row}.

Row: position, number, plate (#RRGGBB), team, driver, category, laps, last, best, s1, s2, s3, gap, interval, behind
(ms to the leader as at the last passing, also when lapped), behind_next (the same to the car in front, where the
interval is in laps), pits, status (running, in_pit, stopped, finished), in_pit_since, penalties [text], added_ms. Rank
of a time: normal, personal, overall.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

from core.sessions.model import Entry
from core.timing.model import Board, Car, Clock, Gap, SourceStatus, TimedValue
from core.timing.standings import Standing

Json: TypeAlias = "str | int | float | bool | None | list[Json] | dict[str, Json]"
Fields: TypeAlias = Mapping[str, Json]

ALWAYS = ("position", "number", "team", "status")
SECTORS = ("s1", "s2", "s3")
BROUGHT = ("category", "penalties")
NO_ENTRIES: Mapping[str, Entry] = MappingProxyType({})
COMMENTS = 12
"""So many lines of the venue's own race-control list go along, newest first."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How old data may be before a screen calls them late, and lost; it differs by source."""

    stale_after_s: float = 10
    """Since the last data."""
    lost_after_s: float = 130
    """Since the last sign of life, keep-alives included."""


PATIENCE = {"rmonitor": Patience(3, 5), "sms_timing": Patience(10, 45)}
"""By protocol, where it is not Apex's, which keeps alive once a minute: RMonitor speaks every second."""


def patience_of(protocol: str) -> Patience:
    return PATIENCE.get(protocol, Patience())


@dataclass(frozen=True, slots=True)
class SessionLabel:
    """The race session that the screen follows."""

    id: str
    name: str
    number: int
    phase: str | None


@dataclass(frozen=True, slots=True)
class View:
    """One whole picture: `top` without rows, `order` of source ids, `rows` by source id (unknown fields absent)."""

    top: Fields
    order: tuple[str, ...]
    rows: Mapping[str, Fields]


@dataclass(frozen=True, slots=True)
class Delta:
    """What turns one view into another; `order` is None where it stays."""

    top: Fields
    rows: Mapping[str, Fields]
    order: tuple[str, ...] | None
    gone: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not (self.top or self.rows or self.gone) and self.order is None


def view(
    board: Board,
    standings: Sequence[Standing],
    session: SessionLabel | None,
    patience: Patience,
    entries: Mapping[str, Entry] = NO_ENTRIES,
) -> View:
    """The picture of a circuit: rows in the order of the standings, columns that the feed has or the entries bring.

    Args:
        board: what the feed says.
        standings: its cars in the order that counts.
        session: the race session that the screen follows.
        patience: when data are late, and lost.
        entries: of that session, by number.
    """
    ahead = [None, *standings]
    rows = {
        standing.car.source_id: row(standing, entries.get(standing.car.number), before)
        for standing, before in zip(standings, ahead, strict=False)
    }
    return View(_top(board, session, patience, rows.values()), tuple(rows), rows)


def row(standing: Standing, entry: Entry | None = None, ahead: Standing | None = None) -> Fields:
    """One car's fields; what is not known is left out. What officials entered outranks what the feed calls it.

    Args:
        standing: of the car.
        entry: of the race session.
        ahead: the car in front of it.
    """
    car, entered = standing.car, entry or Entry(standing.car.number)
    fields: dict[str, Json] = {
        "position": standing.position,
        "number": car.number,
        "plate": car.plate_colour,
        "team": entered.team or car.team,
        "driver": car.driver or " / ".join(entered.drivers) or None,
        "category": entered.category or car.category,
        "laps": car.laps,
        "last": _time(car.last),
        "best": _time(car.best),
        "gap": _gap(standing.gap),
        "interval": _gap(standing.interval),
        "behind": standing.behind_ms,
        "behind_next": _behind_next(standing, ahead),
        "pits": car.pits,
        "status": car.status.value,
        "in_pit_since": _instant(car.in_pit_since),
        "penalties": list(standing.marks) or None,
        "added_ms": standing.added_ms or None,
        **_sectors(car),
    }
    return {name: value for name, value in fields.items() if value is not None}


def delta(before: View, after: View) -> Delta:
    """The least that a screen showing `before` must be told to show `after`."""
    changed = {
        source_id: _difference(before.rows.get(source_id, {}), fields) for source_id, fields in after.rows.items()
    }
    return Delta(
        top=_difference(before.top, after.top),
        rows={source_id: fields for source_id, fields in changed.items() if fields or source_id not in before.rows},
        order=None if before.order == after.order else after.order,
        gone=tuple(source_id for source_id in before.rows if source_id not in after.rows),
    )


def snapshot_message(seq: int, picture: View, now: datetime) -> dict[str, Json]:
    whole: dict[str, Json] = {**picture.top, "server_now": _instant(now), "order": list(picture.order)}
    whole["rows"] = {source_id: dict(fields) for source_id, fields in picture.rows.items()}
    return {"type": "snapshot", "seq": seq, "view": whole}


def delta_message(seq: int, change: Delta) -> dict[str, Json]:
    message: dict[str, Json] = {"type": "delta", "seq": seq, "set": dict(change.top)}
    message["rows"] = {source_id: dict(fields) for source_id, fields in change.rows.items()}
    if change.order is not None:
        message["order"] = list(change.order)
    if change.gone:
        message["gone"] = list(change.gone)
    return message


def resumed_message(stream: str, seq: int, now: datetime) -> dict[str, Json]:
    return {"type": "resumed", "stream": stream, "seq": seq, "server_now": _instant(now)}


def beat_message(now: datetime) -> dict[str, Json]:
    return {"type": "beat", "server_now": _instant(now)}


def _top(board: Board, session: SessionLabel | None, patience: Patience, rows: Collection[Fields]) -> Fields:
    known = {name for fields in rows for name in fields}
    return {
        "title": board.title,
        "track": board.track,
        "kind": board.kind.value,
        "flag": None if board.flag is None else board.flag.value,
        "clock": _clock(board.clock),
        "banner": board.banner,
        "comments": [[line.clock, line.flag, line.number, line.text] for line in board.comments[:COMMENTS]],
        "at": _instant(board.at),
        "alive_at": None if board.alive_at == board.at else _instant(board.alive_at),
        "columns": _columns(board, known | ({"penalties"} if session else set())),
        "stale_after_s": patience.stale_after_s,
        "lost_after_s": patience.lost_after_s,
        "source": (board.source.status if board.source else SourceStatus.RUNNING).value,
        "source_cause": board.source.cause if board.source else None,
        "session": _session(session),
        "unread": board.unread,
        "junk": board.junk,
    }


def _columns(board: Board, known: Collection[str]) -> list[Json]:
    """Names of the row fields worth a column: always known, of the feed, or brought by entries and penalties.

    A feed with room for three sectors may fill only two: those without any time have no column.
    """
    names = dict.fromkeys((*ALWAYS, *(name for name in board.columns if name != "sectors")))
    return [*names, *(name for name in (*SECTORS, *BROUGHT) if name in known and name not in names)]


def _sectors(car: Car) -> dict[str, Json]:
    return {name: _time(value) for name, value in zip(SECTORS, car.sectors, strict=False)}


def _session(session: SessionLabel | None) -> Json:
    if session is None:
        return None
    return {"id": session.id, "name": session.name, "number": session.number, "phase": session.phase}


def _clock(clock: Clock | None) -> Json:
    return (
        None
        if clock is None
        else {"kind": clock.kind.value, "ms": clock.ms, "text": clock.text, "at": _instant(clock.at)}
    )


def _time(value: TimedValue | None) -> Json:
    return None if value is None else [value.ms, value.rank.value]


def _gap(gap: Gap | None) -> Json:
    return None if gap is None or (gap.ms is None and gap.laps is None) else [gap.ms, gap.laps]


def _behind_next(standing: Standing, ahead: Standing | None) -> int | None:
    """None also when the car in front has passed the line later: then the two times are not of one moment."""
    if ahead is None or standing.interval is None or not standing.interval.laps:
        return None
    if standing.behind_ms is None or ahead.behind_ms is None or ahead.behind_ms > standing.behind_ms:
        return None
    return standing.behind_ms - ahead.behind_ms


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _difference(before: Fields, after: Fields) -> dict[str, Json]:
    changed = {name: value for name, value in after.items() if name not in before or before[name] != value}
    return changed | dict.fromkeys(name for name in before if name not in after)
