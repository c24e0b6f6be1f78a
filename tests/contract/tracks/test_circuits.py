"""Rows of circuits: what comes back, what is refused, and who is written down."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select, update

from core.io.database.audit import audit
from core.io.database.circuits import Circuits, circuit
from core.io.runtime import Runtime
from core.tracks.model import CircuitPlan, Recording

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ADMIN = UUID(int=7)
PLAN = CircuitPlan("ring", "Ring", "apex", Recording("recordings/heat.jsonl.gz", speed=2, loop=True), "Europe/Rome")


@pytest.fixture
def circuits(app_runtime: Runtime) -> Circuits:
    return Circuits(app_runtime.control)


def test_a_circuit_comes_back_as_it_was_planned(circuits: Circuits) -> None:
    added = circuits.add(PLAN, ADMIN, NOON)

    assert added is not None
    found = circuits.find("ring")
    assert found == added == circuits.get(added.id)
    assert found is not None
    assert CircuitPlan(found.slug, found.name, found.protocol, found.transport, found.time_zone) == PLAN


def test_a_taken_short_name_is_refused_and_changes_nothing(circuits: Circuits) -> None:
    ring = circuits.add(PLAN, ADMIN, NOON)
    other = circuits.add(replace(PLAN, slug="oval"), ADMIN, NOON)

    assert ring is not None
    assert other is not None
    assert circuits.add(replace(PLAN, name="Other"), ADMIN, NOON) is None
    assert circuits.change(other.id, replace(PLAN, name="Other"), ADMIN, NOON) is None
    assert circuits.all() == tuple(sorted((ring, other), key=lambda circuit: circuit.id))


def test_only_running_circuits_are_wanted(circuits: Circuits) -> None:
    ring = circuits.add(PLAN, ADMIN, NOON)
    circuits.add(replace(PLAN, slug="oval"), ADMIN, NOON)

    assert ring is not None
    assert circuits.set_running(ring.id, ADMIN, NOON, running=True)
    assert not circuits.set_running(ring.id, ADMIN, NOON, running=True)
    assert circuits.running() == (replace(ring, running=True),)


def test_a_circuit_that_cannot_be_read_does_not_take_the_others_along(
    circuits: Circuits, app_runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    ring, oval = circuits.add(PLAN, ADMIN, NOON), circuits.add(replace(PLAN, slug="oval"), ADMIN, NOON)
    assert ring is not None
    with app_runtime.control.begin() as connection:
        strange = {"kind": "carrier pigeon"}
        connection.execute(update(circuit).where(circuit.c.slug == "oval").values(transport=strange))

    assert oval is not None
    assert circuits.all() == (ring,)
    assert "circuit cannot be read" in caplog.text


def test_every_change_is_audited_once(circuits: Circuits, app_runtime: Runtime) -> None:
    ring = circuits.add(PLAN, ADMIN, NOON)
    assert ring is not None
    circuits.change(ring.id, replace(PLAN, name="Renamed"), None, NOON)
    circuits.set_running(ring.id, ADMIN, NOON, running=True)
    circuits.set_running(ring.id, ADMIN, NOON, running=True)
    circuits.add(PLAN, ADMIN, NOON)

    with app_runtime.control.connect() as connection:
        written = connection.execute(select(audit.c.account_id, audit.c.act, audit.c.subject).order_by(audit.c.id))
        acts = [tuple(row) for row in written]
    assert acts == [
        (ADMIN, "create circuit", "ring"),
        (None, "change circuit", "ring"),
        (ADMIN, "start circuit", "ring"),
    ]
