"""The nouns of a timing installation: the circuit and the transport that brings its frames.

A circuit speaks one protocol (which parser reads it) and has one transport (where the frames come from); any pair may
be combined, so a replay goes the same way as a live feed. `Transport` is a closed union, told apart by `kind`; mypy
shows every place that must answer for a new member. A row without `kind` is a recording.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from ipaddress import ip_address
from pathlib import PurePosixPath
from typing import Annotated, ClassVar, Literal, TypeAlias
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, ConfigDict, Discriminator, Field, Tag, TypeAdapter, ValidationError

from core.errors import BadInput

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LONGEST_NAME = 80
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?", re.IGNORECASE)
_START = re.compile(r"START [^\s@]{1,100}@[^\s@]{1,100}")
_LONGEST_HOST = 253
_LONGEST_URL = 2_000
_LONGEST_HELLO = 4_000

_STRICT = ConfigDict(extra="forbid")


def _inside_the_data_folder(path: str) -> str:
    """An operator names recordings, not files of the machine: nothing outside the data folder can be opened."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\x00" in path:
        raise ValueError("a path inside the data folder, such as recordings/heat.jsonl.gz")
    return path


def _a_host(text: str) -> str:
    """A name or an address, without scheme, port and path."""
    if not _is_host(text):
        raise ValueError("a host name or address alone, such as timing.example.org or 192.168.1.20")
    return text


def _is_host(text: str) -> bool:
    if ":" in text or text.replace(".", "").isdigit():
        return _is_address(text)
    return len(text) <= _LONGEST_HOST and all(map(_LABEL.fullmatch, text.removesuffix(".").split(".")))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _an_address(*schemes: str) -> Callable[[str], str]:
    """An absolute URL of one of the schemes. It is shown and logged, so it carries no password."""
    wanted = " or ".join(f"{scheme}://" for scheme in schemes)

    def check(text: str) -> str:
        try:
            parts = urlsplit(text)
            bad = parts.port == 0 or not _is_host(parts.hostname or "")
        except ValueError:
            bad, parts = True, urlsplit("")
        if bad or parts.scheme not in schemes or len(text) > _LONGEST_URL or _has_blanks(text):
            raise ValueError(f"a whole address that begins with {wanted}")
        if parts.username is not None or parts.fragment:
            raise ValueError("an address without a user name, a password or a part behind #")
        return text

    return check


def _has_blanks(text: str) -> bool:
    return not text.isprintable() or " " in text


def _one_text(hello: str) -> str:
    if "\x00" in hello or len(hello) > _LONGEST_HELLO:
        raise ValueError(f"a text of at most {_LONGEST_HELLO} characters")
    return hello


def _a_start(hello: str) -> str:
    if not _START.fullmatch(hello):
        raise ValueError("the words START <resource>@<client>")
    return hello


_Host: TypeAlias = Annotated[str, AfterValidator(_a_host)]
_Port: TypeAlias = Annotated[int, Field(ge=1, le=65_535, strict=True)]
_Page: TypeAlias = Annotated[str, AfterValidator(_an_address("http", "https"))]
_Socket: TypeAlias = Annotated[str, AfterValidator(_an_address("ws", "wss"))]
_Hello: TypeAlias = Annotated[str, AfterValidator(_one_text)]
_Yes: TypeAlias = Annotated[bool, Field(strict=True)]


@dataclass(frozen=True, slots=True)
class Recording:
    """A replay: a recording in the data folder, at a speed, once or in a loop."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    path: Annotated[str, AfterValidator(_inside_the_data_folder)]
    speed: Annotated[float, Field(ge=0.1, le=100)] = 1.0
    loop: bool = False
    begin_s: Annotated[float, Field(ge=0, le=172_800)] = 0.0
    """How far into the recording the first round begins; what came before is told at once."""
    kind: Literal["recording"] = "recording"


@dataclass(frozen=True, slots=True)
class ApexSocket:
    """An Apex Timing installation: by the address of its page, which tells host and port, or by both themselves."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    page: _Page | None = None
    host: _Host | None = None
    """With a page: the host to try before the one that the page names."""
    port: Annotated[int, Field(ge=1, le=65_532, strict=True)] | None = None
    """The page's `configPort`: the sockets are 2 (open) and 3 (TLS) above it."""
    verify_tls: _Yes = True
    kind: Literal["apex"] = "apex"


@dataclass(frozen=True, slots=True)
class TcpSocket:
    """Lines over plain TCP, as RMonitor sends them; no login."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    host: _Host
    port: _Port = 50_000
    kind: Literal["tcp"] = "tcp"


@dataclass(frozen=True, slots=True)
class RaceMonitor:
    """A race relayed by Race Monitor, found by its number."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    race_id: Annotated[int, Field(ge=1, strict=True)]
    api: _Page = "https://api.race-monitor.com"
    verify_tls: _Yes = True
    kind: Literal["race_monitor"] = "race_monitor"


