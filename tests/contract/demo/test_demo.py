"""One call sets the whole demo up; another finds it; real accounts are never touched."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from core.accounts.model import Role
from core.accounts.plan import AccountChange, AccountPlan
from core.errors import Conflict, NotSignedIn
from core.io.clock import utc_now
from core.io.demo import DemoAccount, prepare
from core.io.runtime import Runtime
from core.io.session_jobs import make_ready
from core.sessions.model import SessionState
from core.timing.recordings import read_recording
from core.tracks.model import Recording
from tests.quick_passwords import hurry

LONG_AFTER = timedelta(hours=1)


@pytest.fixture
def runtime(owner_runtime: Runtime) -> Iterator[Runtime]:
    """With somebody who makes race sessions ready."""
    hurry(owner_runtime)
    stop = threading.Event()

    def worker() -> None:
        while not stop.wait(0.1):
            make_ready(owner_runtime)

    thread = threading.Thread(target=worker)
    thread.start()
    yield owner_runtime
    stop.set()
    thread.join()


def enters(runtime: Runtime, account: DemoAccount) -> Role:
    now = utc_now()
    identity = runtime.accounts.identify_cookie(
        runtime.accounts.sign_in(account.name, account.password, client="", now=now), now
    )
    assert identity is not None
    return identity.role


def test_everything_is_there_after_one_call(runtime: Runtime) -> None:
    accounts = prepare(runtime, utc_now())

    assert [enters(runtime, account) for account in accounts] == list(Role)
    [circuit] = runtime.circuits.running()
    assert isinstance(circuit.transport, Recording)
    assert (circuit.slug, circuit.transport.loop) == ("demo", True)
    recording = read_recording(runtime.settings.data / circuit.transport.path)
    first, *_, last = recording
    assert last.at - first.at > timedelta(minutes=20)
    session = runtime.race_sessions.active(circuit.id)
    assert session is not None
    assert (session.name, session.state) == ("Demo endurance", SessionState.READY)
    entries = runtime.race_sessions.entries(session.id)
    assert len(entries) == 30
    assert all(entry.team and entry.drivers and entry.source_id for entry in entries)


def test_a_second_call_changes_only_the_passwords(runtime: Runtime) -> None:
    before = prepare(runtime, utc_now())
    circuits, accounts = runtime.circuits.all(), runtime.accounts.accounts()
    sessions = runtime.race_sessions.all()

    after = prepare(runtime, utc_now())

    assert runtime.circuits.all() == circuits
    assert runtime.accounts.accounts() == accounts
    assert runtime.race_sessions.all() == sessions
    assert [replace(account, password="") for account in after] == [replace(account, password="") for account in before]
    assert {account.password for account in after}.isdisjoint(account.password for account in before)
    assert [enters(runtime, account) for account in after] == list(Role)
    with pytest.raises(NotSignedIn):
        enters(runtime, before[0])


def test_what_was_tried_out_with_the_accounts_is_undone(runtime: Runtime) -> None:
    now = utc_now()
    prepare(runtime, now)
    desk = runtime.accounts
    desk.set_role(desk.find("viewer").id, Role.ADMIN, by=None, now=now)
    desk.set_role(desk.find("admin").id, Role.VIEWER, by=None, now=now)
    desk.change(desk.find("steward").id, AccountChange(active=False), by=None, now=now)

    assert [enters(runtime, account) for account in prepare(runtime, now)] == list(Role)


def test_an_installation_with_accounts_of_its_own_is_left_alone(runtime: Runtime) -> None:
    now = utc_now()
    plan = AccountPlan("admin", "Real admin", Role.ADMIN, "a password of my own")
    real = runtime.accounts.create_account(plan, by=None, now=now)

    with pytest.raises(Conflict, match="--data demo-data"):
        prepare(runtime, now)

    assert runtime.accounts.accounts() == (real,)
    assert runtime.circuits.all() == ()
    assert enters(runtime, DemoAccount("admin", Role.ADMIN, "a password of my own")) is Role.ADMIN


def test_a_demo_that_was_taken_into_use_is_left_alone(runtime: Runtime) -> None:
    now = utc_now()
    accounts = prepare(runtime, now)
    plan = AccountPlan("somebody", "Somebody", Role.TEAM, "a password of my own")
    runtime.accounts.create_account(plan, by=None, now=now)

    with pytest.raises(Conflict, match="accounts that the demo did not make"):
        prepare(runtime, now)

    assert enters(runtime, accounts[0]) is Role.ADMIN


def test_a_stopped_or_half_made_demo_is_completed(runtime: Runtime) -> None:
    now = utc_now()
    prepare(runtime, now)
    [circuit] = runtime.circuits.all()
    assert isinstance(circuit.transport, Recording)
    session = runtime.race_sessions.active(circuit.id)
    assert session is not None
    runtime.circuits.stop(circuit.id, by=None, now=now)
    runtime.race_sessions.close(session.id, None, now)
    (runtime.settings.data / circuit.transport.path).unlink()

    prepare(runtime, now + LONG_AFTER)

    assert runtime.circuits.running() == (runtime.circuits.get(circuit.id),)
    assert (runtime.settings.data / circuit.transport.path).exists()
    active = runtime.race_sessions.active(circuit.id)
    assert active is not None
    assert active.id == session.id
