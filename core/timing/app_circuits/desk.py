"""The one door to the karting app's circuits: compare both sides, then settle differences one by one.

Rights are checked by the caller (`Right.EDIT_CIRCUITS`). Nothing is removed on either side: a circuit that only one
side has can be made on the other, or be left.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.errors import Conflict, Unavailable
from core.timing.app_circuits.addresses import address_of, page_of, source_of, trusting_as
from core.timing.app_circuits.compare import compare
from core.timing.app_circuits.model import Change, Difference, Document, Facts, Field, Ours, Side
from core.timing.app_circuits.words import canonical
from core.tracks.desk import CircuitsDesk
from core.tracks.model import Circuit, CircuitPlan
from core.tracks.slugs import slug_of

_WRITTEN = frozenset({Field.NAME, Field.PAGE, Field.ADDRESS, Field.COLUMNS})


class AppCircuits(Protocol):
    """The app's side."""

    def all(self) -> tuple[Document, ...]: ...
    def write(self, change: Change) -> None: ...


class Columns(Protocol):
    """Column maps of our circuits, in the app's words."""

    def words(self, circuit_id: UUID) -> tuple[str | None, ...]: ...
    def take(self, circuit_id: UUID, words: tuple[str | None, ...], by: UUID | None, now: datetime) -> None: ...


class Pairs(Protocol):
    """Which circuit is which document."""

    def documents(self) -> Mapping[UUID, str]: ...
    def pair(self, circuit_id: UUID, document_id: str, by: UUID | None, now: datetime) -> None: ...


class AppCircuitsDesk:
    """Questions and verbs about both sides; shared between threads. `app` is None while no project is named."""

    def __init__(self, circuits: CircuitsDesk, columns: Columns, pairs: Pairs, app: AppCircuits | None) -> None:
        self._circuits = circuits
        self._columns = columns
        self._pairs = pairs
        self._app = app

    @property
    def is_set_up(self) -> bool:
        return self._app is not None

    def compare(self) -> tuple[Difference, ...]:
        """Every difference between the two sides, as they are now.

        Raises:
            Unavailable: no project is named, or Firestore does not answer.
        """
        documents = [_in_our_words(document) for document in self._reachable().all()]
        known = self._pairs.documents()
        return compare([self._ours(circuit, known.get(circuit.id)) for circuit in self._circuits.all()], documents)

    def settle(self, difference: Difference, side: Side, *, by: UUID | None, now: datetime) -> None:
        """Make the other side say what `side` says.

        Raises:
            Conflict: one of the two has changed since it was compared.
            BadInput: the app's words cannot be used here.
        """
        if difference not in self.compare():
            raise Conflict("One side has changed since it was compared.", "Compare again and choose anew.")
        if side is Side.APP:
            self._take(difference, by, now)
        else:
            self._give(difference, by, now)

    def _take(self, difference: Difference, by: UUID | None, now: datetime) -> None:
        document = difference.document
        if document is None:
            raise _not_there(Side.APP)
        if difference.ours is None:
            circuit = self._circuits.create(_new_plan(document.facts), by=by, now=now)
        elif difference.field is Field.COLUMNS:
            circuit = self._circuits.get(difference.ours.circuit_id)
            self._columns.take(circuit.id, document.facts.columns, by, now)
        else:
            circuit = self._circuits.get(difference.ours.circuit_id)
            plan = _changed_plan(circuit, difference.field, difference.ours.facts, document.facts)
            self._circuits.update(circuit.id, plan, by=by, now=now)
        self._pairs.pair(circuit.id, document.id, by, now)

    def _give(self, difference: Difference, by: UUID | None, now: datetime) -> None:
        ours, document = difference.ours, difference.document
        if ours is None:
            raise _not_there(Side.PADDOCK)
        document_id = document.id if document else str(ours.circuit_id)
        version = document.version if document else None
        fields = _WRITTEN if document is None else frozenset({difference.field})
        self._reachable().write(Change(document_id, version, ours.facts, fields))
        self._pairs.pair(ours.circuit_id, document_id, by, now)

    def _ours(self, circuit: Circuit, document_id: str | None) -> Ours:
        columns = _canonical(self._columns.words(circuit.id))
        facts = Facts(circuit.name, page_of(circuit.transport), address_of(circuit.transport), columns)
        return Ours(circuit.id, circuit.slug, facts, document_id)

    def _reachable(self) -> AppCircuits:
        if self._app is None:
            raise Unavailable(
                "No Firebase project is named.", "Set PADDOCK_FIREBASE_PROJECT_ID and start Paddock anew."
            )
        return self._app


def sides(difference: Difference) -> tuple[Side, ...]:
    """Whose word may count."""
    there = {Side.PADDOCK: difference.ours, Side.APP: difference.document}
    return tuple(side for side, one in there.items() if one is not None)


def _in_our_words(document: Document) -> Document:
    return replace(document, facts=replace(document.facts, columns=_canonical(document.facts.columns)))


def _canonical(columns: tuple[str | None, ...]) -> tuple[str | None, ...]:
    return tuple(map(canonical, columns))


def _not_there(side: Side) -> Conflict:
    return Conflict(f"{side.value.capitalize()} does not have this circuit.", "Nothing is removed by comparing.")


def _new_plan(facts: Facts) -> CircuitPlan:
    transport, protocol = source_of(facts)
    return CircuitPlan(slug_of(facts.name), facts.name, protocol, transport)


def _changed_plan(circuit: Circuit, field: Field, ours: Facts, theirs: Facts) -> CircuitPlan:
    plan = CircuitPlan(circuit.slug, circuit.name, circuit.protocol, circuit.transport, circuit.time_zone)
    match field:
        case Field.NAME:
            return replace(plan, name=theirs.name)
        case Field.PAGE:
            facts = replace(ours, page=theirs.page)
        case _:
            facts = replace(ours, address=theirs.address)
    transport, protocol = source_of(facts)
    kept = circuit.protocol if transport.kind == circuit.transport.kind else protocol
    return replace(plan, transport=trusting_as(transport, circuit.transport), protocol=kept)
