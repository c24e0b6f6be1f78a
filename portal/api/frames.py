"""Every table of a feed session as a file for spreadsheets and notebooks: CSV, Parquet, xlsx."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from core.accounts.model import Identity, Right
from core.errors import NotFound
from portal import race_analysis
from portal.api.needs import needs
from portal.frame_files import FORMATS
from portal.frames import Timed, frame
from portal.running import runtime

router = APIRouter(tags=["exports"])

Exporter = Annotated[Identity, Depends(needs(Right.EXPORT))]
Ending = Literal["csv", "parquet", "xlsx"]
TableName = Literal["laps", "stops", "stints", "drivers", "positions", "gaps", "board", "events"]


@router.get("/circuits/{slug}/frames/{table}.{ending}", response_class=Response)
def read_frame(_: Exporter, slug: str, table: TableName, ending: Ending, feed_session: UUID | None = None) -> Response:
    """One table of a feed session, of the newest unless another is named; `portal/frames.py` has the columns."""
    desk = runtime().timing
    session = race_analysis.chosen(desk, runtime().circuits.find(slug).id, feed_session)
    if session is None:
        raise NotFound("This circuit's feed has had no session yet.", "Start its source under Timing › Circuits.")
    timed = Timed(desk.laps(session.id), desk.stops(session.id), race_analysis.board_of(desk, session))
    write, media_type = FORMATS[ending]
    name = f"{slug}-{session.started_at:%Y%m%d-%H%M}-{table}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(write(frame(table, timed)), media_type=media_type, headers=headers)
