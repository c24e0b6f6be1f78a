"""People and teams over the API: list, add, rename, merge, erase; who belongs to which team in a season.

A name means one person. Erasing takes the name away everywhere and leaves the id, so that event logs stay whole.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends
from pydantic import BaseModel, ConfigDict, Field

from core.accounts.model import Identity, Right
from core.people.desk import PeopleDesk
from core.people.model import Membership, Person, Team
from core.people.names import LONGEST_NAME, key_of
from portal.api.needs import needs
from portal.running import now, runtime

router = APIRouter(tags=["people"])

Reader = Annotated[Identity, Depends(needs(Right.READ_RACE_CONTROL))]
Editor = Annotated[Identity, Depends(needs(Right.EDIT_ENTRIES))]
Administrator = Annotated[Identity, Depends(needs(Right.EDIT_ACCOUNTS))]
Name = Annotated[str, Body(embed=True, min_length=1, max_length=LONGEST_NAME)]
Into = Annotated[UUID, Body(embed=True)]


class PersonTyped(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    namesake: bool = False
    """Another person of a name that is taken."""


class Joined(BaseModel):
    model_config = ConfigDict(extra="forbid")

    team_id: UUID
    person_id: UUID
    season: str


@router.get("/people")
def list_people(_: Reader) -> tuple[Person, ...]:
    return _desk().people()


@router.post("/people", status_code=201)
def add_person(editor: Editor, typed: PersonTyped) -> Person:
    """The person whom the name means, made where nobody has it; always a new one as a namesake."""
    if typed.namesake:
        return _desk().add_namesake(typed.name, editor, now())
    return _desk().make([typed.name], editor, now())[key_of(typed.name)]


@router.get("/people/{person_id}")
def read_person(_: Reader, person_id: UUID) -> Person:
    """Of one who was merged, the one who stays; without a name: erased."""
    return _desk().person(person_id)


@router.put("/people/{person_id}/name")
def rename_person(editor: Editor, person_id: UUID, name: Name) -> Person:
    return _desk().rename(person_id, name, editor, now())


@router.post("/people/{person_id}/merge")
def merge_person(editor: Editor, person_id: UUID, into: Into) -> Person:
    """The two are one: this one leads on to `into`, which keeps its name."""
    return _desk().merge(person_id, into, editor, now())


@router.post("/people/{person_id}/erase")
def erase_person(administrator: Administrator, person_id: UUID) -> Person:
    """Take the name away, everywhere and for good."""
    return _desk().erase(person_id, administrator, now())


@router.put("/people/{person_id}/account")
def link_person(
    administrator: Administrator, person_id: UUID, account_id: Annotated[UUID | None, Body(embed=True)]
) -> Person:
    """By which account this person enters; null: by none."""
    return _desk().link(person_id, account_id, administrator, now())


@router.get("/teams")
def list_teams(_: Reader) -> tuple[Team, ...]:
    return _desk().teams()


@router.post("/teams", status_code=201)
def add_team(editor: Editor, name: Name) -> Team:
    """The team of this name, made where there is none."""
    return _desk().make_teams([name], editor, now())[key_of(name)]


@router.put("/teams/{team_id}/name")
def rename_team(editor: Editor, team_id: UUID, name: Name) -> Team:
    return _desk().rename_team(team_id, name, editor, now())


@router.post("/teams/{team_id}/merge")
def merge_team(editor: Editor, team_id: UUID, into: Into) -> Team:
    return _desk().merge_teams(team_id, into, editor, now())


@router.get("/memberships")
def list_memberships(_: Reader, season: str | None = None) -> tuple[Membership, ...]:
    return _desk().memberships(season)


@router.post("/memberships", status_code=204)
def join_team(editor: Editor, joined: Joined) -> None:
    _desk().join({(joined.team_id, joined.person_id)}, joined.season, editor, now())


@router.delete("/memberships/{membership_id}", status_code=204)
def leave_team(editor: Editor, membership_id: UUID) -> None:
    _desk().leave(membership_id, editor, now())


def _desk() -> PeopleDesk:
    return runtime().people
