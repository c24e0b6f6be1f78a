"""A log's chain, computed anew from its rows.

The digest stands here and not only in the session's own database: a superuser who edits a row could also put another
`event_digest` there. Functions are named with their schema for the same reason.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy.exc import DBAPIError

from core.errors import Unavailable
from core.io.database.engine import SessionEngines
from core.io.database.event_rows import event
from core.penalties.events import Anchor
from core.penalties.integrity import Chain
from core.sessions.model import RaceSession

_HEAD = select(event.c.seq, event.c.hash).order_by(event.c.seq.desc()).limit(1)
_HASHES = select(event.c.seq, event.c.hash).where(event.c.seq.in_(bindparam("seqs", expanding=True)))
_FIRST_BROKEN = text("""
  SELECT pg_catalog.min(number) FROM (
    SELECT row_number() OVER log AS number, seq, hash, prev_hash, coalesce(lag(hash) OVER log, '\\x00') AS hash_before,
      pg_catalog.sha256(prev_hash || pg_catalog.convert_to(pg_catalog.jsonb_build_array(
        seq, request_id, ordinal, pg_catalog.encode(request_sha256, 'hex'), subject, extract(epoch FROM at),
        extract(epoch FROM recorded_at), actor, role, type, body, ruleset)::pg_catalog.text, 'UTF8')) AS digest
    FROM public.event WINDOW log AS (ORDER BY seq)
  ) link WHERE seq <> number OR hash <> digest OR prev_hash <> hash_before""")
_AT_ONE_MOMENT = {"isolation_level": "REPEATABLE READ"}


class LogChains:
    """`Chains` of the integrity desk."""

    def __init__(self, engines: SessionEngines) -> None:
        self._engines = engines

    def head(self, session: RaceSession) -> Anchor:
        with self._connected(session) as connection:
            return _head(connection)

    def read(self, session: RaceSession, seqs: Collection[int]) -> Chain:
        with self._connected(session) as connection:
            hashes = {row.seq: row.hash.hex() for row in connection.execute(_HASHES, {"seqs": list(seqs)})}
            return Chain(_head(connection), first_broken(connection), hashes)

    @contextmanager
    def _connected(self, session: RaceSession) -> Iterator[Connection]:
        """One moment of the log.

        Raises:
            Unavailable: its table is damaged or not there: not a broken chain, but nothing that can be vouched for.
        """
        engine = self._engines.engine(session.database_name).execution_options(**_AT_ONE_MOMENT)
        try:
            with engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            what = f"The log of session {session.number} cannot be read: {error.orig}".strip()
            raise Unavailable(
                what, "Look at the database server's log; bring the session back from a backup."
            ) from error


def first_broken(connection: Connection) -> int | None:
    """The first number at which the log is not what it must be; None: the chain is whole."""
    broken: int | None = connection.scalar(_FIRST_BROKEN)
    return broken


def _head(connection: Connection) -> Anchor:
    row = connection.execute(_HEAD).one_or_none()
    return Anchor(0, "") if row is None else Anchor(row.seq, row.hash.hex())
