"""A race session as a file: JSON of the whole, written row by row; tables as a zip of CSV or a workbook.

An export reads one moment of the log and switches nothing. Who may not read race control gets no names of people.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection, Engine, select

from core.accounts.model import Identity, Right
from core.accounts.policy import demand
from core.io.database.engine import SessionEngines
from core.io.database.entries import read_entries
from core.io.database.event_rows import TAIL, event, event_of
from core.io.database.frozen import read_frozen
from core.io.database.session_import import rows_as_json
from core.io.session_forms import MEDIA, SUFFIX, packed
from core.penalties.events import Anchor
from core.penalties.fold import EMPTY, advance
from core.sessions.desk import SessionsDesk
from core.sessions.model import Entry, RaceSession
from core.timing import results
from core.timing.frozen import Frozen
from core.timing.session_file import FORMAT, About, entries_as_values, frozen_as_values, without_names
from core.timing.session_sheets import Content, sheets_of, templates
from core.timing.session_travel import Form
from core.tracks.desk import CircuitsDesk

_ONE_MOMENT = {"isolation_level": "REPEATABLE READ"}
_HEAD = select(event.c.seq, event.c.hash, event.c.ruleset).order_by(event.c.seq.desc()).limit(1)
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Export:
    name: str
    media: str
    chunks: Iterator[bytes]


class Names(Protocol):
    def __call__(self, someone: str, /) -> str:
        """Of an account, as it is called now."""


class SessionExports:
    """Shared between threads."""

    def __init__(self, sessions: SessionsDesk, circuits: CircuitsDesk, engines: SessionEngines, names: Names) -> None:
        self._sessions = sessions
        self._circuits = circuits
        self._engines = engines
        self._names = names

    def export(self, session_id: UUID, form: Form, by: Identity, now: datetime) -> Export:
        """The session as it stands; the file is made while it is read.

        Raises:
            NotAllowed: the role or the token does not cover it.
            Conflict: its database is not ready, or put away.
        """
        demand(by, Right.EXPORT)
        session = self._sessions.readable(session_id)
        shown = Right.READ_RACE_CONTROL in by.rights
        write = self._json if form is Form.JSON else self._tables
        name = f"session-{session.number}.{SUFFIX[form]}"
        return Export(name, MEDIA[form], write(session, form, now, shown))

    def template(self, form: Form) -> bytes:
        """The tables that an import reads, with their headings alone."""
        return packed(templates(), form)

    def _engine(self, session: RaceSession) -> Engine:
        return self._engines.engine(session.database_name).execution_options(**_ONE_MOMENT)

    def _frozen(self, session: RaceSession, shown: bool) -> Frozen | None:  # noqa: FBT001 - one fact handed on
        found = read_frozen(self._engine(session), session)
        return found if found is None or shown else without_names(found)

    def _json(self, session: RaceSession, _: Form, now: datetime, shown: bool) -> Iterator[bytes]:  # noqa: FBT001 - see above
        frozen = self._frozen(session, shown)
        with self._engine(session).connect() as connection:
            entries = read_entries(connection)
            yield from _member("format", FORMAT, begin="{\n")
            yield from _member("exported_at", now.isoformat())
            yield from _member("session", self._about(session))
            yield from _member("head", _head(connection))
            yield b'"log": [\n'
            for at, row in enumerate(rows_as_json(connection)):
                yield f"{',' if at else ' '}{row}\n".encode()
            yield b"],\n"
        yield from _member("entries", entries_as_values(entries, names=shown))
        yield from _member("people", _people(entries) if shown else {})
        yield from _member("teams", _teams(entries) if shown else {})
        yield from _member("frozen", None if frozen is None else frozen_as_values(frozen), end="\n}\n")

    def _tables(self, session: RaceSession, form: Form, now: datetime, shown: bool) -> Iterator[bytes]:  # noqa: FBT001 - see above
        whole = packed(sheets_of(self._content(session, shown), now), form)
        for at in range(0, len(whole), _CHUNK):
            yield whole[at : at + _CHUNK]

    def _content(self, session: RaceSession, shown: bool) -> Content:  # noqa: FBT001 - see above
        with self._engine(session).connect() as connection:
            events = tuple(map(event_of, connection.execute(TAIL)))
            entries = read_entries(connection)
        fold, frozen = advance(EMPTY, events), self._frozen(session, shown)
        published = results.latest(fold)
        listed = frozen.classification if frozen else results.of_content(published.content) if published else None
        return Content(
            session=session,
            circuit=self._circuits.get(session.circuit_id).slug,
            fold=fold,
            events=events,
            entries=entries if shown else tuple(Entry(one.number, one.category) for one in entries),
            frozen=frozen,
            results=listed,
            names={actor: self._names(actor) for actor in {one.actor for one in events}} if shown else {},
        )

    def _about(self, session: RaceSession) -> object:
        circuit = self._circuits.get(session.circuit_id)
        about = About(
            id=session.id,
            number=session.number,
            name=session.name,
            circuit=circuit.slug,
            time_zone=circuit.time_zone,
            season=session.season,
            ruleset=session.ruleset,
            state=session.state,
            created_at=session.created.at,
            opened_at=session.opened.at if session.opened else None,
            closed_at=session.closed.at if session.closed else None,
        )
        return about.model_dump(mode="json")


def _member(name: str, value: object, *, begin: str = "", end: str = ",\n") -> Iterator[bytes]:
    yield f"{begin}{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}{end}".encode()


def _head(connection: Connection) -> dict[str, object]:
    row = connection.execute(_HEAD).one_or_none()
    head = Anchor(0, "") if row is None else Anchor(row.seq, row.hash.hex())
    return {"seq": head.seq, "hash": head.hash}


def _people(entries: tuple[Entry, ...]) -> dict[str, str]:
    return {str(one): name for each in entries for one, name in zip(each.driver_ids, each.drivers, strict=False)}


def _teams(entries: tuple[Entry, ...]) -> dict[str, str]:
    return {str(one.team_id): one.team for one in entries if one.team_id and one.team}
