"""`/api/config` and `/api/session-config/{name}`: for how long a warning counts, as a version of the session's rules.

A change writes a new version of the ruleset with the window of all its ladders replaced, from now on: what was judged
before keeps its version. A session that is started takes over what the one before it had.
"""

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends
from pydantic import Field, TypeAdapter

from core.accounts.model import Identity, Right
from core.penalties.catalogue import Catalogue, of_canonical
from core.penalties.commands import ChangeRules
from core.penalties.log import WriteRequest
from core.sessions.model import RaceSession
from core.tracks.model import Circuit
from portal.api.needs import needs
from portal.compat.racelith import words
from portal.compat.racelith.given import Sent
from portal.compat.racelith.infringements import Reader
from portal.compat.racelith.rows import Json
from portal.compat.racelith.venue import At, Meant, Refused, Writing, desk, listed, named, rules
from portal.running import now

router = APIRouter()

Changer = Annotated[Identity, Depends(needs(Right.RUN_SESSIONS))]

DEFAULT_MINUTES = 180
LONGEST_MINUTES = 1440


class Config(Sent):
    warning_expiry_minutes: int = Field(ge=1, le=LONGEST_MINUTES)


@router.get("/api/config")
def read_config(_: Reader, circuit: At) -> Json:
    """Of the active session; without one, what the next will start with."""
    session = latest(circuit)
    minutes = None if session is None else minutes_of(rules(desk(session).state()))
    return {"warning_expiry_minutes": minutes or DEFAULT_MINUTES}


@router.put("/api/config")
def change_config(changer: Changer, circuit: At, meant: Meant, given: Config) -> Json:
    _change(circuit, changer, (meant, given.session_name), given)
    return {"warning_expiry_minutes": given.warning_expiry_minutes}


@router.get("/api/session-config/{name}")
def read_session_config(_: Reader, circuit: At, name: str) -> Json:
    session = named(circuit, name)
    return _of_session(session)


@router.put("/api/session-config/{name}")
def change_session_config(changer: Changer, circuit: At, meant: Meant, name: str, given: Config) -> Json:
    """Only the active session can be changed."""
    session = named(circuit, name)
    if not session.active:
        raise Refused(f"“{name}” is not active.", "Load it, then change it.")
    _change(circuit, changer, (name, meant, given.session_name), given)
    return _of_session(session)


def latest(circuit: Circuit) -> RaceSession | None:
    """The active session, else the one that was opened last."""
    opened = [session for session in listed(circuit) if session.opened is not None]
    return max(opened, key=_when_opened, default=None)


def carry_expiry(before: RaceSession, started: RaceSession, by: Identity) -> None:
    """Let warnings count for as long as they did before."""
    minutes, catalogue = minutes_of(rules(desk(before).state())), rules(desk(started).state())
    if minutes is not None and minutes != minutes_of(catalogue):
        change = ChangeRules(with_minutes(catalogue, minutes), f"as in {before.name}")
        desk(started).perform(change, WriteRequest(str(uuid4()), started.id, by, now()))


def minutes_of(catalogue: Catalogue) -> int | None:
    """None: nothing expires."""
    return next((int(ladder["window_s"]) // 60 for ladder in _ladders(catalogue) if "window_s" in ladder), None)


def with_minutes(catalogue: Catalogue, minutes: int) -> Catalogue:
    """The next version of the ruleset: what expires does so after this time, or everything where nothing does."""
    ladders = _ladders(catalogue)
    expiring = [ladder for ladder in ladders if "window_s" in ladder] or ladders
    changed = [{**ladder, "window_s": minutes * 60} if ladder in expiring else ladder for ladder in ladders]
    values = json.loads(catalogue.text)
    return of_canonical(json.dumps({**values, "ladders": changed, "version": catalogue.rules.version + 1}))


def _change(circuit: Circuit, by: Identity, meant: tuple[str | None, ...], given: Config) -> None:
    minutes, reason = given.warning_expiry_minutes, words.signed("", given.performed_by or "")
    writing = Writing(circuit, by, given.said("change expiry"), given.request_id, meant=meant)
    writing.perform(lambda fold: (ChangeRules(with_minutes(rules(fold), minutes), reason),))


def _of_session(session: RaceSession) -> Json:
    catalogue = rules(desk(session).state())
    minutes = minutes_of(catalogue) or DEFAULT_MINUTES
    return {"session_name": session.name, "warning_expiry_minutes": minutes, "ruleset": catalogue.reference}


def _ladders(catalogue: Catalogue) -> list[dict[str, Any]]:
    return _LADDERS.validate_python(json.loads(catalogue.text).get("ladders", []))


def _when_opened(session: RaceSession) -> tuple[bool, datetime]:
    return session.active, session.opened.at if session.opened else session.created.at


_LADDERS = TypeAdapter(list[dict[str, Any]])
