"""A session as tables to be exported: its rows with the deleted ones, its history, and the rules that it was judged by.

Beside the fields of a row stand our own, so that an import loses nothing: the code and the note of an infringement that
another screen recorded, the penalty's id, the phase.
"""

from collections.abc import Iterator

from core.penalties.fold import Fold
from core.penalties.model import Incident
from core.sessions.model import RaceSession
from portal.compat.racelith.rows import Case, instant, row
from portal.compat.racelith.sheets import Cells, Sheets
from portal.compat.racelith.venue import Story, rules


def sheets_of(session: RaceSession, fold: Fold, story: Story) -> Sheets:
    began = session.opened or session.created
    phase = fold.phase.value if fold.phase else ""
    about: Cells = {"name": session.name, "started_at": instant(began.at), "phase": phase}
    return Sheets(
        [about],
        [_infringement(fold, incident, story) for incident in sorted(fold.incidents.values(), key=_number)],
        [act.row() for act in story.acts],
        list(_versions(fold)),
    )


def _infringement(fold: Fold, incident: Incident, story: Story) -> Cells:
    penalties = fold.penalties_of(incident.id)
    case = Case(incident, penalties, tuple(one for one in fold.reviews.values() if one.incident == incident.id))
    deleted = incident.void is not None or incident.merged is not None
    shown = case.shown
    return {
        **row(case, rules(fold), story.requests),
        "deleted": deleted,
        "penalty_id": shown.id if shown else "",
        "penalty_code": shown.code if shown else "",
        "code": incident.code,
        "note": incident.text,
        "lap": incident.lap,
        "second_kart": incident.second_kart,
        "phase": incident.phase.value if incident.phase else "",
    }


def _versions(fold: Fold) -> Iterator[Cells]:
    for version in fold.versions:
        since = "" if version.since is None else instant(version.since)
        yield {
            "effective_from": since,
            "ruleset": version.catalogue.reference,
            "reason": version.reason,
            "text": version.catalogue.text,
        }


def _number(incident: Incident) -> int:
    return incident.id
