"""Who is on what in a race session, so that two officials do not take up the same incident.

A screen says every five seconds where it is; 15 s after its last word it counts as gone. Nothing of this is stored in
the session: it lives on the bus. A change rings the bell, so that the others see it within a second.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from core.accounts.model import Identity, Right, Role
from core.io.bus import Bell, Bus, Topic
from portal.api.needs import needs
from portal.running import now, runtime

router = APIRouter(prefix="/race-sessions/{session_id}", tags=["presence"])

Reader = Annotated[Identity, Depends(needs(Right.READ_RACE_CONTROL))]

LASTS = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody's screen, and what it looks at."""

    screen: str
    account: UUID
    name: str
    role: Role
    place: str
    incident: int | None
    until: datetime


class Here(BaseModel):
    """`screen` is an id of the browser's own for the page that speaks; `gone` takes leave."""

    model_config = ConfigDict(extra="forbid")

    screen: str = Field(min_length=8, max_length=64)
    place: str = Field(default="", max_length=40)
    incident: int | None = Field(default=None, ge=1, le=999_999_999)
    gone: bool = False


@router.post("/presence")
def be_present(reader: Reader, session_id: UUID, here: Here) -> tuple[Present, ...]:
    """Say where one is; answers who else is there."""
    bus, at = runtime().bus, now()
    noted = _read(bus.presences(session_id))
    before = noted.pop(here.screen, None)
    me = Present(
        here.screen, reader.account_id, reader.display_name, reader.role, here.place, here.incident, at + LASTS
    )
    if here.gone:
        bus.end_presence(session_id, here.screen)
    else:
        bus.note_presence(session_id, here.screen, _PRESENT.dump_json(me))
    if here.gone or not same(before, me, at):
        bus.ring(Bell(Topic.PRESENCE, str(session_id)))
    _sweep(bus, session_id, noted.values(), at)
    return present(noted.values(), at)


@router.get("/presence")
def list_present(_: Reader, session_id: UUID) -> tuple[Present, ...]:
    return present(_read(runtime().bus.presences(session_id)).values(), now())


def present(noted: Iterable[Present], at: datetime) -> tuple[Present, ...]:
    """Those who spoke not long ago, by name."""
    return tuple(sorted((one for one in noted if one.until > at), key=lambda one: (one.name, one.screen)))


def same(before: Present | None, after: Present, at: datetime) -> bool:
    """Whether a screen still looks at what it looked at, without having been gone."""
    return before is not None and before.until > at and (before.place, before.incident) == (after.place, after.incident)


def _read(noted: Mapping[str, bytes]) -> dict[str, Present]:
    return {screen: _PRESENT.validate_json(body) for screen, body in noted.items()}


def _sweep(bus: Bus, session_id: UUID, noted: Iterable[Present], at: datetime) -> None:
    if silent := [one.screen for one in noted if one.until <= at]:
        bus.end_presence(session_id, *silent)


_PRESENT = TypeAdapter(Present)
