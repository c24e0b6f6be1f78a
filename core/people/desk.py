"""The one door to people and teams: find or make them by name, rename, merge, erase; who belongs to whom.

A name means one person unless told otherwise (`add_namesake`). Renaming, merging and erasing reach the copies in the
race sessions before they answer; what a crash leaves undone is put right by doing it again. Erasing takes the names and
leaves the ids: the event logs stay whole and show "a removed person".
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from core.accounts.model import Identity, Right
from core.accounts.policy import demand
from core.errors import BadInput, Conflict, NotFound
from core.people.model import Membership, Person, Team
from core.people.names import checked_name, key_of
from core.people.ports import NameCopies, PeopleStore

LONGEST_SEASON = 40


class PeopleDesk:
    """Questions and verbs about people; shared between threads. `by` None is Paddock itself."""

    def __init__(self, store: PeopleStore, copies: NameCopies) -> None:
        self._store = store
        self._copies = copies

    def people(self) -> tuple[Person, ...]:
        return self._store.people()

    def teams(self) -> tuple[Team, ...]:
        return self._store.teams()

    def person(self, person_id: UUID) -> Person:
        """The person; of one who was merged, the one who stays."""
        found = self._store.named([person_id]).get(person_id)
        if found is None:
            raise NotFound("There is no such person.", "Choose one from the list.")
        return found

    def team(self, team_id: UUID) -> Team:
        found = self._store.teams_named([team_id]).get(team_id)
        if found is None:
            raise NotFound("There is no such team.", "Choose one from the list.")
        return found

    def names(self, ids: Collection[UUID]) -> Mapping[UUID, str]:
        """What to show for these ids of people and teams; ids that nobody knows are missing."""
        teams = {one: team.name for one, team in self._store.teams_named(ids).items()}
        return {one: person.shown for one, person in self._store.named(ids).items()} | teams

    def known(self, ids: Collection[UUID]) -> Mapping[UUID, Person]:
        """Those that there are, by the id asked for."""
        return self._store.named(ids)

    def known_teams(self, ids: Collection[UUID]) -> Mapping[UUID, Team]:
        return self._store.teams_named(ids)

    def found(self, names: Collection[str]) -> Mapping[str, Person]:
        """The person whom each name means, by `key_of` the name; names that nobody has are missing."""
        return self._store.find(names)

    def found_teams(self, names: Collection[str]) -> Mapping[str, Team]:
        return self._store.find_teams(names)

    def find_team(self, name: str) -> Team | None:
        return self._store.find_teams([name]).get(key_of(name))

    def teams_of(self, identity: Identity) -> frozenset[UUID]:
        """The teams this identity belongs to: the one its account names, and those of the person behind it."""
        own = self._store.teams_of_account(identity.account_id)
        named = self.find_team(identity.team) if identity.team else None
        return own if named is None else own | {named.id}

    def make(self, names: Collection[str], by: Identity | None, now: datetime) -> Mapping[str, Person]:
        """As `found`, made where nobody has the name."""
        _allow(by, Right.EDIT_ENTRIES)
        return self._store.made([checked_name(name) for name in names], _account(by), now)

    def make_teams(self, names: Collection[str], by: Identity | None, now: datetime) -> Mapping[str, Team]:
        _allow(by, Right.EDIT_ENTRIES)
        return self._store.made_teams([checked_name(name) for name in names], _account(by), now)

    def add_namesake(self, name: str, by: Identity | None, now: datetime) -> Person:
        """A new person although the name is taken; entries name such a one by id."""
        _allow(by, Right.EDIT_ENTRIES)
        return self._store.add_twin(checked_name(name), _account(by), now)

    def rename(self, person_id: UUID, name: str, by: Identity | None, now: datetime) -> Person:
        _allow(by, Right.EDIT_ENTRIES)
        person = self._standing(person_id)
        if not self._store.rename(person.id, checked_name(name), _account(by), now):
            raise Conflict(f"There is already a person “{checked_name(name)}”.", "Merge the two if they are the same.")
        self._copies.refresh()
        return self.person(person.id)

    def rename_team(self, team_id: UUID, name: str, by: Identity | None, now: datetime) -> Team:
        _allow(by, Right.EDIT_ENTRIES)
        team = self.team(team_id)
        if not self._store.rename_team(team.id, checked_name(name), _account(by), now):
            raise Conflict(f"There is already a team “{checked_name(name)}”.", "Merge the two if they are the same.")
        return self.team(team.id)

    def merge(self, person_id: UUID, into: UUID, by: Identity | None, now: datetime) -> Person:
        """The two are one person: the first leads on to the second, which keeps its name."""
        _allow(by, Right.EDIT_ENTRIES)
        gone, stays = self._standing(person_id), self._standing(into)
        if gone.id == stays.id:
            raise BadInput("A person cannot be merged with itself.", "Choose two different ones.")
        self._store.merge(gone.id, stays.id, _account(by), now)
        self._copies.refresh()
        return self.person(into)

    def merge_teams(self, team_id: UUID, into: UUID, by: Identity | None, now: datetime) -> Team:
        _allow(by, Right.EDIT_ENTRIES)
        gone, stays = self.team(team_id), self.team(into)
        if gone.id == stays.id:
            raise BadInput("A team cannot be merged with itself.", "Choose two different ones.")
        self._store.merge_teams(gone.id, stays.id, _account(by), now)
        self._copies.refresh()
        return self.team(into)

    def erase(self, person_id: UUID, by: Identity | None, now: datetime) -> Person:
        """Take the name away, everywhere and for good. Erasing again finishes what was cut short."""
        _allow(by, Right.EDIT_ACCOUNTS)
        person = self.person(person_id)
        self._store.erase(person.id, _account(by), now)
        self._copies.refresh()
        return self.person(person.id)

    def link(self, person_id: UUID, account_id: UUID | None, by: Identity | None, now: datetime) -> Person:
        """Say by which account this person enters; None: by none."""
        _allow(by, Right.EDIT_ACCOUNTS)
        person = self._standing(person_id)
        if not self._store.link(person.id, account_id, _account(by), now):
            raise Conflict("This account cannot be linked.", "Look whether it exists and is not another person's.")
        return self.person(person.id)

    def memberships(self, season: str | None = None) -> tuple[Membership, ...]:
        return self._store.memberships(season)

    def join(self, pairs: Collection[tuple[UUID, UUID]], season: str, by: Identity | None, now: datetime) -> None:
        """Pairs of a team and a person who drives or works for it in a season; who does already stays."""
        _allow(by, Right.EDIT_ENTRIES)
        teams = self.known_teams({team for team, _ in pairs})
        people = {one: person for one, person in self.known({one for _, one in pairs}).items() if person.name}
        there = {(teams[team].id, people[one].id) for team, one in pairs if team in teams and one in people}
        self._store.join(there, checked_season(season), _account(by), now)

    def leave(self, membership_id: UUID, by: Identity | None, now: datetime) -> None:
        _allow(by, Right.EDIT_ENTRIES)
        if not self._store.leave(membership_id, _account(by), now):
            raise NotFound("There is no such membership.", "Look at the list again: somebody else may have removed it.")

    def _standing(self, person_id: UUID) -> Person:
        person = self.person(person_id)
        if person.name is None:
            raise Conflict("This person was removed.", "Nothing can be done with it any more.")
        return person


def checked_season(season: str) -> str:
    """The label of a season with single spaces.

    Raises:
        BadInput: empty, too long, or with characters that cannot be shown.
    """
    words = " ".join(season.split())
    if not key_of(words) or len(words) > LONGEST_SEASON or not words.isprintable():
        raise BadInput(f"A season's name has 1 to {LONGEST_SEASON} characters.", "Call it by its year, such as 2026.")
    return words


def _allow(by: Identity | None, right: Right) -> None:
    if by is not None:
        demand(by, right)


def _account(by: Identity | None) -> UUID | None:
    return None if by is None else by.account_id
