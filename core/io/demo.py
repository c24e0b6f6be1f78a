"""The demo: a circuit that replays an endless invented race, an open race session with its entries, an account a role.

Safe to run at every start. Passwords are new each time and shown once; only accounts that the demo itself has made are
touched, and where any other account exists there is no demo at all: it would let strangers into real data.
"""

import gzip
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Connection

from core.accounts.model import Account, Role
from core.accounts.plan import AccountChange, AccountPlan
from core.errors import Conflict
from core.io.database.audit import Act
from core.io.database.settings import set_value, value_of
from core.io.runtime import Runtime
from core.sessions.entry_list import typed
from core.sessions.model import Entry, RaceSession, SessionState
from core.sessions.ports import EntryWrite
from core.timing.simulate import Plan, recording_lines, simulate
from core.timing.simulate.driving import entries
from core.tracks.model import Circuit, CircuitPlan, Recording, Transport

RACE = Plan(seed=1, karts=30, duration_s=1500, title="Demo endurance")
BEGIN_S = 540.0
"""Into the race already: laps, gaps and first stops are there when somebody looks."""
_SLUG, _NAME, _SESSION = "demo", "Demo Ring", "Demo endurance"
_RULESET = "demo"
"""Its limits fit half an hour, so that timing has something to propose within the first minutes, and not too much."""
_FOLDER = "demo"
_MARK = "demo_accounts"
_MARKED: TypeAdapter[set[UUID]] = TypeAdapter(set[UUID])
_OVER = frozenset({SessionState.ARCHIVING, SessionState.ARCHIVED, SessionState.FAILED})
_PATIENCE_S = 30.0
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that look like another."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Who may enter, until the next start."""

    name: str
    role: Role
    password: str


def prepare(runtime: Runtime, now: datetime) -> list[DemoAccount]:
    """Set everything up, or find it set up. A worker must run: it makes the session's database.

    Raises:
        Conflict: the installation has accounts of its own.
        Unavailable: no worker has made the session within half a minute.
    """
    known = _demo_accounts(runtime)
    circuit = _circuit(runtime, now)
    session = _session(runtime, circuit, now)
    accounts = _accounts(runtime, known, now)
    _open(runtime, circuit, session, now)
    return accounts


def _demo_accounts(runtime: Runtime) -> dict[str, Account]:
    """The demo's own accounts by name, if there are no others."""
    with runtime.control.connect() as connection:
        marked = _marked(connection)
    accounts = runtime.accounts.accounts()
    if any(account.id not in marked for account in accounts):
        raise Conflict(
            "This installation has accounts that the demo did not make.",
            "Start it without --demo, or give the demo a folder of its own: --data demo-data.",
        )
    return {account.name: account for account in accounts}


def _circuit(runtime: Runtime, now: datetime) -> Circuit:
    recording = Recording(_recording(runtime.settings.data), loop=True, begin_s=BEGIN_S)
    plan = CircuitPlan(_SLUG, _NAME, "apex", recording)
    circuit = next((circuit for circuit in runtime.circuits.all() if circuit.slug == _SLUG), None)
    if circuit is None:
        circuit = runtime.circuits.create(plan, by=None, now=now)
    elif _is_ours(circuit.transport) and circuit.transport != recording:
        circuit = runtime.circuits.update(circuit.id, plan, by=None, now=now)
    return runtime.circuits.start(circuit.id, by=None, now=now)


def _is_ours(transport: Transport) -> bool:
    return isinstance(transport, Recording) and transport.path.startswith(f"{_FOLDER}/")


def _recording(data: Path) -> str:
    """The race as a file below the data folder, named by its content: another release may invent another race."""
    text = "".join(f"{line}\n" for line in recording_lines(simulate(RACE))).encode()
    path = f"{_FOLDER}/endurance-{hashlib.sha256(text).hexdigest()[:12]}.jsonl.gz"
    file = data / path
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".draft")
        draft.write_bytes(gzip.compress(text, mtime=0))
        draft.replace(file)
    return path


def _session(runtime: Runtime, circuit: Circuit, now: datetime) -> RaceSession:
    """The demo's race session, asked for if there is none; a worker begins with it while passwords are hashed."""
    for session in runtime.race_sessions.all(circuit.id):
        if session.name == _SESSION and session.state not in _OVER:
            return session
    return runtime.race_sessions.create(circuit.id, _SESSION, by=None, now=now, ruleset=_RULESET)


def _open(runtime: Runtime, circuit: Circuit, session: RaceSession, now: datetime) -> None:
    """Enter the teams and open the session, unless somebody has opened another one."""
    desk = runtime.race_sessions
    session = desk.wait_ready(session.id, _PATIENCE_S)
    if session.state is SessionState.READY and not desk.entries(session.id):
        runtime.entries.bring_in(session.id, [typed(entry) for entry in _entries()], None, now, EntryWrite(whole=True))
    if desk.active(circuit.id) is None:
        desk.open(session.id, None, now)


def _entries() -> list[Entry]:
    karts = entries(RACE, Random(RACE.seed))  # noqa: S311 - the same draw as the race itself
    return [Entry(kart.number, None, kart.team, kart.drivers, kart.source_id) for kart in karts]


def _accounts(runtime: Runtime, known: dict[str, Account], now: datetime) -> list[DemoAccount]:
    """An account a role with a new password. Hashing takes 0.2 s each, so several are made side by side."""
    wanted = [DemoAccount(role.value, role, _password()) for role in Role]
    for demo in wanted:
        _put_back(runtime, demo, known.get(demo.name), now)
    with ThreadPoolExecutor(max_workers=4) as hands:
        for account in hands.map(lambda demo: _account(runtime, demo, known.get(demo.name), now), wanted):
            _mark(runtime, account, now)
    return wanted


def _account(runtime: Runtime, demo: DemoAccount, known: Account | None, now: datetime) -> Account:
    if known is None:
        team = _entries()[0].team if demo.role is Role.TEAM else None
        shown = demo.name.replace("_", " ").capitalize()
        plan = AccountPlan(demo.name, f"Demo {shown}", demo.role, demo.password, team)
        return runtime.accounts.create_account(plan, by=None, now=now)
    runtime.accounts.set_password(known.id, demo.password, by=None, now=now)
    return known


def _put_back(runtime: Runtime, demo: DemoAccount, known: Account | None, now: datetime) -> None:
    """Undo what somebody tried out; the admin comes first, so that there is always one."""
    if known is not None and (known.role, known.active) != (demo.role, True):
        runtime.accounts.change(known.id, AccountChange(role=demo.role, active=True), by=None, now=now)


def _mark(runtime: Runtime, account: Account, now: datetime) -> None:
    """Write down that the demo made this account."""
    with runtime.control.begin() as connection:
        marked = _marked(connection)
        if account.id not in marked:
            act = Act(now, None, "make demo account", account.name)
            set_value(connection, _MARK, sorted(map(str, {*marked, account.id})), act)


def _marked(connection: Connection) -> set[UUID]:
    return _MARKED.validate_python(value_of(connection, _MARK) or ())


def _password() -> str:
    """Almost sixty bits in three groups that can be typed from a terminal."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
