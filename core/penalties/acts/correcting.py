"""Corrections of incidents: each with a reason, the old value stays in the history.

Nothing is unserved by them: a served penalty whose basis is gone waits in the review queue.
"""

from collections.abc import Mapping
from datetime import datetime

from core.accounts.model import Right
from core.errors import BadInput, Conflict
from core.penalties.acts.bench import Bench, reason
from core.penalties.amendable import amended, incident_changes
from core.penalties.bodies import IncidentAmended, IncidentMerged, IncidentRejudged, IncidentVoided
from core.penalties.commands import Amend, Merge, Rejudge, Void
from core.penalties.events import NewEvent


def void(bench: Bench, command: Void) -> NewEvent:
    bench.demand(Right.AMEND)
    why = reason(command.reason, "Voiding")
    incident = bench.incident(command.incident)
    bench.impartial(incident.kart, incident.second_kart)
    return bench.event(incident.id, IncidentVoided(incident.id, why))


def merge(bench: Bench, command: Merge) -> NewEvent:
    """The incident is the same as another one, which stays."""
    bench.demand(Right.AMEND)
    why = reason(command.reason, "Merging")
    incident = bench.incident(command.incident)
    if command.into == incident.id:
        raise BadInput(f"Incident {incident.id} cannot be merged into itself.", "Name the one that stays.")
    other = bench.other(command.into)
    bench.impartial(incident.kart, incident.second_kart)
    return bench.event(incident.id, IncidentMerged(incident.id, other.id, why))


def amend(bench: Bench, command: Amend) -> NewEvent:
    bench.demand(Right.AMEND)
    why = reason(command.reason, "Amending")
    incident = bench.incident(command.incident)
    file = bench.fold.books.incidents[incident.id]
    changes = incident_changes(_with_competitor(bench, command.changes, incident.at))
    body, at = amended(file.body, file.at, changes)
    bench.moment(at)
    bench.impartial(incident.kart, incident.second_kart, body.kart, body.second_kart)
    if (body, at) == (file.body, file.at):
        raise Conflict(f"Incident {incident.id} says so already.", "Look at it again.", incident)
    return bench.event(incident.id, IncidentAmended(incident.id, changes, why))


def rejudge(bench: Bench, command: Rejudge) -> NewEvent:
    """Judge one older incident by the ruleset that stands now."""
    bench.demand(Right.AMEND)
    why = reason(command.reason, "Judging anew")
    incident = bench.incident(command.incident)
    bench.impartial(incident.kart, incident.second_kart)
    if bench.fold.catalogue is not None and incident.ruleset == bench.fold.catalogue.reference:
        said = f"Incident {incident.id} is judged by the ruleset that stands now."
        raise Conflict(said, "There is nothing to judge anew.", incident)
    return bench.event(incident.id, IncidentRejudged(incident.id, why))


def _with_competitor(bench: Bench, changes: Mapping[str, object], at: datetime) -> Mapping[str, object]:
    """Another kart means another team and driver, unless they are named too."""
    kart = changes.get("kart")
    if not isinstance(kart, str):
        return changes
    competitor = bench.grid.competitor(kart, at)
    fields = {f"fields.{name}": value for name, value in competitor.fields.items()}
    return {"driver": competitor.driver, "team": competitor.team, **fields, **changes}
