"""The decision on an incident: what is stored when it is published, and the page that is made of it.

Stored are ids, amounts and words as they stood at that moment, so that a later correction needs a document of its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import TypeAdapter

from core.errors import Conflict, NotFound
from core.penalties.deadlines import closed_at
from core.penalties.documents.paper import Names, Occasion, Paper, clock, day, filled
from core.penalties.events import INVESTIGATING, NO_FURTHER_ACTION
from core.penalties.explained import reasoned
from core.penalties.fold import Fold
from core.penalties.grammar import penalty_words
from core.penalties.model import Document, Incident, IncidentState, Penalty
from core.sessions.model import Phase

KIND: Literal["decision"] = "decision"
TITLE = "Decision"
NO_ACTION = ("No further action",)
SENDER = "The stewards"
RECIPIENT = "The team of kart {kart}"


@dataclass(frozen=True, slots=True)
class DecisionContent:
    """What the log keeps of a decision; `driver`, `team` and `officials` are ids."""

    kart: str
    at: datetime
    label: str
    offences: tuple[str, ...]
    decisions: tuple[str, ...]
    officials: tuple[str, ...]
    ruleset: str
    second_kart: str | None = None
    driver: str | None = None
    team: str | None = None
    phase: Phase | None = None
    turn: int | None = None
    lap: int | None = None
    text: str = ""
    reasons: tuple[str, ...] = ()
    appealable: bool = True
    protest_until: datetime | None = None
    appeal_until: datetime | None = None


_CONTENT: TypeAdapter[DecisionContent] = TypeAdapter(DecisionContent)


def decision_content(fold: Fold, incident: int) -> Mapping[str, object]:
    """What is to be stored with the document.

    Raises:
        NotFound: there is no such incident.
        Conflict: nothing has been decided on it, or it is void.
    """
    one = fold.incidents.get(incident)
    if one is None:
        raise NotFound(f"There is no incident {incident}.", "Look at its number in the list.")
    penalties = penalties_of(fold, incident)
    if not _is_decided(one, penalties):
        raise Conflict(f"Nothing has been decided on incident {incident}.", "Decide it and issue its penalty first.")
    values: dict[str, object] = _CONTENT.dump_python(_content(fold, one, penalties), mode="json", exclude_none=True)
    return values


def decision_title(fold: Fold, incident: int) -> str:
    """`Kart 42 – Contact`."""
    one = fold.incidents[incident]
    return f"Kart {one.kart} – {one.label}"


def decision_paper(document: Document, occasion: Occasion, names: Names) -> Paper:
    """The page of a published decision."""
    return _paper(_CONTENT.validate_python(document.content), document, occasion, names)


def unpublished(fold: Fold) -> tuple[int, ...]:
    """Incidents that were decided and have no document about how they stand now; the oldest first."""
    said = {one.incident: one.published.at for one in fold.documents.values() if one.kind == KIND}
    decided = ((incident, _last_act(incident, penalties_of(fold, incident.id))) for incident in _decided(fold))
    waiting = [(at, incident.id) for incident, at in decided if incident.id not in said or said[incident.id] < at]
    return tuple(number for _, number in sorted(waiting))


def penalties_of(fold: Fold, incident: int) -> tuple[Penalty, ...]:
    """Those of an incident that are issued and in force."""
    return tuple(one for one in fold.penalties_of(incident) if one.issued and one.state.in_force)


def _decided(fold: Fold) -> Iterator[Incident]:
    for incident in fold.incidents.values():
        if _is_decided(incident, penalties_of(fold, incident.id)):
            yield incident


def _is_decided(incident: Incident, penalties: tuple[Penalty, ...]) -> bool:
    if incident.state in {IncidentState.VOIDED, IncidentState.MERGED}:
        return False
    no_action = incident.decision is not None and incident.decision.outcome == NO_FURTHER_ACTION
    return no_action or bool(penalties)


def _last_act(incident: Incident, penalties: Iterable[Penalty]) -> datetime:
    acts = [penalty.issued.at for penalty in penalties if penalty.issued]
    if incident.decision and incident.decision.outcome != INVESTIGATING:
        acts.append(incident.decision.act.at)
    return max(acts, default=incident.recorded.at)


def _content(fold: Fold, incident: Incident, penalties: tuple[Penalty, ...]) -> DecisionContent:
    decision = incident.decision
    return DecisionContent(
        kart=incident.kart,
        at=incident.at,
        label=incident.label,
        offences=tuple(dict.fromkeys((incident.label, *_articles(fold, penalties)))),
        decisions=_decisions(penalties),
        officials=tuple(dict.fromkeys(_officials(incident, penalties))),
        ruleset=incident.ruleset or (fold.catalogue.reference if fold.catalogue else ""),
        second_kart=incident.second_kart,
        driver=incident.driver,
        team=incident.team,
        phase=incident.phase,
        turn=incident.turn,
        lap=incident.lap,
        text=incident.text,
        reasons=tuple(dict.fromkeys((*((decision.reason,) if decision else ()), *_reasons(fold, penalties)))),
        appealable=all(fold.appealable(penalty) for penalty in penalties),
        protest_until=closed_at(fold, incident, appeal=False),
        appeal_until=closed_at(fold, incident, appeal=True),
    )


def _articles(fold: Fold, penalties: Iterable[Penalty]) -> Iterator[str]:
    for penalty in penalties:
        sentence = fold.judged.sentences.get(penalty.id)
        if sentence is not None and sentence.ref:
            yield sentence.ref


def _reasons(fold: Fold, penalties: Iterable[Penalty]) -> Iterator[str]:
    """How a penalty follows from the ruleset: what was counted, the window, the step."""
    for penalty in penalties:
        if penalty.automatic:
            yield from reasoned(fold, penalty, lambda _: "an official").why


def _decisions(penalties: tuple[Penalty, ...]) -> tuple[str, ...]:
    return tuple(penalty_words(penalty).capitalize() for penalty in penalties) or NO_ACTION


def _officials(incident: Incident, penalties: Iterable[Penalty]) -> Iterator[str]:
    if incident.decision:
        yield incident.decision.act.by
        yield from (approval.by for approval in incident.decision.approvals)
    for penalty in penalties:
        yield from (act.by for act in (*penalty.approvals, penalty.issued) if act)


def _paper(said: DecisionContent, document: Document, occasion: Occasion, names: Names) -> Paper:
    team = names.of(said.team) if said.team else names.team(said.kart)
    driver = names.of(said.driver) if said.driver else names.drivers(said.kart)
    competitor = f"Kart {said.kart}{f', {team}' if team else ''}"
    fields = filled(
        (
            ("Headline", (document.title,)),
            ("Driver", (driver,)),
            ("Competitor", (competitor,)),
            ("Time", (clock(said.at, occasion.zone),)),
            ("Session", (_session(said, occasion),)),
            ("Fact", _fact(said)),
            ("Offence", said.offences),
            ("Decision", said.decisions),
            ("Reason", said.reasons),
        )
    )
    return Paper(
        title=TITLE,
        occasion=occasion,
        at=document.published.at,
        sender=SENDER,
        recipient=team or RECIPIENT.format(kart=said.kart),
        number=document.number,
        fields=fields,
        officials=tuple(names.of(one) for one in said.officials),
        notes=(*_windows(said, occasion.zone), f"Ruleset {said.ruleset}."),
    )


def _session(said: DecisionContent, occasion: Occasion) -> str:
    return f"{occasion.session}, {said.phase}" if said.phase else occasion.session


def _fact(said: DecisionContent) -> tuple[str, ...]:
    """One line of what was seen and where, then the words of who reported it."""
    other = f" with kart {said.second_kart}" if said.second_kart else ""
    places = (("turn", said.turn), ("lap", said.lap))
    where = "".join(f", {name} {number}" for name, number in places if number is not None)
    return (f"{said.label}{other}{where}.", said.text)


def _windows(said: DecisionContent, zone: str) -> tuple[str, ...]:
    """Until when it may be contested, as it stood when it was published."""
    if said.decisions == NO_ACTION:
        return ()
    protest = f"Protests are received until {_moment(said.protest_until, zone)}." if said.protest_until else ""
    appeal = f"The intention to appeal until {_moment(said.appeal_until, zone)}." if said.appeal_until else ""
    closed = "" if said.appealable else "This decision is not subject to appeal."
    return tuple(note for note in (protest, closed or appeal) if note)


def _moment(at: datetime, zone: str) -> str:
    return f"{day(at, zone)}, {clock(at, zone)}"
