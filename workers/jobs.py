"""What is done by the clock: plain functions of the runtime, each safe to run twice and by two workers at once."""

import logging
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from core.io.clock import utc_now
from core.io.database.links import LinkRows
from core.io.database.retention import forget_segments, retention
from core.io.database.sweep import forget_sign_ins
from core.io.database.timing import TimingRows
from core.io.recorder import drop_sealed, mark_sealed, segments
from core.io.runtime import Runtime
from workers import checkpoint
from workers.node import FolderLock

log = logging.getLogger(__name__)

_SIGN_INS_KEPT = timedelta(days=30)
"""After their end: an admin may want to see who was there."""
_RETRIES_KEPT = timedelta(days=3)
_LINK_LOG_KEPT = timedelta(days=180)
_MINUTES_KEPT = timedelta(days=14)
"""Then counts by the minute become counts by the hour."""


def seal_recordings(runtime: Runtime) -> None:
    """Bring the finished segments of this node's spools into the blob store and index them."""
    with FolderLock(runtime.settings.data / "spool") as lock:
        if lock.held:
            for folder in _spools(runtime.settings.data):
                _seal(runtime, folder)


def keep_key_frames(runtime: Runtime) -> None:
    """Fold what this node has recorded since, so that whoever rewinds finds key frames and waits for nothing."""
    for circuit in runtime.circuits.all():
        if (runtime.settings.data / "spool" / str(circuit.id)).is_dir():
            runtime.dvrs.journal(circuit.id, circuit.protocol).extend()


def sweep_sign_ins(runtime: Runtime) -> None:
    """Forget browsers' entries that ended long ago."""
    if forgotten := forget_sign_ins(runtime.control, utc_now() - _SIGN_INS_KEPT):
        log.info("sign-ins forgotten", extra={"rows": forgotten})


def thin_links(runtime: Runtime) -> None:
    """Make few rows of what the connection logs and counts have of long ago."""
    now = utc_now()
    links = LinkRows(runtime.control)
    gone = links.thin(retries=now - _RETRIES_KEPT, log=now - _LINK_LOG_KEPT, minutes=now - _MINUTES_KEPT)
    if gone:
        log.info("connection logs thinned", extra={"rows": gone})


def drop_old_recordings(runtime: Runtime) -> None:
    """Let go of raw frames that are older than the admin wants, unless somebody has marked them."""
    if (kept_for := retention(runtime.control)) is None:
        return
    blobs = forget_segments(runtime.control, utc_now() - kept_for)
    for sha256 in blobs:
        runtime.blobs.remove(sha256)
    if blobs:
        log.info("old recordings dropped", extra={"segments": len(blobs), "days": kept_for.days})


def _seal(runtime: Runtime, folder: Path) -> None:
    rows = TimingRows(runtime.control)
    try:
        for segment in segments(folder):
            rows.add_segment(UUID(folder.name), segment, runtime.blobs.put(segment.packed))
            mark_sealed(segment)
    except IntegrityError:
        log.warning("spool of a circuit that the database does not know", extra={"folder": folder.name})
        return
    if (place := checkpoint.place(folder)) is not None:
        drop_sealed(folder, through=place)


def _spools(data: Path) -> list[Path]:
    return sorted(folder for folder in (data / "spool").iterdir() if folder.is_dir())
