"""The one door to recordings: what there is of a circuit, named moments, and files that are brought in.

A circuit's own journal is one recording that goes on for ever; the list shows it in pieces, cut where nothing was
recorded for a quarter of an hour. A file that is brought in belongs to a circuit and is played without a worker. The
same file twice is one recording; files that overlap in time are shown and played as one.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID

from core.errors import BadInput, Conflict, NotFound, UnreadableFile
from core.timing.desk import KeptSession
from core.timing.recordings import read_recording
from core.timing.sources import recognise

_LONGEST_NAME = 80
_LONGEST_DAYS = 36_500
_SESSIONS = 1000
"""So many of the newest feed sessions are named in the list."""


class Origin(StrEnum):
    JOURNAL = "journal"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Imported:
    """A file that was brought in."""

    id: UUID
    circuit_id: UUID
    sha256: str
    name: str
    container: str
    protocol: str
    frames: int
    started_at: datetime
    ended_at: datetime
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What is known of a file before it has a row."""

    circuit_id: UUID
    sha256: str
    name: str
    container: str
    protocol: str
    frames: int
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Piece:
    """A time in which a circuit's journal has no hole worth a name."""

    started_at: datetime
    ended_at: datetime
    frames: int


@dataclass(frozen=True, slots=True)
class Kept:
    """One recording of the list. `id` is the circuit's for its journal, that of the first file for an import."""

    id: UUID
    circuit_id: UUID
    origin: Origin
    name: str
    started_at: datetime
    ended_at: datetime
    frames: int | None
    """None where files overlap: what is in both counts once."""
    parts: tuple[Imported, ...] = ()
    """Of an import: the files it is made of, in the order of their beginnings."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A moment with a name; with `until`, a piece that retention must leave alone."""

    id: UUID
    circuit_id: UUID
    recording_id: UUID | None
    """None in the circuit's own journal."""
    name: str
    at: datetime
    until: datetime | None = None


class RecordingStore(Protocol):
    """Rows; each change writes its audit row in the same transaction."""

    def pieces(self, circuit_id: UUID) -> tuple[Piece, ...]:
        """Of the journal, as far as it is sealed; oldest first."""

    def imports(self, circuit_id: UUID) -> tuple[Imported, ...]:
        """In the order of their beginnings."""

    def imported(self, recording_id: UUID) -> Imported | None: ...
    def add(self, plan: ImportPlan, by: UUID | None, now: datetime) -> Imported | None:
        """None when the circuit has this file already."""

    def remove(self, recording_ids: Collection[UUID], by: UUID | None, now: datetime) -> tuple[str, ...] | None:
        """The blobs that nothing names any more; None, and nothing is done, where one of them is bookmarked."""

    def bookmarks(self, circuit_id: UUID) -> tuple[Bookmark, ...]: ...
    def put_bookmark(self, wanted: Bookmark, by: UUID | None, now: datetime) -> Bookmark: ...
    def remove_bookmark(self, bookmark_id: UUID, by: UUID | None, now: datetime) -> bool: ...
    def feed_sessions(self, circuit_id: UUID, limit: int) -> tuple[KeptSession, ...]: ...


class Files(Protocol):
    """Where the files lie, by their content."""

    def put(self, content: bytes | BinaryIO) -> str: ...
    def path(self, sha256: str) -> Path: ...
    def remove(self, sha256: str) -> None: ...


class Shelf(Protocol):
    """What this machine has beside the blobs."""

    def tail(self, circuit_id: UUID) -> Piece | None:
        """Of a circuit's journal, behind its sealed segments."""

    def forget(self, kept: Kept) -> None:
        """Let go of what was derived from an import."""


class Retention(Protocol):
    """How many days raw frames are kept; None = for ever."""

    def days(self) -> int | None: ...
    def set_days(self, days: int | None, by: UUID | None, now: datetime) -> None: ...


