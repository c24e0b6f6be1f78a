"""Entries of race sessions over the API: listed, typed, imported after a look, exported, proposed by the feed.

A list is CSV or a workbook; it is taken as a whole or not at all, and every row that cannot be taken is named. Drivers
and teams are found among the people by name, or made there; an id decides over a name. `seen` is the `version` of a
preview: an import of what was looked at is refused with 409 once somebody else has changed the entries.
"""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from core.accounts.model import Identity, Right
from core.errors import BadInput
from core.sessions.entries_desk import EntriesDesk
from core.sessions.entry_changes import Changes
from core.sessions.entry_files import LARGEST, Kind, rows_of_csv, too_large
from core.sessions.entry_list import HEAVIEST_KG, MOST_DRIVERS, NamedDriver, Typed, read_rows
from core.sessions.model import Entry
from core.sessions.ports import EntryWrite
from portal.api.needs import needs
from portal.running import now, runtime

router = APIRouter(prefix="/race-sessions/{session_id}/entries", tags=["entries"])

Reader = Annotated[Identity, Depends(needs(Right.READ_RACE_CONTROL))]
Editor = Annotated[Identity, Depends(needs(Right.EDIT_ENTRIES))]
Csv = Annotated[str, Body(embed=True, max_length=LARGEST)]
Seen = Annotated[int | None, Query(ge=0)]
Whole = Annotated[bool, Query()]


class DriverTyped(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = ""
    id: UUID | None = None


class EntryTyped(BaseModel):
    """`drivers` as names, or as names and ids."""

    model_config = ConfigDict(extra="forbid")

    category: str | None = None
    team: str | None = None
    drivers: tuple[str | DriverTyped, ...] = Field(default=(), max_length=MOST_DRIVERS)
    source_id: str | None = None
    team_id: UUID | None = None
    weight_kg: Annotated[Decimal, Field(gt=0, le=HEAVIEST_KG, decimal_places=2)] | None = None
    fields: dict[str, str] = Field(default_factory=dict)

    def typed(self, number: str) -> Typed:
        named = (
            NamedDriver(each) if isinstance(each, str) else NamedDriver(each.name, each.id) for each in self.drivers
        )
        entry = Entry(
            number,
            self.category,
            self.team,
            source_id=self.source_id,
            team_id=self.team_id,
            weight_kg=self.weight_kg,
            fields=self.fields,
        )
        return Typed(entry, tuple(named))


@router.get("")
def list_entries(_: Reader, session_id: UUID) -> tuple[Entry, ...]:
    return _desk().all(session_id)


@router.get("/export")
def export_entries(_: Reader, session_id: UUID, kind: Kind = Kind.CSV) -> Response:
    """The list as a file that imports to the same list."""
    content = _desk().file(session_id, kind)
    number = runtime().race_sessions.get(session_id).number
    name = {"Content-Disposition": f'attachment; filename="entries-{number}.{kind}"'}
    return Response(content, media_type=_MEDIA[kind], headers=name)


@router.get("/proposed")
def propose_entries(_: Reader, session_id: UUID) -> tuple[Entry, ...]:
    """Numbers on the circuit's board that have no entry; `PUT` confirms one, `POST` to here all of them."""
    board = runtime().timing.board(runtime().race_sessions.get(session_id).circuit_id)
    return _desk().proposed(session_id, board.cars if board else ())


@router.post("/proposed")
def take_over_entries(editor: Editor, session_id: UUID) -> tuple[Entry, ...]:
    """Confirm every number that the board shows and nobody has entered."""
    board = runtime().timing.board(runtime().race_sessions.get(session_id).circuit_id)
    return _desk().take_over(session_id, board.cars if board else (), editor, now())


@router.post("/import")
def import_entries(
    editor: Editor, session_id: UUID, csv: Csv, *, whole: Whole = False, seen: Seen = None
) -> tuple[Entry, ...]:
    """All rows or none. `whole`: entries that are not in the list are removed."""
    return _desk().bring_in(session_id, read_rows(rows_of_csv(csv)), editor, now(), EntryWrite(whole, seen))


@router.post("/import/preview")
def preview_import(_: Editor, session_id: UUID, csv: Csv) -> Changes:
    """What importing the list would do; nothing is stored."""
    return _desk().preview(session_id, read_rows(rows_of_csv(csv)))


@router.post("/import/file", openapi_extra={"requestBody": {"content": {"application/octet-stream": {}}}})
async def import_file(
    editor: Editor, request: Request, session_id: UUID, *, whole: Whole = False, seen: Seen = None
) -> tuple[Entry, ...]:
    """The body is the file itself: CSV in UTF-8, or .xlsx."""
    content = await _received(request)
    write = EntryWrite(whole, seen)
    return await run_in_threadpool(lambda: _desk().bring_in(session_id, _desk().read(content), editor, now(), write))


@router.put("/{number}")
def put_entry(editor: Editor, session_id: UUID, number: str, typed: EntryTyped) -> Entry:
    return _desk().put(session_id, typed.typed(number), editor, now())


@router.delete("/{number}", status_code=204)
def remove_entry(editor: Editor, session_id: UUID, number: str) -> None:
    _desk().remove(session_id, number, editor)


_MEDIA = {
    Kind.CSV: "text/csv; charset=utf-8",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


async def _received(request: Request) -> bytes:
    """The body, as long as it is not too large."""
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > LARGEST:
            raise too_large()
    if not content:
        raise BadInput("The body is empty.", "Send the file itself as the body.")
    return bytes(content)


def _desk() -> EntriesDesk:
    return runtime().entries
