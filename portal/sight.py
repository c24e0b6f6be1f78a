"""What lists of race control share: words for deadlines, names of officials, what a conflict is compared with."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from core.penalties.deadlines import WINDOWS, Clock, ClockKind
from core.penalties.fold import Fold
from core.penalties.model import Incident, Penalty
from core.sessions.model import RaceSession
from core.tracks.model import Circuit
from portal import session
from portal.acts import outcomes
from portal.components.worklist import Sight, Tick

_WORDS: Mapping[ClockKind, str] = {
    ClockKind.NOTIFY: "tell the team",
    ClockKind.ACKNOWLEDGE: "acknowledge",
    ClockKind.INVESTIGATE: "announce",
    ClockKind.PROTEST: "protest until",
    ClockKind.APPEAL: "appeal until",
    ClockKind.VERDICT: "verdict",
    ClockKind.REVIEW: "review until",
}
Ticks = Mapping[int | str, list[Tick]]
"""By incident or penalty."""


def sight(circuit: Circuit, one: RaceSession, fold: Fold, names: Mapping[str, str], now: datetime) -> Sight:
    labels = {} if fold.catalogue is None else {code: label for code, label, _ in outcomes(fold.catalogue)}
    pinned = f"&session={one.number}" if not one.active else ""
    link = f"/incidents?circuit={circuit.slug}{pinned}&incident="
    return Sight(one, link, now, {"outcomes": labels, "names": names})


def ticks(clocks: Iterable[Clock]) -> Ticks:
    found: dict[int | str, list[Tick]] = {}
    for clock in clocks:
        found.setdefault(clock.subject, []).append(Tick(_WORDS[clock.kind], clock.due, clock.kind in WINDOWS))
    return found


def seen(incident: Incident, fold: Fold) -> Mapping[str, object]:
    """What an official saw of it, in the names of the API."""
    decision = incident.decision
    return {
        "kart": incident.kart,
        "second_kart": incident.second_kart,
        "label": incident.label,
        "turn": incident.turn,
        "lap": incident.lap,
        "value": None if incident.value is None else str(incident.value),
        "text": incident.text,
        "video": incident.video,
        "state": incident.state,
        "decision": decision and {"outcome": decision.outcome, "words": decision.words, "act": {"by": decision.act.by}},
        "penalties": ", ".join(f"{one.label} ({one.state})" for one in fold.penalties_of(incident.id)),
    }


def waiting_of(fold: Fold, incident: int) -> list[Penalty]:
    """Penalties of the incident that are not in force."""
    return [one for one in fold.penalties_of(incident) if one.issued is None and one.cancelled is None]


def names(one: RaceSession, fold: Fold) -> Mapping[str, str]:
    """Of everybody who stands behind something, by account."""
    desk = session.penalties(one)
    return {account: desk.name_of(account) for account in dict.fromkeys(_actors(fold))}


def _actors(fold: Fold) -> Iterator[str]:
    for incident in fold.incidents.values():
        yield incident.recorded.by
        if incident.decision is not None:
            yield from incident.decision.officials
    for penalty in fold.penalties.values():
        yield from (act.by for act in (penalty.issued, penalty.serving and penalty.serving.recorded) if act)
    for report in fold.reports.values():
        yield report.filed.by
