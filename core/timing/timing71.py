"""Timing71's recordings ("DVR"): a zip with `manifest.json` and a file a state, named by its second.

`NNNNNNNNNNN.json` is a whole state, every tenth one; `NNNNNNNNNNNi.json` the difference to the state before: a list of
changes for cars and session (`["change", path, [old, new]]`, `["add" | "remove", path, [[key, value], …]]`, as the
Python package dictdiffer writes them) and the messages that are new. A state has `cars` (rows of cells in the order of
the manifest's `colSpec`), `session` and `messages` (newest first). Facts from the public recorder of timing71.org.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, TypeAlias
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from core.errors import UnreadableFile
from core.timing.about import About
from core.timing.model import Board, Car, CarStatus, Clock, ClockKind, Flag, Gap, Rank, TimedValue

Json: TypeAlias = "str | int | float | bool | None | list[Json] | dict[str, Json]"
State: TypeAlias = dict[str, Json]
Change: TypeAlias = list[Json]

EVERY = 10
"""States from one whole state to the next."""
_NAME = re.compile(r"(\d{5,13})(i?)\.json")
_LARGEST_STATE, _MOST_STATES = 8 << 20, 500_000

STATES: dict[CarStatus, str] = {
    CarStatus.RUNNING: "RUN",
    CarStatus.IN_PIT: "PIT",
    CarStatus.STOPPED: "STOP",
    CarStatus.FINISHED: "FIN",
}
RANKS: dict[Rank, str] = {Rank.OVERALL: "sb", Rank.PERSONAL: "pb", Rank.NORMAL: ""}
FLAGS: dict[Flag, str] = {Flag.GREEN: "green", Flag.YELLOW: "yellow", Flag.RED: "red", Flag.CHEQUERED: "chequered"}

COLUMNS: tuple[tuple[str, str, Callable[[Car], Json]], ...] = (
    ("Num", "text", lambda car: car.number),
    ("State", "text", lambda car: STATES[car.status]),
    ("Class", "class", lambda car: car.category or ""),
    ("Team", "text", lambda car: car.team or ""),
    ("Driver", "text", lambda car: car.driver or ""),
    ("Laps", "numeric", lambda car: "" if car.laps is None else car.laps),
    ("Gap", "delta", lambda car: _gap(car.gap)),
    ("Int", "delta", lambda car: _gap(car.interval)),
    ("Last", "time", lambda car: _time(car.last)),
    ("Best", "time", lambda car: _time(car.best)),
    ("Pits", "numeric", lambda car: "" if car.pits is None else car.pits),
)
"""Title, type and cell of what we write."""


def write_zip(boards: Iterable[tuple[datetime, Board]], about: About, out: BinaryIO) -> None:
    """Write boards as a recording, at most one a second."""
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        before: State | None = None
        last_s, count = -1, 0
        for at, board in boards:
            second = int(at.timestamp())
            if second <= last_s:
                continue
            state = state_of(board)
            whole = before is None or count % EVERY == 0
            name = f"{second:011d}{'' if whole else 'i'}.json"
            archive.writestr(name, json.dumps(state if whole else difference(before or {}, state)))
            before, last_s, count = state, second, count + 1
        archive.writestr("manifest.json", json.dumps(_manifest(about)))


def state_of(board: Board) -> State:
    """A board as a state: cars by position, those without one last."""
    session: State = {"flagState": FLAGS[board.flag] if board.flag else "none", **_clock(board.clock)}
    return {
        "cars": [[cell(car) for _, _, cell in COLUMNS] for car in by_position(board)],
        "session": session,
        "messages": [],
    }


def by_position(board: Board) -> list[Car]:
    return sorted(board.cars, key=lambda car: math.inf if car.position is None else car.position)


def difference(before: State, after: State) -> State:
    """What turns one state into another; messages are those that are new."""
    return {
        "cars": list(_changes(before.get("cars"), after.get("cars"), [])),
        "session": list(_changes(before.get("session"), after.get("session"), [])),
        "messages": [],
    }


def patched(state: State, change: Mapping[str, Json]) -> State:
    """The state after a difference. What does not fit is left out: a damaged file must not stop the rest."""
    cars, session = json.loads(json.dumps([state.get("cars", []), state.get("session", {})]))
    root: dict[str, Json] = {"cars": cars, "session": session}
    for part in ("cars", "session"):
        told = change.get(part)
        for one in told if isinstance(told, list) else ():
            _apply(root, part, one)
    return {**root, "messages": state.get("messages", [])}


def read_zip(path: Path) -> Iterator[tuple[datetime, str]]:
    """The states and differences in their order, as JSON; the first carries the manifest.

    Raises:
        UnreadableFile: it is no such archive, or holds more than any recording does.
    """
    try:
        with ZipFile(path) as archive:
            manifest = json.loads(_content(archive, archive.getinfo("manifest.json")))
            named = sorted((int(found[1]), found[2], info) for info in archive.infolist()[:_MOST_STATES]
                           if (found := _NAME.fullmatch(info.filename)))  # fmt: skip
            for place, (number, _, info) in enumerate(named):
                text = _content(archive, info)
                yield _instant(number), text if place else _with_manifest(text, manifest)
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise UnreadableFile(f"{path.name} is not a recording of Timing71.", "Take it as it was saved.") from error


def _content(archive: ZipFile, info: ZipInfo) -> str:
    if info.file_size > _LARGEST_STATE:
        raise BadZipFile(f"{info.filename} unpacks to {info.file_size} bytes")
    return archive.read(info).decode("utf-8", "replace")


def _instant(number: int) -> datetime:
    """Seconds since 1970; newer recorders write milliseconds."""
    return datetime.fromtimestamp(number / 1000 if number > 10**11 else number, UTC)


def _with_manifest(text: str, manifest: Json) -> str:
    state = json.loads(text)
    return json.dumps({**state, "manifest": manifest} if isinstance(state, dict) else state)


def _manifest(about: About) -> State:
    return {
        "version": 1,
        "name": about.name,
        "description": about.protocol,
        "startTime": int(about.started_at.timestamp()),
        "colSpec": [[title, kind] for title, kind, _ in COLUMNS],
        "trackDataSpec": [],
    }


def _clock(clock: Clock | None) -> State:
    if clock is None or clock.ms is None:
        return {}
    return {"timeRemain" if clock.kind is ClockKind.COUNTDOWN else "timeElapsed": clock.ms / 1000}


def _time(value: TimedValue | None) -> Json:
    return ["", ""] if value is None else [value.ms / 1000, RANKS[value.rank]]


def _gap(gap: Gap | None) -> Json:
    if gap is None:
        return ""
    if gap.laps:
        return f"{gap.laps} lap{'s' if gap.laps > 1 else ''}"
    return "" if gap.ms is None else gap.ms / 1000


def _changes(before: Json, after: Json, path: list[Json]) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        pairs: Iterable[tuple[Json, Json, Json]] = (
            (key, before[key], after[key]) for key in before.keys() & after.keys()
        )
        fresh: list[Json] = [[key, after[key]] for key in after.keys() - before.keys()]
        gone: list[Json] = [[key, before[key]] for key in before.keys() - after.keys()]
    elif isinstance(before, list) and isinstance(after, list):
        pairs = ((place, *pair) for place, pair in enumerate(zip(before, after, strict=False)))
        fresh = [[place, after[place]] for place in range(len(before), len(after))]
        gone = [[place, before[place]] for place in reversed(range(len(after), len(before)))]
    else:
        if before != after:
            yield ["change", list(path), [before, after]]
        return
    for key, old, new in pairs:
        yield from _changes(old, new, [*path, key])
    if fresh:
        yield ["add", list(path), fresh]
    if gone:
        yield ["remove", list(path), gone]


def _apply(root: dict[str, Json], part: str, change: Json) -> None:
    match change:
        case ["change", path, [_, new]] if keys := _keys(path):
            _put(_at(root, [part, *keys[:-1]]), keys[-1], new)
        case ["add", path, [*pairs]]:
            for key, value in _pairs(pairs):
                _put(_at(root, [part, *_keys(path)]), key, value, insert=True)
        case ["remove", path, [*pairs]]:
            for key, _ in _pairs(pairs):
                _drop(_at(root, [part, *_keys(path)]), key)


def _keys(path: Json) -> list[Json]:
    """A path is a list, or text with dots."""
    if isinstance(path, list):
        return path
    return [part for part in str(path).split(".") if part] if path not in {None, ""} else []


def _pairs(pairs: Iterable[Json]) -> Iterator[tuple[Json, Json]]:
    for pair in pairs:
        if isinstance(pair, list) and len(pair) == 2:
            yield pair[0], pair[1]


def _at(value: Json, keys: Iterable[Json]) -> Json:
    for key in keys:
        if isinstance(value, dict):
            value = value.get(str(key))
        elif isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value):
            value = value[key]
        else:
            return None
    return value


def _put(holder: Json, key: Json, value: Json, *, insert: bool = False) -> None:
    if isinstance(holder, dict):
        holder[str(key)] = value
    elif isinstance(holder, list) and isinstance(key, int):
        if insert or key == len(holder):
            holder.insert(key, value)
        elif 0 <= key < len(holder):
            holder[key] = value


def _drop(holder: Json, key: Json) -> None:
    if isinstance(holder, dict):
        holder.pop(str(key), None)
    elif isinstance(holder, list) and isinstance(key, int) and 0 <= key < len(holder):
        del holder[key]
