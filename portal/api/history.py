"""Histories of karts, teams and drivers, and what a team may see of its own, over the API.

Of a kart in one session (`session`), of teams and drivers through all of them. The own view is narrowed to the teams
that the account belongs to, whatever is asked for.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from core.accounts.model import Identity, Right
from core.penalties.histories import History
from core.penalties.own_team import OwnView
from portal.api.needs import needs
from portal.running import now, runtime

router = APIRouter(tags=["histories"])

Reader = Annotated[Identity, Depends(needs(Right.READ_RACE_CONTROL))]
Member = Annotated[Identity, Depends(needs(Right.READ_OWN_TEAM))]


@router.get("/history/kart/{number}")
def tell_of_kart(_: Reader, number: str, session: Annotated[UUID, Query()]) -> History:
    return runtime().histories.of_kart(session, number, now())


@router.get("/history/team/{team_id}")
def tell_of_team(_: Reader, team_id: UUID) -> History:
    return runtime().histories.of_team(team_id, now())


@router.get("/history/driver/{person_id}")
def tell_of_driver(_: Reader, person_id: UUID) -> History:
    return runtime().histories.of_driver(person_id, now())


@router.get("/race-sessions/{session_id}/own")
def tell_own(member: Member, session_id: UUID) -> OwnView:
    """The incidents of one's own karts, and their penalties once they are issued."""
    return runtime().histories.own(session_id, member)
