"""Recordings over the API: what there is of a circuit, named moments, files in and files out.

A circuit's own journal has the circuit's id, a file that was brought in its own. To watch one, use the socket
`/ws/circuits/{slug}/replay`.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, BinaryIO, TypeVar
from uuid import UUID

import anyio.to_thread
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, Field

from core.accounts.model import Identity, Right
from core.accounts.policy import demand
from core.errors import BadInput
from core.io.carrying import frames_of, laps_of
from core.io.opened import (
    LARGEST,
    Format,
    Opened,
    Range,
    bring_in_path,
    opened,
    span_of,
    told,
    too_large,
    write_timing71,
)
from core.timing.desk import KeptSession
from core.timing.recordings_desk import Bookmark, Imported, Kept, Origin, Wanted
from portal import parquet
from portal.api.needs import needs
from portal.running import now, runtime

router = APIRouter(tags=["recordings"])

Reader = Annotated[Identity, Depends(needs(Right.READ_TIMING))]
Carrier = Annotated[Identity, Depends(needs(Right.EXPORT))]
Operator = Annotated[Identity, Depends(needs(Right.OPERATE))]
Made = TypeVar("Made")
_PIECE = 1 << 18


class RecordingShown(BaseModel):
    """One of the list, with what the feed called a session in that time."""

    id: UUID
    origin: Origin
    name: str
    started_at: datetime
    ended_at: datetime
    frames: int | None
    files: int
    sessions: tuple[KeptSession, ...]


class BroughtIn(BaseModel):
    recording: Imported
    is_new: bool
    """False: the circuit had this very file already, and nothing was added."""


class BookmarkPlan(BaseModel):
    name: str
    at: AwareDatetime
    until: AwareDatetime | None = None
    """With an end it is a piece to be kept, which takes the right to operate."""
    recording_id: UUID | None = None


class RetentionPlan(BaseModel):
    """How long the raw frames of journals are kept; laps, stops, sessions and kept pieces stay."""

    days: Annotated[int, Field(ge=1, le=36_500)] | None
    """None = for ever."""


class Kind(StrEnum):
    """What `export` makes: frames or laps."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    PARQUET_FRAMES = "parquet-frames"
    TIMING71 = "timing71"
    """Boards, one a second at most."""


_MEDIA = {
    Kind.JSONL: ("frames.jsonl", "application/x-ndjson"),
    Kind.CSV: ("laps.csv", "text/csv; charset=utf-8"),
    Kind.PARQUET: ("laps.parquet", "application/vnd.apache.parquet"),
    Kind.PARQUET_FRAMES: ("frames.parquet", "application/vnd.apache.parquet"),
    Kind.TIMING71: ("timing71.zip", "application/zip"),
}


@router.get("/circuits/{slug}/recordings")
def list_recordings(_: Reader, slug: str) -> list[RecordingShown]:
    """Newest first; the circuit's own journal in pieces, files that overlap as one."""
    circuit = runtime().circuits.find(slug)
    return [_shown(kept, sessions) for kept, sessions in runtime().recordings.with_sessions(circuit.id)]


@router.post("/recordings", status_code=201)
async def import_recording(
    operator: Operator,
    request: Request,
    response: Response,
    circuit: str,
    name: Annotated[str, Query(max_length=200)] = "",
    path: str | None = None,
) -> BroughtIn:
    """Bring in a recording: the request's body as it is, or `path`, a file in the data folder."""
    made = (
        await _uploaded(request, partial(_bring_in, circuit, name or "upload", operator.account_id))
        if path is None
        else await anyio.to_thread.run_sync(partial(_bring_in_path, circuit, path, operator.account_id))
    )
    response.status_code = 201 if made[1] else 200
    return BroughtIn(recording=made[0], is_new=made[1])


@router.delete("/recordings/{recording_id}", status_code=204)
def remove_recording(operator: Operator, recording_id: UUID) -> None:
    """Delete what was brought in, every file of it; refused while it has bookmarks."""
    runtime().recordings.remove_import(recording_id, by=operator.account_id, now=now())


