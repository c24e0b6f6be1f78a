"""What the people's desk needs from outside: rows changed with their audit row, and the sessions' copies of names.

Implemented by `core/io/database/people.py` and `core/io/database/entries.py`. Ids of what was merged may be given
everywhere; answers have those that stay.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.people.model import Membership, Person, Team


class PeopleStore(Protocol):
    def people(self) -> tuple[Person, ...]:
        """Those that stay and have a name, by name."""

    def teams(self) -> tuple[Team, ...]: ...
    def named(self, ids: Collection[UUID]) -> Mapping[UUID, Person]:
        """By the id that was asked for; unknown ones are missing."""

    def teams_named(self, ids: Collection[UUID]) -> Mapping[UUID, Team]: ...
    def find(self, names: Collection[str]) -> Mapping[str, Person]:
        """By `key_of` the name."""

    def find_teams(self, names: Collection[str]) -> Mapping[str, Team]: ...
    def made(self, names: Collection[str], by: UUID | None, now: datetime) -> Mapping[str, Person]:
        """As `find`, made where there is none; the same also when two do it at once."""

    def made_teams(self, names: Collection[str], by: UUID | None, now: datetime) -> Mapping[str, Team]: ...
    def add_twin(self, name: str, by: UUID | None, now: datetime) -> Person:
        """Another person of the name."""

    def rename(self, person_id: UUID, name: str, by: UUID | None, now: datetime) -> bool:
        """False: the name means somebody else already."""

    def rename_team(self, team_id: UUID, name: str, by: UUID | None, now: datetime) -> bool: ...
    def merge(self, person_id: UUID, into: UUID, by: UUID | None, now: datetime) -> None: ...
    def merge_teams(self, team_id: UUID, into: UUID, by: UUID | None, now: datetime) -> None: ...
    def erase(self, person_id: UUID, by: UUID | None, now: datetime) -> None:
        """Also the names of everybody who was merged into this person, and their memberships."""

    def link(self, person_id: UUID, account_id: UUID | None, by: UUID | None, now: datetime) -> bool:
        """False: the account is somebody else's, or there is none."""

    def memberships(self, season: str | None = None) -> tuple[Membership, ...]: ...
    def join(self, pairs: Collection[tuple[UUID, UUID]], season: str, by: UUID | None, now: datetime) -> None:
        """Team and person of each pair; who is a member already stays one."""

    def leave(self, membership_id: UUID, by: UUID | None, now: datetime) -> bool: ...
    def teams_of_account(self, account_id: UUID) -> frozenset[UUID]: ...


class NameCopies(Protocol):
    """Names as the race sessions' own databases have them, which are complete by themselves."""

    def refresh(self) -> None:
        """Have every session that can be reached say the names that stand now. Safe to run again."""