@dataclass(frozen=True, slots=True)
class SmsTiming:
    """An SMS-Timing live server; `hello` asks for one resource of one client: `START <resource>@<client>`."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    url: _Socket
    hello: Annotated[str, AfterValidator(_a_start)]
    verify_tls: _Yes = True
    kind: Literal["sms_timing"] = "sms_timing"


@dataclass(frozen=True, slots=True)
class WebSocketFeed:
    """Any other feed that pushes text over a WebSocket, after a greeting if it wants one."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    url: _Socket
    hello: _Hello = ""
    """Sent once after connecting; empty = nothing is sent."""
    verify_tls: _Yes = True
    kind: Literal["websocket"] = "websocket"


def _addressed(socket: ApexSocket) -> ApexSocket:
    if socket.page is None and (socket.host is None or socket.port is None):
        raise ValueError("either the page's address, or both host and port")
    return socket


def _kind_of(raw: object) -> str | None:
    kind = raw.get("kind", "recording") if isinstance(raw, dict) else getattr(raw, "kind", None)
    return kind if isinstance(kind, str) else None


Transport: TypeAlias = Annotated[
    Annotated[Recording, Tag("recording")]
    | Annotated[ApexSocket, AfterValidator(_addressed), Tag("apex")]
    | Annotated[TcpSocket, Tag("tcp")]
    | Annotated[RaceMonitor, Tag("race_monitor")]
    | Annotated[SmsTiming, Tag("sms_timing")]
    | Annotated[WebSocketFeed, Tag("websocket")],
    Discriminator(_kind_of, custom_error_type="kind", custom_error_message="it has no kind that we know"),
]

TRANSPORT: TypeAdapter[Transport] = TypeAdapter(Transport)
"""Reads and writes the `transport` column and the API's JSON."""

REMEDIES = {
    "recording": "A recording has a path inside the data folder, a speed from 0.1 to 100, and loop true or false.",
    "apex": "An Apex socket has its page's address, or a host and a port (the page's configPort, 1 to 65532).",
    "tcp": "A TCP socket has a host and a port from 1 to 65535; RMonitor's is usually 50000.",
    "race_monitor": "A Race Monitor race has its number as race_id: it stands in the address of the race's page.",
    "sms_timing": "SMS-Timing has a url (wss://…) and a hello such as START 8@exampleclient.",
    "websocket": "A WebSocket feed has a url (ws://… or wss://…) and, where the feed wants one, a hello text.",
}
"""What to do about a transport that cannot be used, by kind."""


@dataclass(frozen=True, slots=True)
class CircuitPlan:
    """What an operator types: everything of a circuit that is not state."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    slug: str
    name: str
    protocol: str
    transport: Transport
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Circuit:
    id: UUID
    slug: str
    name: str
    time_zone: str
    protocol: str
    transport: Transport
    running: bool
    """Whether a worker should follow the source; what it really does is on the board."""
    active_session_id: UUID | None
    pointer_epoch: int
    maps_epoch: int = 0
    """Grows with every change of the maps by which its source is read."""
    created_at: datetime | None = None


def transport_of(raw: object) -> Transport:
    """Read a transport from JSON values.

    Raises:
        BadInput: it is none we know, or a value is out of range; the text names the field.
    """
    try:
        return TRANSPORT.validate_python(raw)
    except ValidationError as error:
        remedy = REMEDIES.get(_kind_of(raw) or "", f"Its kind is one of: {', '.join(REMEDIES)}.")
        raise BadInput(f"The transport cannot be used: {_in_words(error)}.", remedy) from error


def checked(plan: CircuitPlan, protocols: frozenset[str]) -> CircuitPlan:
    """The plan itself, if a circuit can be made of it.

    Raises:
        BadInput: the first field that cannot be used, and what it should be.
    """
    if not _SLUG.fullmatch(plan.slug):
        raise BadInput(
            f"“{plan.slug}” cannot be a circuit's short name.",
            "Use 1 to 40 lower-case letters, digits and hyphens, beginning with a letter or digit.",
        )
    if not 1 <= len(plan.name.strip()) <= _LONGEST_NAME:
        raise BadInput("A circuit needs a name.", f"Type 1 to {_LONGEST_NAME} characters.")
    if plan.time_zone not in _time_zones():
        raise BadInput(f"There is no time zone “{plan.time_zone}”.", "Use a name such as Europe/Berlin or UTC.")
    if plan.protocol not in protocols:
        raise BadInput(
            f"No parser reads the protocol “{plan.protocol}”.", f"Choose one of: {', '.join(sorted(protocols))}."
        )
    transport_of(TRANSPORT.dump_python(plan.transport))
    return plan


@cache
def _time_zones() -> set[str]:
    return available_timezones()


def _in_words(error: ValidationError) -> str:
    faults = error.errors(include_url=False)
    return "; ".join(f"{_field(fault['loc'])}: {fault['msg'].replace('Value error,', 'needs')}" for fault in faults)


def _field(place: tuple[int | str, ...]) -> str:
    """Where the fault is; the kind, which pydantic puts first, says nothing to the reader."""
    names = [str(name) for name in place if name not in REMEDIES]
    return names[0] if names else "value"
