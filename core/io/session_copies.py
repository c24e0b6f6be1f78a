"""Race sessions as files to carry away: a verified dump and beside it a manifest that says what it holds.

A restored session stands at the circuit of the same short name, inactive, with its own id, log and entries. Who did
what is known by account ids; an installation that does not have these accounts shows them as removed.
"""

import hashlib
import os
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from core.errors import Conflict, NotFound, UnreadableFile
from core.io.backup import verified_dump
from core.io.database.audit import Act, note
from core.io.database.sessions import race_session
from core.io.runtime import Runtime
from core.io.session_jobs import make_ready
from core.penalties.events import Anchor
from core.sessions.model import RaceSession, SessionState

PATIENCE_S = 600.0


class Manifest(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["paddock race session 1"] = "paddock race session 1"
    id: UUID
    name: str
    circuit: str
    """The circuit's short name."""
    ruleset: str
    season: str | None = None
    """Copies of earlier releases do not say it."""
    created_at: datetime
    closed_at: datetime | None
    taken_at: datetime
    dump: str
    """The file beside this one."""
    sha256: str
    head: Anchor
    """To be kept elsewhere too: it shows a log that was cut short."""
    events: int
    entries: int


def carry_out(runtime: Runtime, session: RaceSession, folder: Path, now: datetime) -> Path:
    """Write dump and manifest into the folder; returns the manifest, which is written last.

    Raises:
        Unavailable, UnreadableFile: the dump failed, or is not what the database holds.
    """
    stem = f"session-{session.number}-{now:%Y%m%dT%H%M%SZ}"
    target = folder / f"{stem}.dump"
    with verified_dump(runtime.control, session.database_name, folder) as dump:
        manifest = Manifest(
            id=session.id,
            name=session.name,
            circuit=runtime.circuits.get(session.circuit_id).slug,
            ruleset=session.ruleset,
            season=session.season,
            created_at=session.created.at,
            closed_at=session.closed.at if session.closed else None,
            taken_at=now,
            dump=target.name,
            sha256=_sha256(dump.file),
            head=dump.content.head,
            events=dump.content.events,
            entries=dump.content.entries,
        )
        shutil.copyfile(dump.file, target)
    _to_disk(target)
    written = folder / f"{stem}.json"
    written.write_text(manifest.model_dump_json(indent=2) + "\n")
    _to_disk(written)
    return written


def bring_in(runtime: Runtime, file: Path, now: datetime, *, circuit: str | None, name: str | None) -> RaceSession:
    """Register the session of a manifest and make its database.

    Args:
        runtime: opened as the owner.
        file: the manifest.
        now: the time.
        circuit: another circuit's short name than that of the manifest.
        name: another name than that of the manifest.

    Raises:
        UnreadableFile: the manifest or the dump is damaged.
        Conflict: the session is here already, or its name is taken.
    """
    manifest = _read(file)
    dump = file.with_name(manifest.dump)
    if not dump.is_file() or _sha256(dump) != manifest.sha256:
        raise UnreadableFile(f"{dump} is missing or not the file that was written.", "Take another copy of it.")
    with dump.open("rb") as stream:
        runtime.blobs.put(stream)
    _register(runtime, manifest, now, {"slug": circuit or manifest.circuit, "name": name or manifest.name})
    make_ready(runtime)
    session = runtime.race_sessions.wait_ready(manifest.id, PATIENCE_S)
    _compare(runtime, session, manifest)
    return session


def _register(runtime: Runtime, manifest: Manifest, now: datetime, where: Mapping[str, str]) -> None:
    known = {} if manifest.season is None else {"season": manifest.season}
    row = insert(race_session).values(
        **known,
        id=manifest.id,
        circuit_id=runtime.circuits.find(where["slug"]).id,
        name=where["name"],
        database_name=f"session_{manifest.id.hex}",
        ruleset=manifest.ruleset,
        state=SessionState.RESTORING.value,
        created_at=manifest.created_at,
        closed_at=manifest.closed_at,
        dump_sha256=manifest.sha256,
    )
    try:
        with runtime.control.begin() as connection:
            connection.execute(row)
            note(connection, Act(now, None, "restore race session", str(manifest.id)), {"sha256": manifest.sha256})
    except IntegrityError as error:
        what = f"“{where['name']}” is here already, or a session of that name is."
        raise Conflict(what, "Give it another --name; a session that is here is brought back from its page.") from error


def _compare(runtime: Runtime, session: RaceSession, manifest: Manifest) -> None:
    """Every event up to the anchor is vouched for by the anchor's hash."""
    events = runtime.session_logs.log(session).events(manifest.head.seq - 1)
    if manifest.head.seq and (not events or events[0].hash != manifest.head.hash):
        raise UnreadableFile("The restored log does not have the anchor of its manifest.", "Use another backup.")


def _read(file: Path) -> Manifest:
    try:
        return Manifest.model_validate_json(file.read_bytes())
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {file}.", "Give the manifest that `paddock backup` wrote.") from error
    except ValidationError as error:
        raise UnreadableFile(f"{file} is not a manifest of a backup.", "Give the .json beside the .dump.") from error


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _to_disk(file: Path) -> None:
    """Names of people are in it: for our own user only."""
    file.chmod(0o600)
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
