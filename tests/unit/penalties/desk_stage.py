"""A desk without a database: commands are answered, stored and folded, one after the other."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from core.accounts.model import Identity, Role, Via
from core.accounts.policy import rights_of
from core.errors import PortalError
from core.penalties.acts.answer import answer
from core.penalties.acts.bench import Bench
from core.penalties.bodies import Body
from core.penalties.commands import Command, FileReport
from core.penalties.events import LogEvent
from core.penalties.fold import EMPTY, Fold, advance
from core.penalties.grid import Competitor
from core.penalties.log import WriteRequest
from core.penalties.model import ReportSource
from core.penalties.paddock import PADDOCK, actor_of
from tests.unit.penalties.log import NOON
from tests.unit.penalties.stage import PINNED, STAGE, row

SESSION_ID = UUID(int=9)
TEAMS = {"42": "t1", "8": "t2", "17": "t3"}


class Field:
    """Three karts, each with a team; so many laps to go."""

    left: int | None = None

    def competitor(self, kart: str, at: datetime) -> Competitor:  # noqa: ARG002 - the same at all times
        team = TEAMS.get(kart)
        return Competitor(team, f"driver of {kart}", {"class": "pro"}, frozenset({f"Team {kart}"}))

    def laps_left(self) -> int | None:
        return self.left

    def at_once(self) -> "Field":
        return self

    def teams_of(self, identity: Identity) -> frozenset[str]:
        return frozenset({"t1"} if identity.account_id == BEHIND_42.account_id else ())


def somebody(account: int = 1, role: Role = Role.RACE_CONTROL, team: str | None = None) -> Identity:
    me = UUID(int=account)
    return Identity(me, f"{account}", f"Official {account}", role, rights_of(role), team, me, Via.COOKIE)


ANNA, BERT = somebody(1), somebody(2)
STEWARD, KEEPER = somebody(3, Role.STEWARD), somebody(4, Role.TIMEKEEPER)
MARSHAL, OTHER_MARSHAL = somebody(5, Role.MARSHAL), somebody(6, Role.MARSHAL)
TEAM_42, TEAM_8 = somebody(7, Role.TEAM, "Team 42"), somebody(8, Role.TEAM, "t2")
PARTIAL = somebody(9, Role.STEWARD, "team 42")
BEHIND_42 = somebody(10, Role.TEAM)
"""Its account names no team, but the person behind it is a member of one."""
NAMES = {str(one.account_id): one.display_name for one in (ANNA, BERT, STEWARD, KEEPER, MARSHAL, TEAM_42)}


class DeskStage:
    """Every command takes a second."""

    def __init__(self, *bodies: Body) -> None:
        self.grid = Field()
        self.passed: Mapping[str, Sequence[datetime]] | None = {}
        """When karts crossed the line, as the timing has it; None: it does not answer."""
        self.log: list[LogEvent] = []
        self.fold: Fold = EMPTY
        for body in (PINNED, *bodies):
            self._keep(row(len(self.log) + 1, body))

    @property
    def now(self) -> datetime:
        return NOON + timedelta(seconds=len(self.log) + 1)

    def do(self, command: Command, by: Identity = ANNA, *, seen: int | None = None, later_s: int = 0) -> list[Body]:
        """What the command stored; raises as the desk does."""
        now = self.now + timedelta(seconds=later_s)
        request = WriteRequest("request", SESSION_ID, by, now, seen)
        bench = Bench(self.fold, request, lambda account: NAMES.get(account, "Paddock"), self.grid, self._passed)
        events = answer(bench, command)
        actor, role = actor_of(by)
        for event in events:
            seq = len(self.log) + 1
            subject, body = event.subject, event.body
            fields = ("request", 1, subject, event.at, now, actor, role, event.type, body, STAGE.reference, "")
            self._keep(LogEvent(seq, *fields))
        return [event.body for event in events]

    def find(self, key: str) -> list[Body]:
        """Paddock files something that it found in the timing."""
        return self.do(FileReport(ReportSource.TIMING, "42", "WL", key=key), PADDOCK)

    def states(self) -> dict[str, str]:
        return {pid: penalty.state.value for pid, penalty in self.fold.penalties.items()}

    def _passed(self, kart: str, since: datetime) -> tuple[datetime, ...] | None:
        return None if self.passed is None else tuple(at for at in self.passed.get(kart, ()) if at > since)

    def _keep(self, event: LogEvent) -> None:
        self.log.append(event)
        self.fold = advance(self.fold, [event])


def refused(desk: DeskStage, command: Command, error: type[PortalError], by: Identity = ANNA) -> PortalError:
    """What the desk refuses, having stored nothing."""
    before = len(desk.log)
    with pytest.raises(error) as caught:
        desk.do(command, by)
    assert len(desk.log) == before
    assert caught.value.remedy
    return caught.value
