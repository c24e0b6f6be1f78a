"""A circuit's link over the API: connection log, holes, novelties, counts, and the test of a connection.

A test is asked for, a worker listens for some seconds, and its answer is read until it is `done`; nothing is stored.
"""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from core.accounts.model import Identity, Right
from core.errors import BadInput, Unavailable
from core.timing.probe import PROBED, QUESTION, Probed, Question
from core.tracks.links import FeedCount, Hole, LinkEvent, Strange
from core.tracks.model import TRANSPORT, transport_of
from portal.api.needs import needs
from portal.running import now, runtime

router = APIRouter(tags=["circuits"])

Reader = Annotated[Identity, Depends(needs(Right.READ_TIMING))]
Editor = Annotated[Identity, Depends(needs(Right.EDIT_CIRCUITS))]
Limit = Annotated[int, Query(ge=1, le=1000)]

_LOOK_BACK = timedelta(hours=1)


class ProbeAsked(BaseModel):
    id: UUID
    """Read `/circuits/probe/{id}` until it is done."""


@router.get("/circuits/{slug}/link-events")
def list_link_events(_: Reader, slug: str, limit: Limit = 200) -> tuple[LinkEvent, ...]:
    """The connection log, newest first."""
    return runtime().links.log(_circuit_id(slug), limit)


@router.get("/circuits/{slug}/holes")
def list_holes(_: Reader, slug: str, limit: Limit = 200) -> tuple[Hole, ...]:
    """When the feed was not heard, newest first, with the laps that its history has told afterwards."""
    return runtime().links.holes(_circuit_id(slug), limit)


@router.get("/circuits/{slug}/novelties")
def list_novelties(_: Reader, slug: str, limit: Limit = 200) -> tuple[Strange, ...]:
    """What Paddock has no name for or could not read, most frequent first, each with a sample."""
    return runtime().links.novelties(_circuit_id(slug), limit)


@router.get("/circuits/{slug}/counts")
def list_counts(_: Reader, slug: str, since: datetime | None = None) -> tuple[FeedCount, ...]:
    """What came, by the minute, of the last hour unless `since` says otherwise."""
    if since is not None and since.tzinfo is None:
        raise BadInput("`since` has no time zone.", "Write it as 2026-05-01T12:00:00Z.")
    return runtime().links.counts(_circuit_id(slug), since or now() - _LOOK_BACK)


@router.post("/circuits/probe", status_code=202)
def ask_probe(_: Editor, question: Question) -> ProbeAsked:
    """Have a worker try out a connection for up to 20 seconds. Nothing is stored."""
    transport_of(TRANSPORT.dump_python(question.transport))
    probe_id = uuid4()
    if not runtime().bus.ask_probe(probe_id, QUESTION.dump_json(question)):
        raise Unavailable("The bus does not answer.", "Try again in a moment.")
    return ProbeAsked(id=probe_id)


@router.get("/circuits/probe/{probe_id}")
def read_probe(_: Editor, probe_id: UUID) -> Probed:
    """What was found so far: raw frames, what they are and the table they make. Forgotten after a minute."""
    body = runtime().bus.probe_answer(probe_id)
    return PROBED.validate_json(body) if body else Probed(done=False, state="No worker has taken it up yet.")


def _circuit_id(slug: str) -> UUID:
    return runtime().circuits.find(slug).id
