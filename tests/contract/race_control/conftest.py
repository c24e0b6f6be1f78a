"""A circuit, officials and sessions, made the way workers and the portal make them."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from uuid import UUID

import pytest

from core.accounts.model import Identity, Role, Via
from core.accounts.plan import AccountPlan
from core.accounts.policy import rights_of
from core.io.clock import utc_now
from core.io.database.accounts import Accounts
from core.io.database.circuits import Circuits
from core.io.runtime import Runtime
from core.io.session_jobs import make_ready
from core.penalties.desk import PenaltiesDesk
from core.penalties.log import WriteRequest
from core.sessions.model import RaceSession
from core.tracks.model import CircuitPlan, Recording


@dataclass
class House:
    """One installation: `portal` is the runtime of the pages, `worker` that of the jobs."""

    portal: Runtime
    worker: Runtime
    circuit_id: UUID
    anna: Identity
    bert: Identity

    def session(self, name: str, *, opened: bool = True) -> RaceSession:
        created = self.portal.race_sessions.create(self.circuit_id, name, by=self.anna, now=utc_now())
        make_ready(self.worker)
        ready = self.portal.race_sessions.wait_ready(created.id, timeout_s=0)
        return self.open(ready) if opened else ready

    def open(self, session: RaceSession) -> RaceSession:
        return self.portal.race_sessions.open(session.id, self.anna, utc_now())

    def desk(self, session: RaceSession) -> PenaltiesDesk:
        return self.portal.penalties(session.id)


Asking = Callable[..., WriteRequest]


@pytest.fixture
def house(owner_runtime: Runtime, app_runtime: Runtime) -> House:
    return house_of(owner_runtime, app_runtime)


@pytest.fixture
def ask() -> Asking:
    """A request with an id of its own."""
    numbers = count(1)

    def asking(
        session: RaceSession, actor: Identity, request_id: str | None = None, *, seen: int | None = None
    ) -> WriteRequest:
        return WriteRequest(request_id or f"request {next(numbers)}", session.id, actor, utc_now(), seen)

    return asking


def house_of(worker: Runtime, portal: Runtime) -> House:
    plan = CircuitPlan("test", "Test", "apex", Recording("test.jsonl"))
    circuit = Circuits(worker.control).add(plan, None, utc_now())
    assert circuit is not None
    anna, bert = (_official(worker, name) for name in ("anna", "bert"))
    return House(portal, worker, circuit.id, anna, bert)


def _official(runtime: Runtime, name: str) -> Identity:
    plan = AccountPlan(name, name.title(), Role.RACE_CONTROL, "")
    account = Accounts(runtime.control).add(plan, "no password", None, utc_now())
    assert account is not None
    return Identity(account.id, name, name.title(), account.role, rights_of(account.role), None, account.id, Via.COOKIE)
