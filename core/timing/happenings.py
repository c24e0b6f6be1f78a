"""What happens on a circuit, one thing at a time: laps, stops, flags, messages, sessions, holes.

A board shows a state, and a screen that is late may skip states; a happening is told to everybody, in order, once. The
accumulator is fed frame by frame with what the fold completed (`Harvest`), the board as it then is and the frame's
events; it finds the same happenings when the same frames are folded again, so that the key of a happening, a hash of
its content, tells a repetition. The bus gives the numbers. Times are those of the frames.

`body` of a happening, by kind (what is not known is null):

* `lap`: session, number, lap, lap_ms, lap_kind, driver, position, flag, sectors_ms, provenance
* `lap_corrected`: as `lap`: the lap of that number as it is known now; `at` is when it was completed
* `lap_withdrawn`: session, number, lap; officials took it back: the lap of that number completed before `at` is none
* `stop_in`: number, laps
* `stop_out`: session, lap, in_at, duration_ms, provenance; `at` is when the car went out
* `flag`: flag
* `message`: from (`banner` or `comment`), text; a comment also clock, flag, number
* `session`: ordinal, name, track, kind
* `hole`: since, until; laps may be missing between
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from core.timing import events as said
from core.timing.board import Harvest
from core.timing.model import Board, Car, FeedSession, Lap, Stop
from core.timing.withdrawn import Withdrawal

Fact: TypeAlias = "str | int | None | list[int | None]"

_KEY_BYTES = 12
_ONLY_TIMES: frozenset[type[tuple[object, ...]]] = frozenset({
    said.Heard, said.KeepAlive, said.Junk, said.Unread, said.Novelty, said.ClockShown, said.Positioned, said.LastLap,
    said.BestLap, said.SectorTime, said.SectorCrossed, said.GapShown, said.IntervalShown, said.TrackClock, said.Extra,
})  # fmt: skip
"""After these alone no board need be looked at: most frames are made of them, and a board costs more than a frame."""


class HappeningKind(StrEnum):
    LAP = "lap"
    LAP_CORRECTED = "lap_corrected"
    LAP_WITHDRAWN = "lap_withdrawn"
    STOP_IN = "stop_in"
    STOP_OUT = "stop_out"
    FLAG = "flag"
    MESSAGE = "message"
    SESSION = "session"
    HOLE = "hole"


@dataclass(frozen=True, slots=True)
class Happening:
    at: datetime
    kind: HappeningKind
    source_id: str | None
    """The car, where it is about one."""
    body: Mapping[str, Fact]

    def to_json(self) -> bytes:
        """Without its number: the same content is always the same bytes."""
        whole = {"at": self.at.isoformat(), "kind": self.kind, "source_id": self.source_id, "body": dict(self.body)}
        return json.dumps(whole, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class _State:
    """The part of a board whose changes happen."""

    session: tuple[int, str, str, str]
    flag: str | None
    banner: str
    comments: tuple[tuple[str, str, str | None, str], ...]
    in_pit: Mapping[str, datetime]


class Happenings:
    """Finds what happened between frames; plain state that can be pickled and goes on exactly like the original."""

    def __init__(self) -> None:
        self._known: _State | None = None

    def note(self, harvests: Sequence[Harvest], board: Board, events: Iterable[said.Event]) -> list[Happening]:
        """What one frame has brought about, in the order: holes, laps and stops, then what the board shows anew."""
        found = [_hole(event) for event in events if isinstance(event, said.LinkCut)]
        for harvest in harvests:
            found += (_lap(harvest.session, lap) for lap in harvest.laps)
            found += (_lap(harvest.session, lap, HappeningKind.LAP_CORRECTED) for lap in harvest.corrected)
            found += (_withdrawn(harvest.session, gone) for gone in harvest.withdrawn)
            found += (_stop_out(harvest.session, stop) for stop in harvest.stops if stop.out_at is not None)
        if board.at is None or not board.session:
            return found
        before, self._known = self._known, _state(board)
        return [*found, *_changes(before, self._known, board, board.at)]


def calls_for_a_look(harvests: Sequence[Harvest], events: Iterable[said.Event]) -> bool:
    """Whether these may have brought about something: only then a board need be made for `note`."""
    return bool(harvests) or not _ONLY_TIMES.issuperset(map(type, events))


def key_of(body: bytes) -> str:
    """Names the content of a happening."""
    return hashlib.blake2b(body, digest_size=_KEY_BYTES).hexdigest()


def _lap(session: FeedSession, lap: Lap, kind: HappeningKind = HappeningKind.LAP) -> Happening:
    body: dict[str, Fact] = {
        "session": session.ordinal,
        "number": lap.number,
        "lap": lap.lap,
        "lap_ms": lap.lap_ms,
        "lap_kind": lap.kind.value,
        "driver": lap.driver,
        "position": lap.position,
        "flag": None if lap.flag is None else lap.flag.value,
        "sectors_ms": list(lap.sectors_ms),
        "provenance": lap.provenance.value,
    }
    return Happening(lap.at, kind, lap.source_id, body)


def _withdrawn(session: FeedSession, gone: Withdrawal) -> Happening:
    body: dict[str, Fact] = {"session": session.ordinal, "number": gone.number, "lap": gone.lap}
    return Happening(gone.at, HappeningKind.LAP_WITHDRAWN, gone.source_id, body)


def _stop_out(session: FeedSession, stop: Stop) -> Happening:
    at = stop.out_at or session.opened_at
    body: dict[str, Fact] = {
        "session": session.ordinal,
        "lap": stop.lap,
        "in_at": None if stop.in_at is None else stop.in_at.isoformat(),
        "duration_ms": stop.duration_ms,
        "provenance": stop.provenance.value,
    }
    return Happening(at, HappeningKind.STOP_OUT, stop.source_id, body)


def _hole(cut: said.LinkCut) -> Happening:
    body: dict[str, Fact] = {"since": cut.since.isoformat(), "until": cut.until.isoformat()}
    return Happening(cut.until, HappeningKind.HOLE, None, body)


def _state(board: Board) -> _State:
    return _State(
        (board.session, board.title, board.track, board.kind.value),
        None if board.flag is None else board.flag.value,
        board.banner,
        tuple((line.clock, line.flag, line.number, line.text) for line in board.comments),
        {car.source_id: car.in_pit_since for car in board.cars if car.in_pit_since is not None},
    )


def _changes(before: _State | None, after: _State, board: Board, at: datetime) -> Iterator[Happening]:
    """The first look only tells which session is on: what stood there before nobody saw happen."""
    if before is None or before.session != after.session:
        ordinal, name, track, kind = after.session
        body: dict[str, Fact] = {"ordinal": ordinal, "name": name, "track": track, "kind": kind}
        yield Happening(at, HappeningKind.SESSION, None, body)
    if before is None:
        return
    if after.flag is not None and after.flag != before.flag:
        yield Happening(at, HappeningKind.FLAG, None, {"flag": after.flag})
    yield from _messages(before, after, at)
    yield from (_stop_in(car, since) for car in board.cars if (since := _went_in(car, before)) is not None)


def _messages(before: _State, after: _State, at: datetime) -> Iterator[Happening]:
    """A new banner, and the lines that a list of comments (newest first) has more than before, oldest first."""
    if after.banner and after.banner != before.banner:
        yield Happening(at, HappeningKind.MESSAGE, None, {"from": "banner", "text": after.banner})
    fresh = Counter(after.comments) - Counter(before.comments)
    for clock, flag, number, text in reversed(list(fresh.elements())):
        body: dict[str, Fact] = {"from": "comment", "text": text, "clock": clock, "flag": flag, "number": number}
        yield Happening(at, HappeningKind.MESSAGE, None, body)


def _went_in(car: Car, before: _State) -> datetime | None:
    """When the car went into the pit lane, if it was not there before."""
    return None if car.source_id in before.in_pit else car.in_pit_since


def _stop_in(car: Car, since: datetime) -> Happening:
    return Happening(since, HappeningKind.STOP_IN, car.source_id, {"number": car.number, "laps": car.laps})
