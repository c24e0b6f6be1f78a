"""What happened, of one kart or of all, and the gap for a client that knows up to which number it has heard."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from portal.compat.racelith.given import HIGHEST
from portal.compat.racelith.infringements import Reader
from portal.compat.racelith.messages import gap
from portal.compat.racelith.rows import Json
from portal.compat.racelith.venue import SHELF, At, active

router = APIRouter()


@router.get("/history/{kart_number}")
def list_history(_: Reader, circuit: At, kart_number: Annotated[int, Path(gt=0, le=HIGHEST)]) -> list[Json]:
    """Newest first; what happened to an infringement before it was moved belongs to both karts."""
    acts = reversed(SHELF.story(active(circuit)).acts)
    return [act.row() for act in acts if str(kart_number) in act.karts]


@router.get("/infringement_log", include_in_schema=False)
@router.get("/infringement_log/")
def list_log(_: Reader, circuit: At) -> list[Json]:
    """Newest first, of the deleted ones too."""
    return [act.row() for act in reversed(SHELF.story(active(circuit)).acts)]


@router.get("/api/events")
def list_events(_: Reader, circuit: At, after: Annotated[int, Query(ge=0)] = 0) -> list[Json]:
    """The socket's messages behind a number, oldest first: what a client that was away has missed."""
    return gap(active(circuit), after)
