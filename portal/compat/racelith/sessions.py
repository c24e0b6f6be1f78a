"""`/session/` of the compatible API: list, start, load, close, delete.

A started session is the first running one of its circuit at once, in its race phase, by the rules of the venue; the one
that was active is closed. A deleted session is only put away: gone from the list, its database dumped and kept.
"""

import re
import time
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Query

from core.accounts.model import Identity, Right
from core.errors import Conflict
from core.penalties.log import WriteRequest
from core.sessions.desk import DEFAULT_RULESET
from core.sessions.model import Phase, RaceSession, SessionState
from core.tracks.model import Circuit
from portal.api.needs import needs
from portal.compat.racelith.infringements import Reader
from portal.compat.racelith.rows import Json, instant
from portal.compat.racelith.rules import carry_expiry, latest
from portal.compat.racelith.venue import At, Refused, active, desk, listed, named
from portal.running import now, runtime

router = APIRouter()

Runner = Annotated[Identity, Depends(needs(Right.RUN_SESSIONS))]
Name = Annotated[str, Query()]

VENUE_RULESETS = ("dubai-kartdrome", "dubai")
"""The rules of a session that is started here: the first that the installation has; else the house's own default."""
PATIENCE_S = 20.0
PUT_AWAY_S = 5.0
LOOK_EVERY_S = 0.05

_NAME = re.compile(r"[^\W\d_](?:[\w-]| (?! ))*")
_LONGEST = 59


@router.get("/session", include_in_schema=False)
@router.get("/session/")
def list_sessions(_: Reader, circuit: At) -> Json:
    return {"sessions": [listed_row(session) for session in listed(circuit)]}


@router.post("/session/start")
def start_session(runner: Runner, circuit: At, name: Name) -> Json:
    """Waits until a worker has made the database."""
    created = create(circuit, name, runner)
    before = latest(circuit)
    if before is not None and before.active:
        runtime().race_sessions.close(before.id, runner, now())
    runtime().race_sessions.open(created.id, runner, now())
    begin = WriteRequest(str(uuid4()), created.id, runner, now())
    desk(created).start_phase(Phase.RACE, begin)
    if before is not None:
        carry_expiry(before, created, runner)
    return {"status": "started", "session": {"name": created.name}}


@router.post("/session/load")
def load_session(runner: Runner, circuit: At, name: Name) -> Json:
    session = named(circuit, name)
    runtime().race_sessions.open(session.id, runner, now())
    return {"status": "loaded", "session": {"name": session.name}}


@router.post("/session/close")
def close_session(runner: Runner, circuit: At) -> Json:
    session = active(circuit)
    runtime().race_sessions.close(session.id, runner, now())
    return {"status": "closed", "session": {"name": session.name}}


@router.delete("/session/delete")
def delete_session(runner: Runner, circuit: At, name: Name) -> Json:
    """An active session is closed first; an admin may bring it back. Its name is free once a worker has dumped it."""
    session = named(circuit, name)
    if session.active:
        runtime().race_sessions.close(session.id, runner, now())
    runtime().race_sessions.put_away(session.id, runner, now())
    _wait_put_away(session)
    return {"status": "deleted", "session": {"name": session.name}}


def create(circuit: Circuit, name: str, by: Identity) -> RaceSession:
    """A new session with its database, not opened.

    Raises:
        Refused: the name is not usable, or the circuit has it already.
        Unavailable: no worker made the database in time.
    """
    checked, ruleset = checked_name(name), ruleset_of_venue()
    try:
        created = runtime().race_sessions.create(circuit.id, checked, by=by, now=now(), ruleset=ruleset)
    except Conflict as taken:
        raise Refused(taken.what, taken.remedy) from taken
    return runtime().race_sessions.wait_ready(created.id, PATIENCE_S)


def _wait_put_away(session: RaceSession) -> None:
    """Not for ever: it is marked already, and a worker that comes later goes on."""
    for _ in range(int(PUT_AWAY_S / LOOK_EVERY_S)):
        if runtime().race_sessions.get(session.id).state is not SessionState.ARCHIVING:
            break
        time.sleep(LOOK_EVERY_S)


def ruleset_of_venue() -> str:
    known = runtime().race_sessions.rulesets()
    return next((name for name in VENUE_RULESETS if name in known), DEFAULT_RULESET)


def checked_name(name: str) -> str:
    """The name, if it is one of this API's.

    Raises:
        Refused: why it is not.
    """
    if len(name) > _LONGEST or not _NAME.fullmatch(name) or name.endswith(" "):
        what = (
            f"A session's name has 1 to {_LONGEST} letters, digits, single spaces, “_” or “-” and begins with a letter."
        )
        raise Refused(what, "Choose another name.")
    return name


def listed_row(session: RaceSession) -> Json:
    began = session.opened or session.created
    return {
        "name": session.name,
        "status": "active" if session.active else "closed",
        "started_at": instant(began.at),
    }
