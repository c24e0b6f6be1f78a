"""What race control asks about the field when an incident is recorded: who drove, for whom, how long is still to go.

The answers are stored with the incident: a counter of a driver must not move when the entry list is corrected later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from core.accounts.model import Identity


@dataclass(frozen=True, slots=True)
class Competitor:
    """Who is behind a number; `team` and `driver` are ids of the people's room as text, None where not known."""

    team: str | None = None
    driver: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    """What else a ruleset may match: `class`, `drivers`, `zone`."""
    names: frozenset[str] = frozenset()
    """Every word for the team, its id among them: an account may name it by any of them."""

    def belongs_to(self, team: str | None) -> bool:
        """Whether this is the team that an account belongs to."""
        if not team:
            return False
        return team.casefold() in {word.casefold() for word in (*self.names, self.team) if word}


class Grid(Protocol):
    """The field of one race session."""

    def competitor(self, kart: str, at: datetime) -> Competitor:
        """Who had this number at this time; empty if nobody knows."""

    def laps_left(self) -> int | None:
        """An estimate of the laps to go now; None: not known."""

    def teams_of(self, identity: Identity) -> frozenset[str]:
        """The ids of the teams that an account belongs to, also by way of the person behind it."""

    def at_once(self) -> "Grid":
        """The same field with its entries read once, for a look at every kart."""


class _Unknown:
    def competitor(self, kart: str, at: datetime) -> Competitor:  # noqa: ARG002 - the shape of the port
        return Competitor()

    def laps_left(self) -> int | None:
        return None

    def teams_of(self, identity: Identity) -> frozenset[str]:  # noqa: ARG002 - the shape of the port
        return frozenset()

    def at_once(self) -> Grid:
        return self


NO_GRID: Grid = _Unknown()
"""Nobody knows anything: numbers are all there is."""
