"""The log of another session, read and written: its rows for an export, its chain before an import, then the import.

A document's chain is computed by PostgreSQL, which wrote it: only there a body has the very text that was hashed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from core.io.database.event_log import refusals

_ROWS = text("""
  SELECT jsonb_build_object('seq', seq, 'request_id', request_id, 'ordinal', ordinal,
    'request_sha256', encode(request_sha256, 'hex'), 'subject', subject, 'at', at, 'recorded_at', recorded_at,
    'actor', actor, 'role', role, 'type', type, 'body', body, 'ruleset', ruleset, 'hash', encode(hash, 'hex'))::text
  FROM event ORDER BY seq""")
_FIRST_BROKEN = text("""
  SELECT min(seq) FROM (
    SELECT seq, hash, encode(sha256(decode(coalesce(lag(hash) OVER log, '00'), 'hex') || convert_to(jsonb_build_array(
      seq, request_id, ordinal, request_sha256, subject, extract(epoch FROM at), extract(epoch FROM recorded_at), actor,
      role, type, body, ruleset)::text, 'UTF8')), 'hex') AS digest
    FROM jsonb_to_recordset(CAST(:file AS jsonb) -> 'log') AS e(seq bigint, request_id text, ordinal integer,
      request_sha256 text, subject text, at timestamptz, recorded_at timestamptz, actor text, role text, type text,
      body jsonb, ruleset text, hash text)
    WINDOW log AS (ORDER BY seq)) link
  WHERE hash <> digest""")
_IMPORT = text("SELECT import_session(:session, :request, :sha256, CAST(:events AS jsonb), CAST(:frozen AS jsonb))")


@dataclass(frozen=True, slots=True)
class Import:
    """What a new session is filled with; the first event says where the others came from."""

    request_id: str
    sha256: bytes
    events: Sequence[Mapping[str, object]]
    frozen: Mapping[str, object] | None = None


def rows_as_json(connection: Connection) -> Iterator[str]:
    """The rows of the log one by one, each as a JSON object; bodies to the letter."""
    for (row,) in connection.execute(_ROWS, execution_options={"yield_per": 500}):
        yield row


def first_broken_of_file(control: Engine, content: bytes) -> int | None:
    """The first event of a whole session's document whose hash is not that of its content; None: its chain holds.

    Raises:
        DBAPIError: it is no document that `read_session_file` has taken.
    """
    with control.connect() as connection:
        broken: int | None = connection.scalar(_FIRST_BROKEN, {"file": content.decode()})
        return broken


def fill(session: Engine, session_id: UUID, what: Import) -> bool:
    """All or none; True: this very import was stored before, and nothing was stored again.

    Raises:
        Conflict: the request was used for another file.
    """
    given = {
        "session": session_id,
        "request": what.request_id,
        "sha256": what.sha256,
        "events": json.dumps(list(what.events), default=str),
        "frozen": None if what.frozen is None else json.dumps(what.frozen, default=_plain),
    }
    with refusals(), session.begin() as connection:
        return bool(connection.scalar(_IMPORT, given))


def _plain(value: object) -> str:
    """Times as ISO instants, ids and the words of enums as they are."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
