"""The nouns of people. Event logs and entries name people and teams by id; here is the only place with their names.

Two ids may be of one person: what was merged leads on to the one that stays. An erased person keeps the id and nothing
else.
"""

from dataclasses import dataclass
from uuid import UUID

REMOVED = "a removed person"
"""How a person without a name is shown."""


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    name: str | None
    """None: erased."""
    account_id: UUID | None = None
    """The account by which this person enters, if any."""

    @property
    def shown(self) -> str:
        return self.name or REMOVED


@dataclass(frozen=True, slots=True)
class Team:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Membership:
    """A person drives or works for a team in a season (`2026`, `Winter cup 2026`)."""

    id: UUID
    team_id: UUID
    person_id: UUID
    season: str
