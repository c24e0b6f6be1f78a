"""The one door to circuits: what exists, what should run, and who changed it.

`by` is the account that asked; rights are checked by the caller (`Right.EDIT_CIRCUITS`, `Right.OPERATE`). Every change
is written together with its audit row, then the bell is rung, so that workers and screens look again.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.errors import Conflict, NotFound
from core.tracks.model import Circuit, CircuitPlan, checked


class CircuitStore(Protocol):
    """The rows of circuits. Each change writes its audit row in the same transaction."""

    def all(self) -> tuple[Circuit, ...]: ...
    def running(self) -> tuple[Circuit, ...]: ...
    def get(self, circuit_id: UUID) -> Circuit | None: ...
    def find(self, slug: str) -> Circuit | None: ...
    def add(self, plan: CircuitPlan, by: UUID | None, now: datetime) -> Circuit | None:
        """The new circuit, or None when its slug is taken."""

    def change(self, circuit_id: UUID, plan: CircuitPlan, by: UUID | None, now: datetime) -> Circuit | None:
        """The changed circuit, or None when its slug is taken."""

    def set_running(self, circuit_id: UUID, by: UUID | None, now: datetime, *, running: bool) -> bool:
        """Whether this changed anything."""

    def remove(self, circuit_id: UUID, by: UUID | None, now: datetime) -> bool:
        """Take it out of sight; False, and nothing is done, while it runs or has race sessions."""


class CircuitsDesk:
    """Questions and verbs about circuits; shared between threads."""

    def __init__(self, store: CircuitStore, ring: Callable[[UUID], None], protocols: frozenset[str]) -> None:
        self._store = store
        self._ring = ring
        self._protocols = protocols

    @property
    def protocols(self) -> tuple[str, ...]:
        """What a circuit may speak."""
        return tuple(sorted(self._protocols))

    def all(self) -> tuple[Circuit, ...]:
        return self._store.all()

    def running(self) -> tuple[Circuit, ...]:
        return self._store.running()

    def get(self, circuit_id: UUID) -> Circuit:
        return _found(self._store.get(circuit_id), str(circuit_id))

    def find(self, slug: str) -> Circuit:
        return _found(self._store.find(slug), slug)

    def create(self, plan: CircuitPlan, *, by: UUID | None, now: datetime) -> Circuit:
        circuit = self._store.add(checked(plan, self._protocols), by, now)
        return self._announced(circuit, plan.slug)

    def update(self, circuit_id: UUID, plan: CircuitPlan, *, by: UUID | None, now: datetime) -> Circuit:
        """Change what was planned. A running source is followed anew with the new transport and protocol."""
        self.get(circuit_id)
        circuit = self._store.change(circuit_id, checked(plan, self._protocols), by, now)
        return self._announced(circuit, plan.slug)

    def start(self, circuit_id: UUID, *, by: UUID | None, now: datetime) -> Circuit:
        return self._switched(circuit_id, by, now, running=True)

    def stop(self, circuit_id: UUID, *, by: UUID | None, now: datetime) -> Circuit:
        return self._switched(circuit_id, by, now, running=False)

    def remove(self, circuit_id: UUID, *, by: UUID | None, now: datetime) -> None:
        """Take a circuit out of sight and free its short name; laps, recordings and its audit stay in the database.

        Raises:
            Conflict: it runs, or race sessions belong to it.
        """
        circuit = self.get(circuit_id)
        if not self._store.remove(circuit_id, by, now):
            raise Conflict(
                f"{circuit.name} runs, or race sessions belong to it.",
                "Stop its timing first. A circuit with race sessions stays, because their documents name it.",
            )
        self._ring(circuit_id)

    def _switched(self, circuit_id: UUID, by: UUID | None, now: datetime, *, running: bool) -> Circuit:
        if self._store.set_running(self.get(circuit_id).id, by, now, running=running):
            self._ring(circuit_id)
        return self.get(circuit_id)

    def _announced(self, circuit: Circuit | None, slug: str) -> Circuit:
        if circuit is None:
            raise Conflict(f"Another circuit is called “{slug}”.", "Choose another short name.")
        self._ring(circuit.id)
        return circuit


def _found(circuit: Circuit | None, asked: str) -> Circuit:
    if circuit is None:
        raise NotFound(f"There is no circuit “{asked}”.", "Choose one from the list of circuits.")
    return circuit
