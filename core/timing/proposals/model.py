"""The nouns of proposals: a car as the ruleset sees it, and something found about it.

What was found has a key, so that it is reported once, also after a restart and by two workers. A thing of a moment (a
stop, a stint, a start) is named by kind, car and second; corrections move it by fractions of a second, so that the same
thing is recognised up to five seconds off. A thing of the whole race is named by kind, car and feed session. Neither
holds the value: a value that timing corrects later is reported again, as another version of the same key, as long as
nobody has accepted it; what was accepted is a person's, who amends it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.penalties.model import Amount, Evidence, Report
from core.penalties.settled import versioned

SAME = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Kart:
    """A car by the number that officials know it by; `drivers` are names, which never leave this room."""

    source_id: str
    number: str
    category: str | None = None
    drivers: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    """What else the ruleset may match."""
    people: tuple[str, ...] = ()
    """Person ids, one for each of the drivers where they are known."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something found, in words and numbers; the log gets neither names nor a penalty."""

    kind: str
    subject: str
    """The feed's identity of the car, or the id of a penalty."""
    kart: str
    at: datetime
    text: str
    evidence: Evidence
    code: str = ""
    """Empty where it is about a penalty."""
    value: Amount | None = None
    mark: str = ""
    """What tells things of the whole race apart; empty for a thing of a moment."""
    lap: int | None = None
    penalty: str | None = None
    driver: str | None = None
    """Person id, where it is about one of several drivers."""

    @property
    def about(self) -> str:
        return f"{self.kind}:{self.subject}"

    @property
    def key(self) -> str:
        return f"{self.about}:{self.mark or f'{self.at:%Y%m%dT%H%M%S}'}"

    def is_in(self, report: Report) -> bool:
        """Whether the report is about the same thing, in whatever version."""
        if self.mark:
            return versioned(report.key)[0] == self.key
        return about_of(report) == self.about and abs(report.at - self.at) <= SAME


def about_of(report: Report) -> str:
    """The kind of thing that was found, and about whom."""
    return versioned(report.key)[0].rpartition(":")[0]
