"""How the karting backend's clients name a circuit, and what they are told of it.

They name circuits by the ids of the app's documents; the short name and the key (a UUID) are understood too. In answers
`id` is the document's id where the circuit is paired with one, else the short name. The app's words (`nom`, `wssUrl`,
`c1` … `c14`) stand beside ours. What an address carries behind `?` is told only to those who may change it, because it
may be a key.
"""

from collections.abc import Iterable
from datetime import UTC
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.exceptions import HTTPException

from core.accounts.model import Identity, Right
from core.timing.app_circuits.addresses import address_of, page_of
from core.timing.app_circuits.columns import MappedColumns
from core.timing.model import Board, SourceStatus
from core.tracks.model import Circuit
from portal.api.needs import needs
from portal.compat.karting.columns import Column, columns_of, instant, mappings
from portal.running import runtime

Reader = Annotated[Identity, Depends(needs(Right.READ_TIMING))]
Editor = Annotated[Identity, Depends(needs(Right.EDIT_CIRCUITS))]
Operator = Annotated[Identity, Depends(needs(Right.OPERATE))]

Json = dict[str, object]


def lookup(name: str) -> Circuit | None:
    """By the id of the app's document, else by short name, else by key."""
    circuits, documents = runtime().circuits.all(), runtime().app_documents.documents()
    keys = {str(one.id): one for one in circuits}
    names = {one.slug: one for one in circuits}
    paired = {documents[one.id]: one for one in circuits if one.id in documents}
    return (keys | names | paired).get(name)


def found(name: str) -> Circuit:
    """As `lookup`.

    Raises:
        HTTPException: 404 in the old backend's words.
    """
    circuit = lookup(name)
    if circuit is None:
        raise HTTPException(404, "Circuit not found")
    return circuit


def id_of(circuit: Circuit) -> str:
    """What clients call it."""
    return runtime().app_documents.documents().get(circuit.id, circuit.slug)


def listed(circuits: Iterable[Circuit], reader: Identity) -> list[Json]:
    documents = runtime().app_documents.documents()
    return [{**_facts(one, documents.get(one.id, one.slug), reader), **_words(words(one.id))} for one in circuits]


def details(circuit: Circuit, reader: Identity) -> Json:
    """With `mappings`: C1, C2 … in the app's words, else in ours; empty until the feed has shown a table."""
    said = words(circuit.id)
    ours = mappings(columns(circuit.id, board(circuit.id)))
    theirs = {f"C{place}": word for place, word in enumerate(said, 1) if word}
    return {**_facts(circuit, id_of(circuit), reader), "mappings": {**ours, **theirs}, **_words(said)}


def words(circuit_id: UUID) -> tuple[str | None, ...]:
    """C1 … C14 in the app's words."""
    return MappedColumns(runtime().maps).words(circuit_id)


def board(circuit_id: UUID) -> Board:
    return runtime().timing.board(circuit_id) or Board()


def columns(circuit_id: UUID, table: Board) -> tuple[Column, ...]:
    return columns_of(table, runtime().maps.layouts(circuit_id))


def status_of(circuit: Circuit, table: Board) -> SourceStatus:
    if not circuit.running or table.source is None:
        return SourceStatus.STOPPED
    return table.source.status


def socket_address(circuit: Circuit, reader: Identity) -> str | None:
    """Of the feed; None where it has none that the app could name."""
    return _told(address_of(circuit.transport), reader)


def _facts(circuit: Circuit, name: str, reader: Identity) -> Json:
    return {
        "id": name,
        "nom": circuit.name,
        "liveTimingUrl": _told(page_of(circuit.transport), reader),
        "wssUrl": socket_address(circuit, reader),
        "createdAt": None if circuit.created_at is None else instant(circuit.created_at.astimezone(UTC)),
        "key": str(circuit.id),
        "name": circuit.name,
        "timing_system": circuit.protocol,
        "time_zone": circuit.time_zone,
        "is_active": circuit.running,
    }


def _words(said: Iterable[str | None]) -> Json:
    return {f"c{place}": word for place, word in enumerate(said, 1)}


def _told(address: str, reader: Identity) -> str | None:
    if Right.EDIT_CIRCUITS not in reader.rights:
        address = address.partition("?")[0]
    return address or None
