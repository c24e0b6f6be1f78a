"""Backups that prove themselves: a dump is restored beside the original and compared, timed, and noted either way.

What failed stands in the same list as what succeeded, so that a backup that has not worked for days is seen before it
is needed. Each good one also keeps an anchor: the head that the dump holds.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from core.errors import PortalError, Unavailable
from core.io.backup import keep_dump_of
from core.io.blobs import Blobs
from core.io.clock import utc_now
from core.io.database.rehearsals import Rehearsal, Rehearsals
from core.io.settings import Settings
from core.penalties.events import Anchor
from core.penalties.integrity import Why
from core.penalties.integrity_desk import IntegrityDesk
from core.sessions.model import RaceSession, SessionState

log = logging.getLogger(__name__)

EVERY = timedelta(hours=24)
AGAIN = timedelta(hours=1)
"""After a failure."""

Note = Callable[..., None]
"""Says what the dump holds: head, events, entries and, where it is kept, its sha256."""


class Shop(Protocol):
    """What the job stands on."""

    @property
    def settings(self) -> Settings: ...
    @property
    def control(self) -> Engine: ...
    @property
    def blobs(self) -> Blobs: ...
    @property
    def rehearsals(self) -> Rehearsals: ...
    @property
    def integrity(self) -> IntegrityDesk: ...


def rehearse_restores(shop: Shop) -> None:
    """Back up what a day has changed, and what has closed; each restored, compared and timed. Safe to run twice.

    A day on which nothing has changed rehearses the newest session again: a disk may fill and a password change.
    """
    sessions, now = shop.integrity.readable(), utc_now()
    newest = {one.session_id: one for one in shop.rehearsals.newest()}
    due = [one for one in sessions if _due(shop, one, newest.get(one.id), now)]
    quiet = all(now - one.at >= EVERY for one in newest.values())
    for session in due or (sessions[:1] if newest and quiet else ()):
        try:
            rehearse(shop, session, utc_now())
        except PortalError as error:
            log.error("backup failed", extra={"session": str(session.id), "why": str(error)})  # noqa: TRY400 - noted


def rehearse(shop: Shop, session: RaceSession, now: datetime) -> None:
    """Dump the session, restore and compare; keep the dump in place of the last one.

    Raises:
        Unavailable, UnreadableFile: it failed; the failure is noted.
    """
    with rehearsed(shop, session, now) as note:
        content, sha256 = keep_dump_of(shop.control, session.database_name, shop.blobs, _drafts(shop.settings))
        note(content.head, content.events, content.entries, sha256)


@contextmanager
def rehearsed(shop: Shop, session: RaceSession, now: datetime) -> Iterator[Note]:
    """Time what is done inside and note what came of it.

    Raises:
        Unavailable: the disk took no more, or the server did not do its part; other errors of ours go through.
    """
    began = time.monotonic()

    def took_ms() -> int:
        return round((time.monotonic() - began) * 1000)

    def note(head: Anchor, events: int, entries: int, sha256: str | None = None) -> None:
        done = Rehearsal(session.id, now, took_ms(), head.seq, events, entries, sha256)
        shop.integrity.keep_known(session.id, head, Why.BACKUP, now)
        for freed in shop.rehearsals.add(done):
            shop.blobs.remove(freed)
        log.info("backup rehearsed", extra={"session": str(session.id), "took_ms": done.took_ms, "events": events})

    try:
        yield note
    except (PortalError, DBAPIError, OSError) as error:
        said = error.what if isinstance(error, PortalError) else f"The backup was not written: {_words(error)}"
        shop.rehearsals.add(Rehearsal(session.id, now, took_ms(), problem=said))
        if isinstance(error, PortalError):
            raise
        raise Unavailable(said, "Make room on the disk or mend the server, then try again.") from error


def _due(shop: Shop, session: RaceSession, last: Rehearsal | None, now: datetime) -> bool:
    waited = now - (last.at if last else session.created.at)
    if last is not None and last.problem is not None:
        return waited >= AGAIN
    return (waited >= EVERY or session.state is SessionState.CLOSED) and _moved(shop, session, last)


def _moved(shop: Shop, session: RaceSession, last: Rehearsal | None) -> bool:
    try:
        return last is None or shop.integrity.head(session.id).seq != last.seq
    except PortalError:  # nobody can read it: the backup will say why
        return True


def _words(error: DBAPIError | OSError) -> str:
    said = error.strerror if isinstance(error, OSError) else str(error.orig).partition("\n")[0]
    return said or type(error).__name__


def _drafts(settings: Settings) -> Path:
    return settings.data / "dumps"
