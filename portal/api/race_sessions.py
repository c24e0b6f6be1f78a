"""Race sessions over the API: create, open, close, archive, bring back; their phases.

A session is named by its id, never by its name. Creating only asks for it: a worker makes the database, which takes
less than a second; `wait_s` waits for that.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from core.accounts.model import Identity, Right
from core.penalties.desk import Receipt
from core.penalties.log import WriteRequest
from core.sessions.desk import DEFAULT_RULESET, SessionsDesk
from core.sessions.model import Phase, RaceSession
from portal.api.needs import needs
from portal.running import now, runtime

router = APIRouter(tags=["race sessions"])

Reader = Annotated[Identity, Depends(needs(Right.READ_RACE_CONTROL))]
Runner = Annotated[Identity, Depends(needs(Right.RUN_SESSIONS))]
Archivist = Annotated[Identity, Depends(needs(Right.ARCHIVE_SESSIONS))]


class SessionAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    circuit: str
    """The circuit's short name."""
    name: str
    ruleset: str = DEFAULT_RULESET
    clone_of: UUID | None = None
    """Another session, whose rules as they stand there this one takes over; then `ruleset` is not looked at."""
    season: str | None = None
    """Left out, the year."""


class PhaseAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    phase: Phase
    request_id: str = Field(min_length=1, max_length=100)


@router.get("/race-sessions")
def list_race_sessions(_: Reader, circuit: str | None = None) -> tuple[RaceSession, ...]:
    """Newest first; of one circuit, or of all."""
    return _desk().all(None if circuit is None else runtime().circuits.find(circuit).id)


@router.post("/race-sessions", status_code=201)
def create_race_session(
    runner: Runner, asked: SessionAsked, wait_s: Annotated[float, Query(ge=0, le=30)] = 0
) -> RaceSession:
    circuit = runtime().circuits.find(asked.circuit)
    ruleset = asked.ruleset
    if asked.clone_of is not None:
        ruleset = runtime().rulesets.name_of_pinned(asked.clone_of, runner, now())
    session = _desk().create(circuit.id, asked.name, by=runner, now=now(), ruleset=ruleset, season=asked.season)
    return _desk().wait_ready(session.id, wait_s) if wait_s else session


@router.get("/race-sessions/{session_id}")
def read_race_session(_: Reader, session_id: UUID) -> RaceSession:
    return _desk().get(session_id)


@router.post("/race-sessions/{session_id}/open")
def open_race_session(runner: Runner, session_id: UUID) -> RaceSession:
    """Make it the active one of its circuit; the one that was is paused."""
    return _desk().open(session_id, runner, now())


@router.post("/race-sessions/{session_id}/close")
def close_race_session(runner: Runner, session_id: UUID) -> RaceSession:
    return _desk().close(session_id, runner, now())


@router.post("/race-sessions/{session_id}/archive", status_code=202)
def archive_race_session(archivist: Archivist, session_id: UUID) -> RaceSession:
    """A worker makes a verified dump and closes the database to everybody; nothing is dropped."""
    return _desk().archive(session_id, archivist, now())


@router.post("/race-sessions/{session_id}/bring-back", status_code=202)
def bring_back_race_session(archivist: Archivist, session_id: UUID) -> RaceSession:
    return _desk().bring_back(session_id, archivist, now())


@router.post("/race-sessions/{session_id}/phase")
def start_phase(runner: Runner, session_id: UUID, asked: PhaseAsked) -> Receipt:
    request = WriteRequest(asked.request_id, session_id, runner, now())
    return runtime().penalties(session_id).start_phase(asked.phase, request)


def _desk() -> SessionsDesk:
    return runtime().race_sessions
