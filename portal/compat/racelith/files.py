"""`GET /session/export` and `POST /session/import`: a session as a file, and a new session from one.

An export reads only: it switches nothing, whichever session it is of. An import makes a session of its own, which stays
shut until it is loaded; a file that cannot be taken leaves nothing behind. The file comes as the body, or as the file
of a form; `name` (or `session_name`) names the session, else the file does.
"""

import hashlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import Response

from core.accounts.model import Identity, Right
from core.penalties.log import WriteRequest
from core.tracks.model import Circuit
from portal.api.needs import needs
from portal.compat.racelith.annals import BROUGHT_IN
from portal.compat.racelith.exported import sheets_of
from portal.compat.racelith.file_rows import rows_of
from portal.compat.racelith.imported import events_of
from portal.compat.racelith.rows import Json
from portal.compat.racelith.sessions import Runner, checked_name, create, ruleset_of_venue
from portal.compat.racelith.sheets import LARGEST, MEDIA, SUFFIX, Format, read, write
from portal.compat.racelith.venue import SHELF, At, Refused, active, desk, listed, named
from portal.running import now, runtime

router = APIRouter()

Exporter = Annotated[Identity, Depends(needs(Right.EXPORT))]

_FORM = 100_000
"""Bytes that a form may add to its file."""


@dataclass(frozen=True, slots=True)
class Upload:
    content: bytes
    file_name: str
    name: str


@router.get("/session/export")
def export_session(
    _: Exporter,
    circuit: At,
    wanted_format: Annotated[str, Query(alias="format")] = "json",
    name: str | None = None,
    session_name: str | None = None,
) -> Response:
    """Of the active session, or of the one that is named."""
    wanted = name or session_name
    session = active(circuit) if wanted is None else named(circuit, wanted)
    if wanted_format.lower() not in set(Format):
        raise Refused(f"“{wanted_format}” is not a format.", f"Formats: {', '.join(Format)}.")
    kind = Format(wanted_format.lower())
    content = write(sheets_of(session, desk(session).state(), SHELF.story(session)), kind)
    file = quote(f"{session.name}.{SUFFIX[kind]}")
    return Response(
        content, media_type=MEDIA[kind], headers={"Content-Disposition": f"attachment; filename*=UTF-8''{file}"}
    )


@router.post("/session/import")
async def import_session(
    runner: Runner, circuit: At, request: Request, name: str | None = None, session_name: str | None = None
) -> Json:
    upload = await _received(request)
    wanted = name or session_name or upload.name
    return await to_thread.run_sync(_brought_in, circuit, runner, upload, wanted)


def _brought_in(circuit: Circuit, runner: Identity, upload: Upload, wanted: str) -> Json:
    rows = rows_of(read(upload.content, upload.file_name, runtime().workbooks.sheets), now())
    name = checked_name(wanted or rows.name or upload.file_name.rsplit(".", 1)[0])
    if any(session.name == name for session in listed(circuit)):
        raise Refused(f"There is a session “{name}” already.", "Import it under another name.")
    ruleset, events = events_of(rows, runtime().rulesets.load(ruleset_of_venue()))
    created = create(circuit, name, runner)
    digest = hashlib.sha256(upload.content).digest()
    request = WriteRequest(f"{BROUGHT_IN}{digest.hex()}", created.id, runner, now())
    runtime().session_logs.log(created).bring_in(request, digest, ruleset.reference, events)
    return {"status": "imported", "session": {"name": name}, "imported": len(rows.infringements)}


async def _received(request: Request) -> Upload:
    """The file, however it was sent.

    Raises:
        HTTPException: 413, it is too large.
        Refused: the form holds no file.
    """
    body = await _bounded(request)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return _sized(Upload(body, request.query_params.get("filename", ""), ""))
    try:
        form = await MultiPartParser(request.headers, _once(body)).parse()
    except MultiPartException as cause:
        raise Refused("The form cannot be read.", "Send the file as a form or as the body.") from cause
    try:
        return await _of_form(form)
    finally:
        await form.close()


async def _of_form(form: FormData) -> Upload:
    files = [value for value in form.values() if isinstance(value, UploadFile)]
    if not files:
        raise Refused("The form holds no file.", "Send one as `file`.")
    said = form.get("name") or form.get("session_name")
    return _sized(Upload(await files[0].read(), files[0].filename or "", said if isinstance(said, str) else ""))


async def _bounded(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST + _FORM:
            raise _too_large()
        parts.append(part)
    return b"".join(parts)


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body


def _sized(upload: Upload) -> Upload:
    if len(upload.content) > LARGEST:
        raise _too_large()
    return upload


def _too_large() -> HTTPException:
    return HTTPException(413, f"The file has more than {LARGEST // 1_000_000} MB.")
