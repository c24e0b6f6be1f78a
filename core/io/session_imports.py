"""A file becomes a race session, or incidents of the open one; everything is read and checked before any effect.

The document of a whole session becomes a new session: its own chain must hold, up to its head and at every anchor that
is kept here of the session it is of. The new log begins by saying so, then tells the old one with its times and actors.
A table becomes a new session, or goes on behind what the open one has; there the actor of it all is who imports.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from core.accounts.model import Identity, Right
from core.accounts.policy import demand
from core.errors import BadInput, Conflict
from core.io.database.adopted import adopt
from core.io.database.audit import Act
from core.io.database.engine import SessionEngines
from core.io.database.entries import SessionEntries
from core.io.database.frozen import rows_to_import
from core.io.database.seals import SessionLogs
from core.io.database.session_import import Import, fill, first_broken_of_file
from core.io.session_forms import form_of, sheets_of
from core.penalties.bodies import Body, RulesetPinned, SessionImported
from core.penalties.catalogue import Catalogue
from core.penalties.events import SESSION, TYPES, LogEvent, NewEvent, encode
from core.penalties.fold import EMPTY, Fold, advance
from core.penalties.integrity_desk import IntegrityDesk
from core.penalties.log import WriteRequest
from core.penalties.rulesets import RulesetsDesk
from core.penalties.tables.cells import Ground, Lines, read_lines
from core.penalties.tables.lines import incident_lines
from core.penalties.tables.told import Told, events_of
from core.sessions.desk import DEFAULT_RULESET, SessionsDesk
from core.sessions.entry_list import checked, typed
from core.sessions.model import RaceSession
from core.sessions.ports import EntryWrite
from core.timing.session_file import IMPORTED, SessionFile, named, read_session_file
from core.timing.session_travel import Form, Imported, Look, Wish

READY_WITHIN_S = 20.0


@dataclass(frozen=True, slots=True)
class Stand:
    """What the imports stand on."""

    control: Engine
    engines: SessionEngines
    logs: SessionLogs
    sessions: SessionsDesk
    rulesets: RulesetsDesk
    integrity: IntegrityDesk


@dataclass(frozen=True, slots=True)
class _Table:
    """A table that was read, and the rules and the log that it goes on behind."""

    rules: Catalogue
    name: str
    before: Fold
    lines: Lines
    told: Told


class SessionImports:
    """Shared between threads."""

    def __init__(self, stand: Stand) -> None:
        self._on = stand

    def look(self, content: bytes, file_name: str, wish: Wish, now: datetime) -> Look:
        """What importing the file would do.

        Raises:
            BadInput, UnreadableFile: every row that cannot be taken.
            Conflict: the session to go on with cannot take it.
        """
        form = form_of(content, file_name)
        if form is Form.JSON:
            file = self._whole(content, wish)
            return _look_at_whole(file, advance(EMPTY, file.events()))
        return _look_at_table(form, self._table(content, form, wish, now))

    def bring_in(self, content: bytes, file_name: str, wish: Wish, by: Identity, now: datetime) -> Imported:
        """Import the file, as `look` says; raises as it does, and NotAllowed."""
        demand(by, Right.RUN_SESSIONS)
        form = form_of(content, file_name)
        sha256 = hashlib.sha256(content).digest()
        if form is Form.JSON:
            return self._fill(self._whole(content, wish), sha256, wish, by, now)
        table = self._table(content, form, wish, now)
        if wish.into is not None:
            return self._go_on(wish.into, table, sha256, by, now)
        return self._make(table, sha256, wish, by, now)

    def _whole(self, content: bytes, wish: Wish) -> SessionFile:
        """A document whose chain holds."""
        if wish.into is not None:
            raise BadInput("A whole session cannot go on behind another one.", "Import it as a new session.")
        if b"\\u0000" in content:
            raise BadInput("The file holds a character that nobody can type.", "Export it anew.")
        file = read_session_file(content)
        broken = first_broken_of_file(self._on.control, content) if file.rows else None
        broken = broken or self._missed(file)
        if broken is not None:
            what = f"The file was changed: log row {broken} is not what event {broken} was when it was stored."
            raise BadInput(f"{what} Nothing was imported.", "Export the session anew, and keep the file as it is.")
        if faults := [*_faults_of_entries(file)]:
            raise named(faults)
        return file

    def _missed(self, file: SessionFile) -> int | None:
        """The first anchor kept here that the file's log does not have."""
        known = {one.id for one in self._on.sessions.all()}
        kept = self._on.integrity.anchors(file.about.id) if file.about.id in known else ()
        hashes = {row.seq: row.hash for row in file.rows}
        anchors = sorted(
            one.anchor.seq for one in kept if hashes.get(one.anchor.seq, one.anchor.hash) != one.anchor.hash
        )
        return anchors[0] if anchors else None

    def _fill(self, file: SessionFile, sha256: bytes, wish: Wish, by: Identity, now: datetime) -> Imported:
        fold = advance(EMPTY, file.events())
        ruleset = self._ruleset_name(file.about.ruleset, fold.catalogue, by, now)
        plan = Wish(wish.circuit, wish.name or file.about.name, ruleset, wish.season or file.about.season)
        made = self._made(plan, by, now)
        SessionEntries(self._on.engines).put(made, file.entries, by.account_id, now, EntryWrite())
        said = SessionImported(sha256.hex(), str(file.about.id), file.head.seq, file.head.hash)
        first = _first(said, fold.catalogue.reference if fold.catalogue else "", by, now)
        frozen = None if file.frozen is None else rows_to_import(file.frozen)
        fill(
            self._on.engines.engine(made.database_name),
            made.id,
            Import(f"{IMPORTED}{sha256.hex()}", sha256, [first, *file.told()], frozen),
        )
        adopt(self._on.control, file.people, file.teams, Act(now, by.account_id, "import race session", str(made.id)))
        self._on.sessions.announce(made.id)
        return Imported(made, len(fold.incidents), len(file.rows) + 1)

    def _ruleset_name(self, name: str, pinned: Catalogue | None, by: Identity, now: datetime) -> str:
        """A name that is known here; the log itself brings the content."""
        if name in self._on.rulesets.names():
            return name
        return DEFAULT_RULESET if pinned is None else self._on.rulesets.store(pinned.text, by, now).name

    def _table(self, content: bytes, form: Form, wish: Wish, now: datetime) -> _Table:
        name = wish.ruleset or DEFAULT_RULESET
        before = self._open_fold(wish.into) if wish.into else _begun(self._on.rulesets.load(name))
        rules = before.catalogue
        if rules is None:
            raise Conflict("The session has no ruleset yet.", "Open it first: opening pins its ruleset.")
        ground = Ground(rules, ZoneInfo(wish.circuit.time_zone), now)
        lines, mistakes = read_lines(sheets_of(content, form), ground)
        if mistakes:
            raise named(mistakes)
        if not lines.incidents:
            raise BadInput("The table holds no incident.", "Fill in the template: a heading row, then a row each.")
        return _Table(rules, name, before, lines, events_of(lines, before))

    def _open_fold(self, session_id: UUID) -> Fold:
        return self._on.logs.log(self._on.sessions.readable(session_id)).fold()

    def _go_on(self, session_id: UUID, table: _Table, sha256: bytes, by: Identity, now: datetime) -> Imported:
        """Decided anew under the log's lock if somebody has written since."""
        session = self._on.sessions.readable(session_id)
        request = WriteRequest(f"{IMPORTED}{sha256.hex()}", session_id, by, now)
        said = NewEvent(SESSION, now, SessionImported(sha256.hex()))

        def decide(fold: Fold) -> list[NewEvent]:
            told = table.told if fold.head == table.before.head else events_of(table.lines, fold)
            return [said, *told.events]

        written = self._on.logs.log(session).write(request, sha256, decide)
        return Imported(session, len(table.lines.incidents), len(written.events), table.told.strange)

    def _make(self, table: _Table, sha256: bytes, wish: Wish, by: Identity, now: datetime) -> Imported:
        made = self._made(Wish(wish.circuit, wish.name, table.name, wish.season), by, now)
        opening: list[Body] = [RulesetPinned(table.rules.reference, table.rules.text), SessionImported(sha256.hex())]
        events = [*(NewEvent(SESSION, now, body) for body in opening), *table.told.events]
        request = WriteRequest(f"{IMPORTED}{sha256.hex()}", made.id, by, now)
        self._on.logs.log(made).bring_in(request, sha256, table.rules.reference, events)
        self._on.sessions.announce(made.id)
        return Imported(made, len(table.lines.incidents), len(events), table.told.strange)

    def _made(self, plan: Wish, by: Identity, now: datetime) -> RaceSession:
        if not plan.name:
            raise BadInput("The new session has no name.", "Say how it is to be called.")
        ruleset = plan.ruleset or DEFAULT_RULESET
        sessions = self._on.sessions
        made = sessions.create(plan.circuit.id, plan.name, by=by, now=now, ruleset=ruleset, season=plan.season)
        return sessions.wait_ready(made.id, READY_WITHIN_S)


