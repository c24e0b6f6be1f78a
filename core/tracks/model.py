"""The nouns of a timing installation: the circuit and the transport that brings its frames.

A circuit speaks one protocol (which parser reads it) and has one transport (where the frames come from); any pair may
be combined, so a replay goes the same way as a live feed. `Transport` is a closed union: a socket becomes one more
member, and mypy then shows every place that must answer.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Annotated, ClassVar, Literal, TypeAlias
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError

from core.errors import BadInput

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LONGEST_NAME = 80


def _inside_the_data_folder(path: str) -> str:
    """An operator names recordings, not files of the machine: nothing outside the data folder can be opened."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\x00" in path:
        raise ValueError("a path inside the data folder, such as recordings/heat.jsonl.gz")
    return path


@dataclass(frozen=True, slots=True)
class Recording:
    """A replay: a recording in the data folder, at a speed, once or in a loop."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    path: Annotated[str, AfterValidator(_inside_the_data_folder)]
    speed: Annotated[float, Field(ge=0.1, le=100)] = 1.0
    loop: bool = False
    begin_s: Annotated[float, Field(ge=0, le=172_800)] = 0.0
    """How far into the recording the first round begins; what came before is told at once."""
    kind: Literal["recording"] = "recording"


Transport: TypeAlias = Recording

TRANSPORT: TypeAdapter[Transport] = TypeAdapter(Transport)
"""Reads and writes the `transport` column and the API's JSON."""


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


def transport_of(raw: object) -> Transport:
    """Read a transport from JSON values.

    Raises:
        BadInput: it is none we know, or a value is out of range; the text names the field.
    """
    try:
        return TRANSPORT.validate_python(raw)
    except ValidationError as error:
        raise BadInput(
            f"The transport cannot be used: {_in_words(error)}.",
            "A recording has a path inside the data folder, a speed from 0.1 to 100, and loop true or false.",
        ) from error


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
    return "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'value'}: {fault['msg']}" for fault in error.errors())
