"""One request before the fold that it is decided against, and the refusals that many acts share."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.accounts.model import Identity, Right
from core.accounts.policy import demand
from core.errors import BadInput, Conflict, NotAllowed, NotFound
from core.penalties.bodies import Body
from core.penalties.crossings import Passed, seen_by_nobody
from core.penalties.events import SESSION, NewEvent
from core.penalties.fold import Fold
from core.penalties.grid import NO_GRID, Competitor, Grid
from core.penalties.log import WriteRequest
from core.penalties.model import Act, Incident, Penalty, PenaltyState, Report, ReportState

Who = Callable[[str], str]
"""The name to show for an account id."""

AHEAD = timedelta(minutes=5)
"""Clocks differ a little; what lies farther in the future is a mistake."""
BACK = timedelta(days=366)
"""What lies farther back is a mistake of the year."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One request before the fold it is decided against."""

    fold: Fold
    request: WriteRequest
    who: Who
    grid: Grid = NO_GRID
    passed: Passed = seen_by_nobody

    @property
    def now(self) -> datetime:
        return self.request.now

    @property
    def actor(self) -> Identity:
        return self.request.actor

    @property
    def account(self) -> str:
        return str(self.request.actor.account_id)

    def demand(self, right: Right) -> None:
        demand(self.request.actor, right)

    def event(self, subject: int | str, body: Body, at: datetime | None = None) -> NewEvent:
        return NewEvent(str(subject), at or self.now, body)

    def of_session(self, body: Body, at: datetime | None = None) -> NewEvent:
        return NewEvent(SESSION, at or self.now, body)

    def moment(self, at: datetime | None, back_s: int = 0) -> datetime:
        """The time something happened at.

        Raises:
            BadInput: it lies in the future, or absurdly far back.
        """
        when = self.now - timedelta(seconds=back_s) if at is None else at
        if when > self.now + AHEAD:
            raise BadInput("The time is more than 5 minutes ahead.", "Check the date and the time zone.")
        if when < self.now - BACK:
            raise BadInput("The time is more than a year ago.", "Check the year.")
        return when

    def incident(self, number: int) -> Incident:
        """The incident, if it can be acted on.

        Raises:
            NotFound: there is none.
            Conflict: it was voided, merged, or changed since it was looked at.
        """
        incident = self.other(number)
        self._refuse_changed(incident)
        return incident

    def other(self, number: int) -> Incident:
        """The same for an incident beside the one that was looked at: its version does not matter."""
        incident = self.fold.incidents.get(number)
        if incident is None:
            raise NotFound(f"There is no incident {number}.", "Look at its number in the list.")
        if incident.void is not None:
            said = f"Incident {number} was voided {self.by(incident.void.act)}: {incident.void.reason}"
            raise Conflict(f"{said}.", "Record it again if it was right after all.", incident)
        if incident.merged is not None:
            said = f"Incident {number} was merged into {incident.merged.into} {self.by(incident.merged.act)}"
            raise Conflict(f"{said}.", f"Act on incident {incident.merged.into}.", incident)
        return incident

    def _refuse_changed(self, incident: Incident) -> None:
        expected = self.request.expected_version
        if expected is not None and incident.version > expected:
            what = f"Incident {incident.id} has changed: it is at version {incident.version}, you saw {expected}."
            raise Conflict(what, "Look at it again, then repeat what you want done.", incident)

    def penalty(self, penalty: str) -> Penalty:
        """The penalty, if there is one that can be acted on.

        Raises:
            NotFound: there never was.
            Conflict: it was cancelled, its basis is gone, or its incident changed since it was looked at.
        """
        known = self.fold.penalties.get(penalty)
        if known is None:
            raise NotFound(f"There is no penalty {penalty}.", "Look at its id in the list of penalties.")
        if known.cancelled is not None:
            said = f"Penalty {penalty} was cancelled {self.by(known.cancelled.act)}: {known.cancelled.reason}"
            raise Conflict(f"{said}.", "Decide on the incident anew if it was right after all.", known)
        if known.state is PenaltyState.CANCELLED:
            said = f"Penalty {penalty} does not follow from incident {known.incident} any more."
            raise Conflict(said, "Look at the incident: a correction has removed it.", known)
        self._refuse_changed(self.fold.incidents[known.incident])
        return known

    def report(self, number: int) -> Report:
        """The report, if it still waits.

        Raises:
            NotFound: there is none.
            Conflict: somebody has accepted or refused it.
        """
        report = self.fold.reports.get(number)
        if report is None:
            raise NotFound(f"There is no report {number}.", "Look at its number in the queue.")
        if report.refused is not None:
            said = f"Report {number} was refused {self.by(report.refused.act)}: {report.refused.reason}"
            raise Conflict(f"{said}.", "Record the incident without it if it was right after all.", report)
        if report.state is ReportState.ACCEPTED:
            first = self.fold.incidents[report.incidents[0]]
            said = f"Report {number} was accepted {self.by(first.recorded)} as incident {first.id}."
            raise Conflict(said, "Amend that incident instead.", report)
        if report.state is ReportState.SETTLED:
            raise Conflict(f"Report {number} is settled. {report.settled}", "Nothing is left to do about it.", report)
        expected = self.request.expected_version
        if expected is not None and report.version > expected:
            what = f"Report {number} has changed: it is at version {report.version}, you saw {expected}."
            raise Conflict(what, "Look at it again, then repeat what you want done.", report)
        return report

    def impartial(self, *karts: str | None) -> None:
        """Nobody decides on a team they belong to.

        Raises:
            NotAllowed: one of the karts is their team's.
        """
        for kart in self._own(karts):
            said = f"Kart {kart} is of the team you belong to."
            raise NotAllowed(said, "Somebody who belongs to no team in this has to do it.")

    def own_team(self, kart: str) -> None:
        """What a team does, it does for its own karts.

        Raises:
            NotAllowed: the kart is not the team's.
        """
        if kart not in self._own((kart,)):
            raise NotAllowed(f"Kart {kart} is not of your team.", "Ask race control if the entry list is wrong.")

    def _own(self, karts: Iterable[str | None]) -> Iterator[str]:
        """Those of the actor's team: the one that the account names, and those of the person behind it."""
        teams = self.grid.teams_of(self.actor)
        for kart in karts:
            if kart is not None and self._is_of(self.grid.competitor(kart, self.now), teams):
                yield kart

    def _is_of(self, competitor: Competitor, teams: frozenset[str]) -> bool:
        return competitor.team in teams or competitor.belongs_to(self.actor.team)

    def by(self, act: Act) -> str:
        """Who did it and when, for who comes second."""
        return f"by {self.who(act.by)} at {act.at:%H:%M:%S} UTC"


def reason(words: str, why: str) -> str:
    """The reason that a correction needs.

    Raises:
        BadInput: there is none.
    """
    if not words.strip():
        raise BadInput(f"{why} needs a reason.", "Say in a few words why; it stays in the history.")
    return words.strip()