class RecordingsDesk:
    """Questions and verbs about recordings; shared between threads.

    Args:
        store: the rows.
        files: the blobs.
        shelf: what is opened of them on this machine.
        retention: how long journals are kept.
        new_id: a key for a row made now.
    """

    def __init__(
        self,
        store: RecordingStore,
        files: Files,
        shelf: Shelf,
        retention: Retention,
        new_id: Callable[[datetime], UUID],
    ) -> None:
        self._store = store
        self._files = files
        self._shelf = shelf
        self._retention = retention
        self._new_id = new_id

    def all(self, circuit_id: UUID) -> tuple[Kept, ...]:
        """Everything there is of a circuit, newest first."""
        tail = self._shelf.tail(circuit_id)
        pieces = joined([*self._store.pieces(circuit_id), *([tail] if tail else [])])
        own = [_journal(circuit_id, piece) for piece in pieces]
        brought = grouped(self._store.imports(circuit_id))
        return tuple(sorted((*own, *brought), key=lambda one: one.started_at, reverse=True))

    def find(self, recording_id: UUID) -> Kept | None:
        """The import that a file belongs to; None where the id is of no file, as that of a circuit's journal is."""
        one = self._store.imported(recording_id)
        if one is None:
            return None
        groups = grouped(self._store.imports(one.circuit_id))
        return next(group for group in groups if any(part.id == one.id for part in group.parts))

    def with_sessions(self, circuit_id: UUID) -> tuple[tuple[Kept, tuple[KeptSession, ...]], ...]:
        """Everything there is, with what the feed called a session in that time; nothing is stored of imports."""
        known = self._store.feed_sessions(circuit_id, _SESSIONS)[::-1]
        return tuple((kept, _within(kept, known)) for kept in self.all(circuit_id))

    def bring_in(
        self, circuit_id: UUID, content: BinaryIO, name: str, *, by: UUID | None, now: datetime
    ) -> tuple[Imported, bool]:
        """Keep a file as a recording of a circuit; with whether it is new to it.

        Raises:
            UnreadableFile: it is not a recording, or speaks no protocol we know.
        """
        plan = self._looked_into(circuit_id, self._files.put(content), name)
        fresh = self._store.add(plan, by, now)
        if fresh is not None:
            return fresh, True
        known = self._store.imports(circuit_id)
        return next(one for one in known if one.sha256 == plan.sha256), False

    def remove_import(self, recording_id: UUID, *, by: UUID | None, now: datetime) -> None:
        """Delete what was brought in: every file of the recording, and what was copied of them.

        Raises:
            NotFound: there is no such import; a circuit's own journal goes by its age alone.
            Conflict: somebody bookmarked it.
        """
        kept = self.find(recording_id)
        if kept is None:
            raise NotFound("There is no such import.", "Load the page again: somebody may have removed it.")
        blobs = self._store.remove([part.id for part in kept.parts], by, now)
        if blobs is None:
            raise Conflict(f"“{kept.name}” has bookmarks.", "Remove its bookmarks first.")
        for sha256 in blobs:
            self._files.remove(sha256)
        self._shelf.forget(kept)

    def kept_days(self) -> int | None:
        """How many days the frames of journals are kept; None = for ever."""
        return self._retention.days()

    def keep_for(self, days: int | None, *, by: UUID | None, now: datetime) -> None:
        """From now on keep the frames of journals so long; pieces that somebody wants kept stay."""
        if days is not None and not 1 <= days <= _LONGEST_DAYS:
            raise BadInput("Frames cannot be kept so long.", f"Give 1 to {_LONGEST_DAYS} days, or nothing: for ever.")
        self._retention.set_days(days, by, now)

    def bookmarks(self, circuit_id: UUID, recording_id: UUID | None) -> tuple[Bookmark, ...]:
        return tuple(one for one in self._store.bookmarks(circuit_id) if one.recording_id == recording_id)

    def bookmark(self, wanted: "Wanted", *, by: UUID | None, now: datetime) -> Bookmark:
        """Name a moment, or a piece to be kept."""
        name = wanted.name.strip()
        if not 1 <= len(name) <= _LONGEST_NAME:
            raise BadInput("A bookmark needs a name.", f"Type 1 to {_LONGEST_NAME} characters.")
        if wanted.until is not None and wanted.until <= wanted.at:
            raise BadInput("What is kept must end after it begins.", "Give a later end.")
        one = Bookmark(self._new_id(now), wanted.circuit_id, wanted.recording_id, name, wanted.at, wanted.until)
        return self._store.put_bookmark(one, by, now)

    def forget_bookmark(self, bookmark_id: UUID, *, by: UUID | None, now: datetime) -> None:
        if not self._store.remove_bookmark(bookmark_id, by, now):
            raise NotFound("There is no such bookmark.", "Load the page again: somebody may have removed it.")

    def _looked_into(self, circuit_id: UUID, sha256: str, name: str) -> ImportPlan:
        recording = read_recording(self._files.path(sha256))
        frames, first, last = 0, None, None
        for frame in recording:
            frames, first, last = frames + 1, first or frame.at, frame.at
        protocol = recognise(frame.text for frame in recording)
        if first is None or last is None:
            raise UnreadableFile(f"{name} holds no frame.", "Choose a recording in which something was received.")
        if protocol is None:
            raise UnreadableFile(
                f"{name} is a recording ({recording.container}), but its protocol is unknown.",
                "Check that it is a feed of a timing system that Paddock reads.",
            )
        shown = name.strip()[:_LONGEST_NAME] or sha256[:12]
        return ImportPlan(circuit_id, sha256, shown, recording.container, protocol, frames, first, max(first, last))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A bookmark as it is asked for."""

    circuit_id: UUID
    recording_id: UUID | None
    name: str
    at: datetime
    until: datetime | None = None


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces with those that follow within a quarter of an hour made one; in the order of time."""
    found: list[Piece] = []
    for piece in sorted(pieces, key=lambda one: one.started_at):
        last = found[-1] if found else None
        if last is not None and (piece.started_at - last.ended_at).total_seconds() < CUT_S:
            ended_at = max(last.ended_at, piece.ended_at)
            found[-1] = Piece(last.started_at, ended_at, last.frames + piece.frames)
        else:
            found.append(piece)
    return found


def grouped(imports: Sequence[Imported]) -> list[Kept]:
    """Files that overlap in time and speak the same protocol, as one recording each."""
    groups: list[list[Imported]] = []
    for one in sorted(imports, key=lambda one: (one.started_at, one.id)):
        for group in groups:
            if group[0].protocol == one.protocol and one.started_at <= max(part.ended_at for part in group):
                group.append(one)
                break
        else:
            groups.append([one])
    return [_import(group) for group in groups]


CUT_S = 900.0


def _within(kept: Kept, sessions: Sequence[KeptSession]) -> tuple[KeptSession, ...]:
    if kept.origin is Origin.IMPORT:
        return ()
    return tuple(one for one in sessions if kept.started_at <= one.started_at <= kept.ended_at)


def _journal(circuit_id: UUID, piece: Piece) -> Kept:
    return Kept(circuit_id, circuit_id, Origin.JOURNAL, "", piece.started_at, piece.ended_at, piece.frames)


def _import(parts: Sequence[Imported]) -> Kept:
    first = parts[0]
    ended_at = max(part.ended_at for part in parts)
    frames = first.frames if len(parts) == 1 else None
    return Kept(first.id, first.circuit_id, Origin.IMPORT, first.name, first.started_at, ended_at, frames, tuple(parts))
