"""Race sessions as files over the API: JSON of the whole, CSV in a zip, workbooks; and sessions from such files.

An import takes the file itself as the body, at most 10 MB. It is read and checked row by row before any effect; look
first with `/race-sessions/import/preview`. JSON becomes a new session with the same log, told as another's; the log of
the file must be whole. A table of incidents becomes a new session (`name`, `ruleset`), or goes on in the one `into`.
"""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from core.accounts.model import Identity, Right
from core.errors import NotFound
from core.io.session_forms import MEDIA, SUFFIX
from core.io.workbooks import LARGEST
from core.timing.frozen import Frozen
from core.timing.session_file import without_names
from core.timing.session_travel import Form, Imported, Look, Wish
from portal.api.needs import needs
from portal.running import now, runtime

router = APIRouter(tags=["race sessions"])

Exporter = Annotated[Identity, Depends(needs(Right.EXPORT))]
Reader = Annotated[Identity, Depends(needs(Right.READ_TIMING))]
Runner = Annotated[Identity, Depends(needs(Right.RUN_SESSIONS))]
Name = Annotated[str | None, Query(max_length=200)]
_BODY: dict[str, object] = {"requestBody": {"content": {"application/octet-stream": {}}}}
SHOWN = 200
"""Incidents that a preview lists; its sums are of all."""


def wished(
    circuit: str, name: Name = None, ruleset: Name = None, season: Name = None, into: UUID | None = None
) -> Wish:
    """What the file is to become; `circuit` is a short name."""
    return Wish(runtime().circuits.find(circuit), name, ruleset, season, into)


@router.get("/race-sessions/{session_id}/export")
def export_session(
    exporter: Exporter, session_id: UUID, form: Annotated[Form, Query(alias="format")] = Form.JSON
) -> StreamingResponse:
    """The session as a file. Names of people are in it for who may read race control."""
    export = runtime().session_exports.export(session_id, form, exporter, now())
    return StreamingResponse(export.chunks, media_type=export.media, headers=_named(export.name))


@router.get("/race-sessions/import/template")
def import_template(_: Runner, form: Annotated[Form, Query(alias="format")] = Form.XLSX) -> Response:
    """The tables that an import reads, with their headings alone."""
    form = Form.XLSX if form is Form.JSON else form
    headers = _named(f"incidents-template.{SUFFIX[form]}")
    return Response(runtime().session_exports.template(form), media_type=MEDIA[form], headers=headers)


@router.post("/race-sessions/import/preview", openapi_extra=_BODY)
async def preview_import(
    _: Runner, request: Request, wish: Annotated[Wish, Depends(wished)], file_name: str = ""
) -> Look:
    """What importing the file would do; nothing is stored."""
    content = await _received(request)
    look = await run_in_threadpool(runtime().session_imports.look, content, file_name, wish, now())
    return replace(look, lines=look.lines[:SHOWN])


@router.post("/race-sessions/import", status_code=201, openapi_extra=_BODY)
async def import_session(
    runner: Runner, request: Request, wish: Annotated[Wish, Depends(wished)], file_name: str = ""
) -> Imported:
    """The same file again into the same session stores nothing twice."""
    content = await _received(request)
    return await run_in_threadpool(runtime().session_imports.bring_in, content, file_name, wish, runner, now())


@router.get("/race-sessions/{session_id}/frozen")
def read_frozen(reader: Reader, session_id: UUID) -> Frozen:
    """Laps, stops, board and classification as they stood when the session was closed."""
    found = runtime().frozen(session_id)
    if found is None:
        raise NotFound("Nothing of this session is frozen.", "Close it: a worker freezes it within seconds.")
    return found if Right.READ_RACE_CONTROL in reader.rights else without_names(found)


async def _received(request: Request) -> bytes:
    """The body, as long as it is not too large."""
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > LARGEST:
            raise HTTPException(413, f"The file is larger than {LARGEST // 1_000_000} MB.")
    return bytes(content)


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
