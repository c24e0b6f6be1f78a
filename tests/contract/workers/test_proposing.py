"""A replayed feed, a real worker, a real log: what timing finds reaches the queue once, and people decide about it."""

import gzip
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from core.accounts.model import Identity, Role, Via
from core.accounts.plan import AccountPlan
from core.accounts.policy import rights_of
from core.io.clock import utc_now
from core.io.database.accounts import Accounts
from core.io.database.leases import Leases, Owner
from core.io.runtime import Runtime, open_runtime
from core.io.session_jobs import make_ready
from core.penalties.commands import Issue, Record
from core.penalties.desk import PenaltiesDesk
from core.penalties.log import WriteRequest
from core.penalties.model import PenaltyState, Report, ReportSource, ReportState
from core.sessions.model import RaceSession
from core.timing.model import Stop
from core.timing.simulate import Plan, recording_lines, simulate
from core.tracks.model import Circuit, CircuitPlan, Recording
from tests.conftest import Model, Servers
from tests.contract.workers.conftest import Paddock, until, worker_process
from workers.proposing import Proposer

RACE = Plan(seed=7, karts=5, duration_s=1200, stint_s=240, lap_ms=40_000)
BEGIN_S = 800.0
RULESET = "kart7h"
"""Stops of at least two minutes; the invented ones last 45 to 150 s."""
LEAST_MS = 120_000


@dataclass
class Weekend:
    """A race under way, an open session whose ruleset measures, and an official."""

    worker: Runtime
    portal: Runtime
    circuit: Circuit
    session: RaceSession
    anna: Identity

    @property
    def desk(self) -> PenaltiesDesk:
        return self.portal.penalties(self.session.id)

    def ask(self) -> WriteRequest:
        return WriteRequest(str(uuid4()), self.session.id, self.anna, utc_now())

    def reports(self, kind: str = "pit_time") -> list[Report]:
        return [one for one in self.desk.state().reports.values() if one.key.startswith(f"{kind}:")]

    def short_stops(self) -> list[Stop]:
        timing = self.portal.timing
        stops = [stop for one in timing.feed_sessions(self.circuit.id) for stop in timing.stops(one.id)]
        return [stop for stop in stops if stop.duration_ms is not None and stop.duration_ms < LEAST_MS]

    def in_another_session(self, name: str) -> "Weekend":
        made = self.worker.race_sessions.create(self.circuit.id, name, by=None, now=utc_now(), ruleset=RULESET)
        make_ready(self.worker)
        return replace(self, session=self.portal.race_sessions.open(made.id, None, utc_now()))


@pytest.fixture(scope="module")
def weekend(servers: Servers, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Weekend]:
    """A worker has filed something and was killed; its successor has filed the rest of three short stops or more."""
    with model.copy() as database, ExitStack() as opened:
        settings = servers.settings(tmp_path_factory.mktemp("weekend"), database)
        owner = opened.enter_context(open_runtime(settings, owner=True))
        portal = opened.enter_context(open_runtime(settings, owner=False))
        circuit = _circuit(Paddock(owner))
        made = owner.race_sessions.create(circuit.id, "Race", by=None, now=utc_now(), ruleset=RULESET)
        make_ready(owner)
        session = portal.race_sessions.open(made.id, None, utc_now())
        weekend = Weekend(owner, portal, circuit, session, _official(owner))
        with worker_process(settings):
            until(weekend.reports, timeout_s=60)
        with worker_process(settings):
            until(lambda: len(weekend.reports()) >= len(weekend.short_stops()) >= 3, timeout_s=60)
        yield weekend


def test_every_short_stop_is_proposed_once_by_whatever_worker(weekend: Weekend) -> None:
    told = Counter((one.kart, one.value) for one in weekend.reports())

    assert set(told.values()) == {1}
    assert {value for _, value in told} == {Decimal(stop.duration_ms or 0) / 1000 for stop in weekend.short_stops()}
    assert {one.filed.by for one in weekend.reports()} == {"paddock"}
    assert weekend.desk.verify() is None


def test_a_short_stop_is_accepted_judged_and_issued(weekend: Weekend) -> None:
    report = weekend.reports()[0]
    assert not weekend.desk.state().penalties  # the machine has imposed nothing

    weekend.desk.perform(Record((report.kart,), report.code, value=report.value, report=report.id), weekend.ask())

    fold = weekend.desk.state()
    (incident,) = fold.incidents.values()
    (penalty,) = fold.penalties.values()
    stop = next(one for one in weekend.short_stops() if Decimal(one.duration_ms or 0) / 1000 == report.value)
    assert (report.source, report.code) == (ReportSource.TIMING, "PIT")
    assert report.at == stop.out_at
    assert ("in the pit lane", f"{report.value} s (feed)") in report.evidence
    assert fold.reports[report.id].state is ReportState.ACCEPTED
    assert (incident.report, incident.value, incident.evidence) == (report.id, report.value, report.evidence)
    assert (penalty.state, penalty.automatic) == (PenaltyState.PROPOSED, True)
    weekend.desk.perform(Issue(incident.id), weekend.ask())
    assert weekend.desk.state().penalties[penalty.id].state is PenaltyState.ISSUED


def test_only_who_holds_the_lease_files(weekend: Weekend) -> None:
    another = weekend.in_another_session("Another race")
    leases = Leases(weekend.worker.control, Owner("test", "heir"), timedelta(seconds=60))
    heir = Proposer(weekend.worker, leases)

    heir.propose(weekend.worker)
    before = another.reports()
    until(lambda: leases.take(weekend.circuit.id, above=0, alone_on_node=False))
    heir.propose(weekend.worker)
    after = another.reports()
    heir.propose(weekend.worker)

    assert not before
    assert len(after) == len(weekend.short_stops())
    assert another.reports() == after


def _circuit(paddock: Paddock) -> Circuit:
    path = Path(paddock.data, "recordings", "endurance.jsonl.gz")
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in recording_lines(simulate(RACE))).encode()))
    plan = CircuitPlan("ring", "Ring", "apex", Recording("recordings/endurance.jsonl.gz", begin_s=BEGIN_S))
    circuit = paddock.circuits.add(plan, None, utc_now())
    assert circuit is not None
    paddock.circuits.set_running(circuit.id, None, utc_now(), running=True)
    return circuit


def _official(runtime: Runtime) -> Identity:
    role = Role.RACE_CONTROL
    account = Accounts(runtime.control).add(AccountPlan("anna", "Anna", role, ""), "no password", None, utc_now())
    assert account is not None
    return Identity(account.id, "anna", "Anna", role, rights_of(role), None, account.id, Via.COOKIE)