def _begun(rules: Catalogue) -> Fold:
    """A log that has nothing but its rules."""
    body = RulesetPinned(rules.reference, rules.text)
    began = datetime.min.replace(tzinfo=ZoneInfo("UTC"))
    return advance(EMPTY, [LogEvent(1, "", 1, SESSION, began, began, "", "", TYPES[RulesetPinned], body, "", "")])


def _first(body: Body, ruleset: str, by: Identity, now: datetime) -> Mapping[str, object]:
    return {
        "subject": SESSION,
        "at": now.isoformat(),
        "actor": str(by.account_id),
        "role": by.role.value,
        "type": TYPES[type(body)],
        "body": encode(body),
        "ruleset": ruleset,
    }


def _faults_of_entries(file: SessionFile) -> Sequence[str]:
    faults: list[str] = []
    for place, entry in enumerate(file.entries, start=1):
        try:
            checked(typed(entry))
        except BadInput as error:
            faults.append(f"entries row {place}: {error.what}")
    return faults


def _look_at_whole(file: SessionFile, fold: Fold) -> Look:
    return Look(
        form=Form.JSON,
        name=file.about.name,
        ruleset=fold.catalogue.reference if fold.catalogue else "",
        incidents=len(fold.incidents),
        voided=sum(1 for one in fold.incidents.values() if one.void is not None),
        penalties=len(fold.penalties),
        events=len(file.rows),
        entries=len(file.entries),
        laps=file.frozen.laps if file.frozen else 0,
        head=f"{file.head.seq}:{file.head.hash}" if file.rows else "",
        strange=(),
        lines=incident_lines(fold),
    )


def _look_at_table(form: Form, table: _Table) -> Look:
    lines = table.lines
    return Look(
        form=form,
        name=None,
        ruleset=table.rules.reference,
        incidents=len(lines.incidents),
        voided=sum(1 for one in lines.incidents if one.voided is not None),
        penalties=sum(1 for one in lines.penalties if one.issued is not None),
        events=len(table.told.events),
        entries=0,
        laps=0,
        head="",
        strange=table.told.strange,
        lines=lines.incidents,
    )
