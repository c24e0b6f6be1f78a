"""What a judgement says: a finding for each incident, a sentence for each penalty, and the reasons of both.

Reasons keep what was counted, not words: words are made when somebody looks (`explain`). Most are tuples with names
instead of frozen dataclasses, because thousands are made at every replay and a tuple costs a quarter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from core.penalties.catalogue import Catalogue
from core.penalties.model import Amount, Outcome, PenaltyType
from core.penalties.rules.facts import Fact, Ruling
from core.penalties.rules.schema import Band, Ladder, Measure, Step


class Standing(StrEnum):
    """What the engine knows of a penalty's life: its publication is not its business."""

    DUE = "due"
    SERVED = "served"
    VERIFIED = "verified"
    SHORT = "short"
    REJECTED = "rejected"
    UNSERVED = "unserved"
    CONVERTED = "converted"


class Entry(NamedTuple):
    """Something a ladder has counted. Without a fact it was carried, left over by a deduction, or taken off."""

    id: str
    t: Amount
    weight: Amount
    fact: Fact | None = None


class Counted(NamedTuple):
    """A ladder moved. `entries` grows with later incidents: only those up to `stop` are meant."""

    catalogue: Catalogue
    ladder: Ladder
    scope: str
    """What was counted; `kart` where the ladder's own subject is not known."""
    subject: str
    entries: Sequence[Entry]
    start: int
    stop: int
    n: Amount
    step: Step | None
    k: int
    unshown: tuple[Entry, ...]
    """Not counted, because they had not been shown to the driver."""
    open: frozenset[Amount] = frozenset()
    """Steps passed without the mix they ask for."""

    def __eq__(self, other: object) -> bool:
        """By what is meant: how the list has grown since makes no difference."""
        return isinstance(other, Counted) and tuple(self._meant()) == tuple(other._meant())

    def _meant(self) -> Iterable[object]:
        return (tuple(self.entries[: self.stop]) if value is self.entries else value for value in self)

    @property
    def counted(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries[self.start : self.stop] if entry not in self.unshown)

    @property
    def expired(self) -> tuple[Entry, ...]:
        return tuple(self.entries[: self.start])


class Measured(NamedTuple):
    """A value was compared; without a band it is within tolerance if it lies below them all."""

    catalogue: Catalogue
    measure: Measure
    value: Amount
    band: Band | None
    legal: bool


class Decided(NamedTuple):
    """An official decided. `refused` says why the decision has no effect."""

    catalogue: Catalogue
    ruling: Ruling
    needed: int = 1
    refused: str = ""
    closed: tuple[tuple[str, str], ...] = ()
    """The counters that it made begin anew, by ladder and subject."""


Reason = Counted | Measured | Decided


class Sentence(NamedTuple):
    """A penalty. Which amount is set depends on its type and on what the formula found."""

    id: str
    fact: Fact
    catalogue: Catalogue
    code: str
    type: PenaltyType
    automatic: bool
    reason: Reason
    seconds: Amount | None = None
    laps: Amount | None = None
    places: Amount | None = None
    points: Amount | None = None
    converted_from: PenaltyType | None = None
    state: Standing = Standing.DUE
    served_at: Amount | None = None
    crossings_left: int | None = None
    """Only for an issued penalty with a serving window that has not been served."""
    follows: str | None = None
    """The unserved penalty that this one follows."""
    ref: str = ""
    """The article by which it follows."""
    unknown: str = ""
    """Why an amount could not be calculated."""

    @property
    def incident(self) -> str:
        return self.fact.id


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of an incident; `count` is that of the last matching ladder, 0 where none counted it."""

    fact: Fact
    catalogue: Catalogue
    outcome: Outcome
    count: Amount
    penalties: tuple[str, ...]
    reasons: tuple[Reason, ...]


class Judgement(NamedTuple):
    findings: Mapping[str, Finding]
    penalties: Mapping[str, Sentence]
    review: tuple[str, ...]
    """Penalties with a recorded serving that no longer exist."""
    counters: Mapping[tuple[str, str], "Standings"]
    """By ladder and subject: where each counter stands after the last incident."""


class Standings(NamedTuple):
    """The entries a counter holds; expired ones may be among them."""

    entries: Sequence[Entry]
    start: int
