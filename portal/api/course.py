"""The course of the session: track state, end, announcements; the clocks that run and how far each next step is."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, Field

from core.accounts.model import Identity, Right
from core.penalties.ahead import Ahead
from core.penalties.commands import EndSession, Say, SetTrack
from core.penalties.deadlines import Clock, ClockKind
from core.penalties.desk import Receipt
from core.penalties.entry import LONGEST
from core.penalties.model import Amount, TrackChange, TrackState
from portal.api.needs import needs
from portal.api.penalties import Reader, Recorder, Write
from portal.running import now, runtime

router = APIRouter(prefix="/race-sessions/{session_id}", tags=["race control"])

Runner = Annotated[Identity, Depends(needs(Right.RUN_SESSIONS))]


class TrackSet(Write):
    """`at` is when the state began, now if left out."""

    state: TrackState
    at: AwareDatetime | None = None


class Ended(Write):
    at: AwareDatetime | None = None


class Announcement(Write):
    text: str = Field(min_length=1, max_length=LONGEST)


class RunningClock(BaseModel):
    """A deadline: overdue ones stay until the thing is done, windows are listed while they are open."""

    kind: ClockKind
    subject: int | str
    kart: str
    started: datetime
    seconds: Amount
    due: datetime
    overdue: bool


@router.get("/track")
def read_track(_: Reader, session_id: UUID) -> tuple[TrackChange, ...]:
    """Every change of state in order of time; before the first one the track is green."""
    return runtime().penalties(session_id).state().track


@router.post("/track")
def set_track(recorder: Recorder, session_id: UUID, track: TrackSet) -> Receipt:
    """Serving windows stand still, and servings are refused, as the ruleset says for the state."""
    command = SetTrack(track.state, track.at)
    return runtime().penalties(session_id).perform(command, track.by(recorder, session_id))


@router.post("/end")
def end_session(runner: Runner, session_id: UUID, ended: Ended) -> Receipt:
    """The chequered flag; the earliest one counts. What is given from then on is converted as the ruleset says."""
    return runtime().penalties(session_id).perform(EndSession(ended.at), ended.by(runner, session_id))


@router.post("/messages")
def say(recorder: Recorder, session_id: UUID, announcement: Announcement) -> Receipt:
    """A race-control message in an official's own words."""
    return runtime().penalties(session_id).perform(Say(announcement.text), announcement.by(recorder, session_id))


@router.get("/clocks")
def list_clocks(_: Reader, session_id: UUID) -> tuple[RunningClock, ...]:
    """Deadlines that run and those overdue, what is due first in front."""
    at = now()
    return tuple(_shown(clock, at) for clock in runtime().penalties(session_id).clocks(at))


@router.get("/next-steps")
def list_next_steps(_: Reader, session_id: UUID) -> dict[str, tuple[Ahead, ...]]:
    """By kart: “1 from 5 s stop & go”, and when the oldest counted incident expires."""
    return dict(runtime().penalties(session_id).ahead(now()))


def _shown(clock: Clock, at: datetime) -> RunningClock:
    return RunningClock(
        kind=clock.kind,
        subject=clock.subject,
        kart=clock.kart,
        started=clock.started,
        seconds=clock.seconds,
        due=clock.due,
        overdue=clock.overdue(at),
    )
