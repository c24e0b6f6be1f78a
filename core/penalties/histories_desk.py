"""The one door to histories and to a team's own view: across sessions, each as far as its reader may see."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.accounts.model import Identity, Right
from core.accounts.policy import demand
from core.errors import NotFound
from core.penalties.fold import Fold
from core.penalties.histories import (
    Count,
    Happening,
    History,
    Whose,
    counts_left,
    counts_of,
    happenings,
    history,
    of_subject,
)
from core.penalties.own_team import Membership, OwnView, own_view
from core.penalties.season import SeasonRow, happened
from core.people.desk import PeopleDesk
from core.sessions.desk import SessionsDesk
from core.sessions.model import RaceSession, SessionState


class Ledger(Protocol):
    """What closed sessions left."""

    def of_team(self, team_id: UUID) -> tuple[SeasonRow, ...]: ...
    def of_driver(self, person_id: UUID) -> tuple[SeasonRow, ...]: ...
    def unwritten(self) -> frozenset[UUID]:
        """Closed sessions that are not in it yet."""


class HistoriesDesk:
    """Questions only; shared between threads."""

    def __init__(
        self, sessions: SessionsDesk, people: PeopleDesk, ledger: Ledger, fold: Callable[[UUID], Fold]
    ) -> None:
        self._sessions = sessions
        self._people = people
        self._ledger = ledger
        self._fold = fold

    def of_kart(self, session_id: UUID, kart: str, now: datetime) -> History:
        """In one session."""
        session, fold = self._sessions.readable(session_id), self._fold(session_id)
        entry = next((each for each in self._sessions.entries(session_id) if each.number == kart), None)
        rows = of_subject(happened(fold), Whose.KART, kart)
        if entry is None and not rows:
            raise NotFound(f"There is no kart {kart} in “{session.name}”.", "Look at the list of entries.")
        name = entry.team if entry and entry.team else kart
        return history(Whose.KART, kart, name, happenings(session, rows), counts_of(fold, {"kart": kart}, now))

    def of_team(self, team_id: UUID, now: datetime) -> History:
        """Through all sessions."""
        team = self._people.team(team_id)
        return self._through(Whose.TEAM, team.id, team.name, self._ledger.of_team(team.id), now)

    def of_driver(self, person_id: UUID, now: datetime) -> History:
        person = self._people.person(person_id)
        return self._through(Whose.DRIVER, person.id, person.shown, self._ledger.of_driver(person.id), now)

    def own(self, session_id: UUID, reader: Identity) -> OwnView:
        """What the reader's own team may see of a session."""
        demand(reader, Right.READ_OWN_TEAM)
        self._sessions.readable(session_id)
        teams = frozenset(map(str, self._people.teams_of(reader)))
        return own_view(self._fold(session_id), self._sessions.entries(session_id), Membership(teams, reader.team))

    def _through(self, whose: Whose, one: UUID, name: str, left: tuple[SeasonRow, ...], now: datetime) -> History:
        """Sessions that run, or closed a moment ago, are told from their logs, the others by what they left."""
        subject = str(one)
        known = {session.id: session for session in self._sessions.all()}
        waiting = self._ledger.unwritten()
        running = [session for session in known.values() if _runs(session) or session.id in waiting]
        told: list[Happening] = []
        counts: list[Count] = []
        for session in running:
            fold = self._fold(session.id)
            told += happenings(session, of_subject(happened(fold), whose, subject))
            counts += counts_of(fold, {whose.value: subject}, now) if session.active else []
        closed = [each for each in left if each.session_id not in {session.id for session in running}]
        for each in closed:
            told += happenings(known[each.session_id], of_subject([each.row], whose, subject))
        return history(whose, subject, name, told, counts or counts_left(closed))


def _runs(session: RaceSession) -> bool:
    return session.state is SessionState.READY and session.opened is not None
