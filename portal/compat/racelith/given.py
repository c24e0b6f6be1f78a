"""What clients of the compatible API send about an infringement."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from core.errors import BadInput
from portal.compat.racelith.rows import Json

HIGHEST = 2_147_483_647
FUTURE = timedelta(minutes=5)
"""A clock may be ahead by this much."""

_TURN = re.compile(r"[Tt]?\s*([0-9]{1,3})")


def _turn(value: object) -> object:
    """Clients send a number, its digits, or nothing."""
    if not isinstance(value, str):
        return value
    found = _TURN.fullmatch(value.strip())
    return (int(found[1]) if found else value) if value.strip() else None


def _aware(at: datetime) -> datetime:
    """Without a zone it is UTC."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


Kart = Annotated[int, Field(gt=0, le=HIGHEST)]
Instant = Annotated[datetime, AfterValidator(_aware)]
Turn = Annotated[Annotated[int, Field(ge=0, le=999)] | None, BeforeValidator(_turn)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
Words = Annotated[str, StringConstraints(max_length=300, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(max_length=100, strip_whitespace=True)]
_RequestId = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Sent(BaseModel):
    """What every write may carry."""

    model_config = ConfigDict(extra="ignore")

    performed_by: Name | None = None
    request_id: _RequestId | None = None
    session_name: str | None = None

    def said(self, act: str) -> Json:
        """All that was sent, under the name of what it is to do."""
        return {act: self.model_dump(mode="json", exclude_unset=True, exclude={"request_id"})}


class Changed(Sent):
    """Of an infringement that is there: what is left out stays."""

    kart_number: Kart | None = None
    description: Text | None = None
    penalty_description: Words | None = None
    turn_number: Turn = None
    observer: Name | None = None
    timestamp: Instant | None = None
    expected_version: int | None = Field(default=None, ge=0)


class Reported(Sent):
    """A new infringement."""

    kart_number: Kart
    description: Text
    penalty_description: Words | None = None
    turn_number: Turn = None
    observer: Name | None = None
    timestamp: Instant | None = None


class Deleted(Sent):
    reason: Words | None = None


def refuse_future(at: datetime | None, now: datetime) -> None:
    if at is not None and at > now + FUTURE:
        raise BadInput("The time is more than 5 min ahead.", "Check the clock of the device, or send no time.")
