"""What the ruleset says about something measured: which codes ask for it, and which values it does not call legal.

The engine's own matching and bands are asked, so that what is proposed here is what the incident will be judged as.
Equality at a limit is as the band says: (over, up_to].
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from core.penalties.catalogue import Catalogue
from core.penalties.model import Amount
from core.penalties.rules.facts import Fact
from core.penalties.rules.matching import Plan
from core.penalties.rules.measures import compare
from core.penalties.rules.schema import Measure
from core.sessions.model import Phase
from core.timing.proposals.model import Kart

_LEAST = Decimal("0.001")
"""Timing knows no smaller difference."""


@dataclass(frozen=True, slots=True)
class Bands:
    """A ruleset in one phase."""

    catalogue: Catalogue
    phase: Phase | None = None
    _plan: Plan = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_plan", Plan(self.catalogue))

    def codes(self, measured: str) -> tuple[str, ...]:
        """The infringements whose value is measured like this."""
        return tuple(code for code, one in self.catalogue.rules.codes.items() if one.measured == measured)

    def limit(self, name: str) -> Amount | None:
        return self.catalogue.rules.limits.get(name)

    def asks_for(self, *measured: str) -> bool:
        return any(self.codes(one) for one in measured)

    def punish(self, code: str, kart: Kart, value: Amount) -> bool:
        """Whether a measure calls the value anything but legal."""
        return any(not compare(self.catalogue, one, value).legal for one in self._measures(code, kart))

    def spare(self, code: str, kart: Kart, low: Amount, high: Amount) -> bool:
        """Whether any value from `low` to `high` is legal."""
        limits = {limit for one in self._measures(code, kart) for limit in _limits(one) if low <= limit <= high}
        tried = {low, high, *limits, *(limit + _LEAST for limit in limits if limit < high)}
        return any(not self.punish(code, kart, value) for value in tried)

    def is_measured(self, code: str, kart: Kart) -> bool:
        """Whether any measure compares it, for this kart."""
        return bool(self._measures(code, kart))

    def _measures(self, code: str, kart: Kart) -> list[Measure]:
        known = {"code": code, "phase": self.phase or Phase.RACE, "kart": kart.number, "class": kart.category}
        fields: dict[str, object] = {**dict(kart.fields), **known, "drivers": len(kart.drivers) or None}
        return self._plan.measures(Fact("", 0, 0, fields))


def _limits(measure: Measure) -> Iterator[Amount]:
    for band in measure.bands:
        yield from (limit for limit in (band.over, band.up_to) if limit is not None)
