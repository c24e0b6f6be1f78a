"""What the karting backend's clients send and get: circuits in their shape, and how they are found.

An id is the circuit's short name; its key (a UUID) is understood too. A circuit is given by a name and where its feed
is: `websocket_url`, or a whole `transport` as our own API takes it. What is not given is `auto` and UTC.
"""

import re
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, ConfigDict

from core.accounts.model import Identity, Right
from core.errors import BadInput
from core.timing.model import Board, SourceStatus
from core.timing.sources import AUTO
from core.tracks.model import TRANSPORT, Circuit, CircuitPlan, transport_of
from portal.api.needs import needs
from portal.compat.karting.columns import Column, columns_of, mappings
from portal.running import runtime

Reader = Annotated[Identity, Depends(needs(Right.READ_TIMING))]
Editor = Annotated[Identity, Depends(needs(Right.EDIT_CIRCUITS))]
Operator = Annotated[Identity, Depends(needs(Right.OPERATE))]

_LONGEST_SLUG = 40


class CircuitGiven(BaseModel):
    """A circuit as a client writes it; what a change leaves out stays."""

    model_config = ConfigDict(extra="ignore")

    id: str | None = None
    name: str | None = None
    timing_system: str | None = None
    """`apex`, `rmonitor`, `sms_timing` … or `auto`."""
    websocket_url: str | None = None
    transport: dict[str, Any] | None = None
    time_zone: str | None = None


class CircuitShown(BaseModel):
    id: str
    key: UUID
    name: str
    timing_system: str
    time_zone: str
    is_active: bool


class CircuitDetails(CircuitShown):
    mappings: dict[str, str]
    """C1, C2 … and what stands there; empty until the feed has shown a table."""


def found(circuit_id: str) -> Circuit:
    """By short name, or by key."""
    try:
        key = UUID(circuit_id)
    except ValueError:
        return runtime().circuits.find(circuit_id)
    return runtime().circuits.get(key)


def shown(circuit: Circuit) -> CircuitShown:
    return CircuitShown(**_facts(circuit))


def details(circuit: Circuit) -> CircuitDetails:
    return CircuitDetails(**_facts(circuit), mappings=mappings(columns(circuit.id, board(circuit.id))))


def board(circuit_id: UUID) -> Board:
    return runtime().timing.board(circuit_id) or Board()


def columns(circuit_id: UUID, table: Board) -> tuple[Column, ...]:
    return columns_of(table, runtime().maps.layouts(circuit_id))


def status_of(circuit: Circuit, table: Board) -> SourceStatus:
    if not circuit.running or table.source is None:
        return SourceStatus.STOPPED
    return table.source.status


def plan(given: CircuitGiven, before: CircuitPlan | None = None) -> CircuitPlan:
    """The whole plan of a circuit: what is given, else what was, else the defaults.

    Raises:
        BadInput: a new circuit needs a name and an address.
    """
    if before is None and (not given.name or not (given.websocket_url or given.transport)):
        raise BadInput("A circuit needs a name and an address.", "Send name and websocket_url, or name and transport.")
    return CircuitPlan(
        slug=given.id or (before.slug if before else _slug(given)),
        name=given.name or (before.name if before else ""),
        protocol=given.timing_system or (before.protocol if before else AUTO),
        transport=transport_of(_address(given) or (TRANSPORT.dump_python(before.transport) if before else None)),
        time_zone=given.time_zone or (before.time_zone if before else "UTC"),
    )


def plan_of(circuit: Circuit) -> CircuitPlan:
    return CircuitPlan(circuit.slug, circuit.name, circuit.protocol, circuit.transport, circuit.time_zone)


def _address(given: CircuitGiven) -> dict[str, Any] | None:
    return {"kind": "websocket", "url": given.websocket_url} if given.websocket_url else given.transport


def _slug(given: CircuitGiven) -> str:
    """`Example Kartway` → `example-kartway`."""
    return re.sub(r"[^a-z0-9]+", "-", (given.name or "").lower()).strip("-")[:_LONGEST_SLUG].rstrip("-")


def _facts(circuit: Circuit) -> dict[str, Any]:
    return {
        "id": circuit.slug,
        "key": circuit.id,
        "name": circuit.name,
        "timing_system": circuit.protocol,
        "time_zone": circuit.time_zone,
        "is_active": circuit.running,
    }
