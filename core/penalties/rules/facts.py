"""What a judgement needs: the facts of a session, already folded from its log.

Times are whole or decimal seconds since any epoch, never binary floats. Ids are text. Of everything that may be said
more than once (a decision, a signal, an issue, a serving) only the last word is here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.penalties.catalogue import Catalogue
from core.penalties.model import Amount


@dataclass(frozen=True, slots=True)
class Fact:
    """An incident that stands: neither voided nor merged, its amendments merged in.

    `seq` orders incidents of one time; `fields` are what a ruleset may match or read: code, phase, kart, driver, team,
    value, points, laps_left, after_end, class, zone, drivers and whatever else was recorded.
    """

    id: str
    seq: int
    t: Amount
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Ruling:
    """The last decision on an incident; `officials` are all who decided or approved it.

    `laps_left` and `after_end` are those of the moment of the decision; where they are not known, the incident's count.
    """

    outcome: str
    officials: frozenset[str]
    laps_left: Amount | None = None
    after_end: bool | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Served:
    """A recorded serving; `accepted`: an official took it although it was late, short or forbidden."""

    t: Amount
    seconds: Amount | None = None
    verified: bool = False
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Carried:
    """What a subject brings from earlier sessions into a ladder."""

    ladder: str
    scope: str
    subject: str
    t: Amount
    weight: Amount
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Clean:
    """An event a subject went through without an incident; takes something off ladders with `decay`."""

    t: Amount
    subject: str
    scope: str | None = None
    """None: whatever the ladder counts."""


@dataclass(frozen=True, slots=True)
class Case:
    """All that a judgement needs."""

    facts: Sequence[Fact]
    versions: Sequence[tuple[Amount | None, Catalogue]]
    """Each ruleset with the time it applies from, in order; the first from the beginning (None)."""
    rulings: Mapping[str, Ruling] = field(default_factory=dict)
    signals: Mapping[str, Amount] = field(default_factory=dict)
    """By incident: when it was shown to the driver."""
    issues: Mapping[str, Amount] = field(default_factory=dict)
    """By penalty, as the next two."""
    servings: Mapping[str, Served] = field(default_factory=dict)
    unserved: Mapping[str, Amount] = field(default_factory=dict)
    """Confirmed by a person, whatever the crossings say."""
    crossings: Mapping[str, Sequence[Amount]] = field(default_factory=dict)
    """By kart, in order of time."""
    track: Sequence[tuple[Amount, str]] = ()
    """Track states in order of time."""
    end: Amount | None = None
    carried: Sequence[Carried] = ()
    clean: Sequence[Clean] = ()
    rejudged: Mapping[str, Catalogue] = field(default_factory=dict)
    """Incidents judged by another ruleset than that of their time."""
    passed: Mapping[str, Sequence[Amount]] = field(default_factory=dict)
    """By penalty: crossings that a verdict on its serving copied; they stand for those of the kart."""