@router.get("/recordings/{recording_id}/export")
def export_recording(
    _: Carrier,
    recording_id: UUID,
    format: Kind = Kind.JSONL,  # noqa: A002 - the name in the address
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to")] = None,
) -> StreamingResponse:
    """Frames or laps of a recording, of all of it or of a range of time."""
    recording = opened(runtime(), recording_id)
    span = span_of(recording, since, until)
    name, media = _MEDIA[format]
    stamp = f"{recording.circuit.slug}-{span.since:%Y%m%d-%H%M}-{name}"
    return StreamingResponse(
        _pieces(recording, format, span),
        media_type=media,
        headers={"Content-Disposition": f'attachment; filename="{stamp}"'},
    )


@router.get("/circuits/{slug}/bookmarks")
def list_bookmarks(_: Reader, slug: str, recording_id: UUID | None = None) -> tuple[Bookmark, ...]:
    return runtime().recordings.bookmarks(runtime().circuits.find(slug).id, recording_id)


@router.post("/circuits/{slug}/bookmarks", status_code=201)
def set_bookmark(carrier: Carrier, slug: str, plan: BookmarkPlan) -> Bookmark:
    """Name a moment, or with `until` a piece that retention must leave alone."""
    if plan.until is not None:
        demand(carrier, Right.OPERATE)
    wanted = Wanted(runtime().circuits.find(slug).id, plan.recording_id, plan.name, plan.at, plan.until)
    return runtime().recordings.bookmark(wanted, by=carrier.account_id, now=now())


@router.delete("/bookmarks/{bookmark_id}", status_code=204)
def remove_bookmark(carrier: Carrier, bookmark_id: UUID) -> None:
    runtime().recordings.forget_bookmark(bookmark_id, by=carrier.account_id, now=now())


@router.get("/settings/recording-retention")
def read_retention(_: Operator) -> RetentionPlan:
    return RetentionPlan(days=runtime().recordings.kept_days())


@router.put("/settings/recording-retention")
def set_retention(operator: Operator, plan: RetentionPlan) -> RetentionPlan:
    """What is older goes with the next clean-up, and cannot be brought back."""
    runtime().recordings.keep_for(plan.days, by=operator.account_id, now=now())
    return plan


def _shown(kept: Kept, sessions: tuple[KeptSession, ...]) -> RecordingShown:
    files = max(1, len(kept.parts)) if kept.origin is Origin.IMPORT else 0
    known = {name: getattr(kept, name) for name in ("id", "origin", "name", "started_at", "ended_at", "frames")}
    return RecordingShown(**known, files=files, sessions=sessions)


def _bring_in(slug: str, name: str, by: UUID, content: BinaryIO) -> tuple[Imported, bool]:
    circuit = runtime().circuits.find(slug)
    return runtime().recordings.bring_in(circuit.id, content, Path(name).name, by=by, now=now())


def _bring_in_path(slug: str, path: str, by: UUID) -> tuple[Imported, bool]:
    circuit = runtime().circuits.find(slug)
    return bring_in_path(runtime(), circuit.id, path, by=by, now=now())


async def _uploaded(request: Request, take: Callable[[BinaryIO], Made]) -> Made:
    """The body on the disk, never whole in memory; given on when it has come whole."""
    with TemporaryFile() as file:
        size = await _received(request.stream(), file)
        if not size:
            raise BadInput("The request has no content.", "Send the file as the request's body, or give `path`.")
        file.seek(0)
        return await anyio.to_thread.run_sync(take, file)


async def _received(body: AsyncIterator[bytes], file: BinaryIO) -> int:
    size = 0
    async for piece in body:
        size += len(piece)
        if size > LARGEST:
            raise too_large()
        await anyio.to_thread.run_sync(file.write, piece)
    return size


def _pieces(recording: Opened, kind: Kind, span: Range) -> Iterator[bytes]:
    if kind is Kind.JSONL or kind is Kind.CSV:
        return told(recording, Format(kind.value), span)
    return _from_disk(recording, kind, span)


def _from_disk(recording: Opened, kind: Kind, span: Range) -> Iterator[bytes]:
    """Formats that are whole only at their end are written to the disk first."""
    with TemporaryFile() as file:
        if kind is Kind.PARQUET:
            parquet.write_laps(laps_of(recording.dvr, span.since, span.until), file)
        elif kind is Kind.PARQUET_FRAMES:
            parquet.write_frames(frames_of(recording.dvr, span.since, span.until), file)
        else:
            write_timing71(recording, span, file)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
