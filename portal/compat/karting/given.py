"""What the karting backend's clients send about a circuit, in the app's words or in ours.

A circuit is given by a name (`name` or `nom`) and where its feed is: `websocket_url`, a whole `transport` as our own
API takes it, or the app's `wssUrl` and `liveTimingUrl`. What is not given is `auto` and UTC, or stays. A client may
send back all that it got with one thing changed: where two words for one thing differ, the one that is new counts.

`c1` … `c14` change how the table that the feed shows is read. Before it has shown one there is nothing to change: they
are passed over, the answer says so, and Paddock finds out what the columns mean by itself.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.errors import BadInput
from core.timing.app_circuits.addresses import address_of, page_of, source_of, trusting_as
from core.timing.app_circuits.columns import MappedColumns
from core.timing.app_circuits.model import COLUMNS, Facts
from core.timing.app_circuits.words import canonical
from core.timing.sources import AUTO
from core.tracks.model import Circuit, CircuitPlan, Transport, transport_of
from core.tracks.slugs import slug_of
from portal.compat.karting.shapes import id_of, words
from portal.running import runtime


class CircuitGiven(BaseModel):
    """A circuit as a client writes it."""

    model_config = ConfigDict(extra="ignore")

    id: str | None = None
    name: str | None = None
    nom: str | None = None
    timing_system: str | None = None
    """`apex`, `rmonitor`, `sms_timing` … or `auto`."""
    websocket_url: str | None = None
    transport: dict[str, Any] | None = None
    page: str | None = Field(default=None, alias="liveTimingUrl")
    socket: str | None = Field(default=None, alias="wssUrl")
    time_zone: str | None = None
    columns: dict[int, str | None] = {}
    """What the client said of C1 … C14, by number."""

    @model_validator(mode="before")
    @classmethod
    def _columns(cls, raw: object) -> object:
        if not isinstance(raw, dict):
            return raw
        return {**raw, "columns": {n: raw[f"c{n}"] for n in range(1, COLUMNS + 1) if f"c{n}" in raw}}

    @property
    def whole_address(self) -> dict[str, Any] | None:
        """Where the feed is, in our words."""
        return {"kind": "websocket", "url": self.websocket_url} if self.websocket_url else self.transport


def new_plan(given: CircuitGiven) -> CircuitPlan:
    """Of a circuit that is made.

    Raises:
        BadInput: it needs a name and an address, or one of them cannot be used.
    """
    name = given.nom or given.name
    if not name or not (given.whole_address or given.socket or given.page):
        raise BadInput("A circuit needs a name and an address.", "Send nom and wssUrl, or name and transport.")
    if given.whole_address:
        transport, protocol = transport_of(given.whole_address), AUTO
    else:
        transport, protocol = source_of(Facts(name, given.page or "", given.socket or ""))
    slug = given.id or slug_of(name)
    return CircuitPlan(slug, name, given.timing_system or protocol, transport, given.time_zone or "UTC")


def changed_plan(given: CircuitGiven, circuit: Circuit) -> CircuitPlan:
    """Of a circuit that is there: what is given, the rest as it is."""
    transport, protocol = _source(given, circuit)
    return CircuitPlan(
        slug=circuit.slug if not given.id or given.id in {id_of(circuit), str(circuit.id)} else given.id,
        name=next((one for one in (given.nom, given.name) if one and one != circuit.name), circuit.name),
        protocol=given.timing_system or protocol,
        transport=transport,
        time_zone=given.time_zone or circuit.time_zone,
    )


def replaced_plan(given: CircuitGiven, circuit: Circuit) -> CircuitPlan:
    """Of a circuit that is written anew: it needs a name; a feed that is elsewhere has to be found out anew."""
    if not (given.nom or given.name):
        raise BadInput("A circuit needs a name.", "Send nom or name.")
    return changed_plan(given, replace(circuit, protocol=AUTO) if given.whole_address else circuit)


def take_columns(given: CircuitGiven, circuit_id: UUID, by: UUID, now: datetime) -> None:
    """Read the feed's table as the client says, if it says anything new of one."""
    known = words(circuit_id)
    said = tuple(given.columns.get(place, word) for place, word in enumerate(known, 1))
    is_new = tuple(map(canonical, said)) != tuple(map(canonical, known))
    if is_new and runtime().maps.layouts(circuit_id):
        MappedColumns(runtime().maps).take(circuit_id, said, by, now)


def _source(given: CircuitGiven, circuit: Circuit) -> tuple[Transport, str]:
    before = circuit.transport
    if given.whole_address:
        return transport_of(given.whole_address), circuit.protocol
    page = page_of(before) if given.page is None else given.page
    address = address_of(before) if given.socket is None else given.socket
    if (page, address) == (page_of(before), address_of(before)):
        return before, circuit.protocol
    transport, protocol = source_of(Facts(circuit.name, page, address))
    return trusting_as(transport, before), circuit.protocol if transport.kind == before.kind else protocol
