"""Serving over the API: the clock of every penalty that has to be served, counted from the laps that timing has.

Recording, verifying and confirming are acts on penalties, with routes of their own; the evidence of a clock is what
such an act copies into the log.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from core.accounts.model import Identity, Right
from core.penalties.model import TrackState
from core.penalties.serving_clock import ServingClock
from portal.api.needs import needs
from portal.running import now, runtime

router = APIRouter(prefix="/race-sessions/{session_id}", tags=["race control"])

Reader = Annotated[Identity, Depends(needs(Right.READ_RACE_CONTROL))]


class Serving(BaseModel):
    """Who has to serve, in the order in which the penalties were issued."""

    track: TrackState
    laps_left: int | None
    """An estimate; null where nobody can say."""
    clocks: tuple[ServingClock, ...]


@router.get("/serving")
def list_serving(_: Reader, session_id: UUID) -> Serving:
    """Crossings used and left, what stops the clock, and the stop that looks like the serving, measured."""
    desks, at = runtime(), now()
    session = desks.race_sessions.readable(session_id)
    fold = desks.penalties(session_id).state()
    clocks = desks.serving.clocks(session.circuit_id, fold, desks.race_sessions.entries(session_id), at)
    return Serving(track=fold.track_state, laps_left=desks.serving.laps_left(session.circuit_id, at), clocks=clocks)
