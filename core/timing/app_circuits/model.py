"""The nouns: a circuit on either side, and one difference between the two."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

COLUMNS = 14
"""How many columns a document of the app names."""

NO_COLUMNS: tuple[str | None, ...] = (None,) * COLUMNS


@dataclass(frozen=True, slots=True)
class Facts:
    """What both sides say of a circuit; "" and None mean that a side says nothing."""

    name: str
    page: str = ""
    """Address of the page with the live timing."""
    address: str = ""
    """Address of the socket behind it."""
    columns: tuple[str | None, ...] = NO_COLUMNS
    """C1 … C14 in the app's words, such as `Classement`."""


@dataclass(frozen=True, slots=True)
class Document:
    """A circuit of the app."""

    id: str
    version: str
    """Changes with every write; a write that names an old one is refused."""
    facts: Facts


@dataclass(frozen=True, slots=True)
class Ours:
    """A circuit of Paddock, as the app would describe it."""

    circuit_id: UUID
    slug: str
    facts: Facts
    document_id: str | None = None
    """The document it was matched with before."""


class Field(StrEnum):
    """What may differ. `CIRCUIT` means that one side does not have the circuit at all."""

    CIRCUIT = "circuit"
    NAME = "name"
    PAGE = "page"
    ADDRESS = "address"
    COLUMNS = "columns"


class Side(StrEnum):
    """Whose word counts."""

    PADDOCK = "paddock"
    APP = "app"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing on which the two sides do not agree; at least one of `ours` and `document` is there."""

    field: Field
    ours: Ours | None
    document: Document | None

    @property
    def key(self) -> str:
        """Names the difference among those of one comparison."""
        ours = "" if self.ours is None else str(self.ours.circuit_id)
        return f"{ours}/{'' if self.document is None else self.document.id}/{self.field}"

    @property
    def name(self) -> str:
        """Of the circuit, for people."""
        either = self.ours or self.document
        return either.facts.name if either else ""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of a document; one without a version is to be made."""

    document_id: str
    version: str | None
    facts: Facts
    fields: frozenset[Field]
    """Those that are written; everything else in the document stays."""
