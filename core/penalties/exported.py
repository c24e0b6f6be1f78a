"""A session's log as the API gives it (`/api/v1/race-sessions/{id}/events`), read back into events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from core.errors import BadInput
from core.penalties.events import EventType, LogEvent, decode


def read_events(text: str | bytes) -> tuple[LogEvent, ...]:
    """The events in log order.

    Raises:
        BadInput: it is not such a log.
    """
    try:
        return tuple(map(_event, _ROWS.validate_json(text)))
    except ValidationError as cause:
        first = cause.errors()[0]
        place = ".".join(map(str, first["loc"]))
        remedy = "Export them anew with /api/v1/race-sessions/{id}/events."
        raise BadInput(f"These are not the events of a session: {place}: {first['msg']}.", remedy) from cause


@dataclass(frozen=True, slots=True)
class _Row:
    """An event before its body is read, which needs the type."""

    seq: int
    request_id: str
    ordinal: int
    subject: str
    at: datetime
    recorded_at: datetime
    actor: str
    role: str
    type: EventType
    body: Mapping[str, object]
    ruleset: str
    hash: str


_ROWS = TypeAdapter(tuple[_Row, ...])


def _event(row: _Row) -> LogEvent:
    return LogEvent(
        row.seq,
        row.request_id,
        row.ordinal,
        row.subject,
        row.at,
        row.recorded_at,
        row.actor,
        row.role,
        row.type,
        decode(row.type, row.body),
        row.ruleset,
        row.hash,
    )
