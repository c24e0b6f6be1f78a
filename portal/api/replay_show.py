"""What one viewer of a recording is told: the live messages of the board at the playhead, and where the playhead is.

Everything here is called on a thread, one call at a time for each show. `server_now` is the playhead, so that clocks
and ages on the screen are those of the moment that is shown.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import AwareDatetime, Field, TypeAdapter

from core.errors import PortalError
from core.io.dvr import Dvr, Player, Playhead
from core.timing.marks import Mark
from core.timing.recordings_desk import Bookmark
from core.timing.standings import classify
from portal.api.live_channel import Context
from portal.live_view import NO_ENTRIES, Json, View, delta, delta_message, snapshot_message, view

CLOCK_S = 0.5
"""The playhead is told so often while nothing happens; screens count on by themselves."""
TIMELINE_S = 10.0


@dataclass(frozen=True, slots=True)
class Seek:
    at: AwareDatetime
    type: Literal["seek"] = "seek"


@dataclass(frozen=True, slots=True)
class Speed:
    speed: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    type: Literal["speed"] = "speed"


@dataclass(frozen=True, slots=True)
class Play:
    type: Literal["play"] = "play"


@dataclass(frozen=True, slots=True)
class Pause:
    type: Literal["pause"] = "pause"


@dataclass(frozen=True, slots=True)
class Step:
    back: bool = False
    type: Literal["step"] = "step"


@dataclass(frozen=True, slots=True)
class Live:
    delay_s: Annotated[float, Field(ge=0, le=86_400)] = 0.0
    type: Literal["live"] = "live"


Command: TypeAlias = Seek | Speed | Play | Pause | Step | Live
COMMAND: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Field(discriminator="type")])


@dataclass(frozen=True, slots=True)
class Programme:
    """What is shown: a journal, and what the database says about it."""

    dvr: Dvr
    now: Callable[[], datetime] | None
    """The clock of a source that is live; None for one that has ended."""
    context: Callable[[], tuple[Context, datetime | None]]
    """With when the race session was opened that it tells of."""
    bookmarks: Callable[[], Sequence[Bookmark]]


class Show:
    """One viewer's player. `messages` moves it on and says what is new.

    Raises:
        NotFound: nothing is recorded.
    """

    def __init__(self, programme: Programme, first: Sequence[Command] = ()) -> None:
        self._programme = programme
        self._player = Player(programme.dvr, programme.now)
        self._context, self._opened_at = programme.context()
        self._view: View | None = None
        self._seq = 0
        self._clock_at = self._timeline_at = float("-inf")
        self._timeline: dict[str, Json] = {}
        for command in first:
            self._do(command)

    def messages(self, commands: Sequence[Command]) -> list[dict[str, Json]]:
        """Obey, move on, and tell what changed."""
        for command in commands:
            self._do(command)
        moved = self._player.advance() or bool(commands)
        told = self._picture() if moved or self._view is None else []
        return [*told, *self._look_up(), *self._clock(hurry=bool(commands))]

    def _do(self, command: Command) -> None:
        player = self._player
        match command:
            case Seek():
                player.seek(command.at)
            case Speed():
                player.play(command.speed)
            case Play():
                player.play()
            case Pause():
                player.pause()
            case Step():
                player.step(back=command.back)
            case Live():
                player.live(command.delay_s)

    def _picture(self) -> list[dict[str, Json]]:
        head, before = self._player.playhead(), self._view
        self._view = self._seen(head)
        if before is None:
            return [snapshot_message(self._seq, self._view, head.at)]
        change = delta(before, self._view)
        if change.empty:
            return []
        self._seq += 1
        return [delta_message(self._seq, change)]

    def _seen(self, head: Playhead) -> View:
        """The board at the playhead, with the session that was open then and the penalties issued by then."""
        context, board = self._context, self._player.board()
        if self._opened_at is not None and head.at < self._opened_at:
            context = replace(context, session=None, entries=NO_ENTRIES)
        penalties = [one for one in context.penalties if one.issued is not None and one.issued.at <= head.at]
        seen = view(board, classify(board, penalties), context.session, context.patience, context.entries)
        return replace(seen, top={**seen.top, "replay": not (head.live and head.delay_s == 0)})

    def _look_up(self) -> list[dict[str, Json]]:
        """Every few seconds, the timeline if it has changed."""
        if time.monotonic() - self._timeline_at < TIMELINE_S:
            return []
        self._programme.dvr.extend()
        self._context, self._opened_at = self._programme.context()
        self._timeline_at = time.monotonic()
        timeline = _timeline(self._programme.dvr.marks(), self._programme.bookmarks())
        if timeline == self._timeline:
            return []
        self._timeline = timeline
        return [timeline]

    def _clock(self, *, hurry: bool) -> list[dict[str, Json]]:
        if not hurry and time.monotonic() - self._clock_at < CLOCK_S:
            return []
        self._clock_at = time.monotonic()
        return [clock_message(self._player.playhead(), has_live=self._programme.now is not None)]


def clock_message(head: Playhead, *, has_live: bool) -> dict[str, Json]:
    """Where the playhead is, and what it does."""
    at = head.at.isoformat()
    return {
        "type": "clock",
        "at": at,
        "from": head.begins_at.isoformat(),
        "to": head.ends_at.isoformat(),
        "speed": head.speed,
        "paused": head.paused,
        "live": head.live,
        "delay_s": head.delay_s,
        "has_live": has_live,
        "server_now": at,
    }


def refused_message(error: PortalError) -> dict[str, Json]:
    return {"type": "refused", "what": error.what, "remedy": error.remedy}


def _timeline(marks: Sequence[Mark], bookmarks: Sequence[Bookmark]) -> dict[str, Json]:
    """Marks as `[kind, at, until, text]`, bookmarks as `[id, name, at, until]`."""
    return {
        "type": "timeline",
        "marks": [[mark.kind.value, mark.at.isoformat(), _iso(mark.until), mark.text] for mark in marks],
        "bookmarks": [[str(one.id), one.name, one.at.isoformat(), _iso(one.until)] for one in bookmarks],
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
