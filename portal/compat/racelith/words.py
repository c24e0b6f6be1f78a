"""What the compatible API's texts mean by the rules of a session, and what is said back.

`description` names an infringement and `penalty_description` what becomes of it, each by a label or an alias of the
ruleset: the whole text, case ignored, never a part of it. A text that no rule knows is kept: as the infringement
`OTH`, or as a penalty in an official's own words. What was given is what is returned.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.penalties.catalogue import Catalogue, Code, PenaltyRule
from core.penalties.events import AUTO, INVESTIGATING, NO_FURTHER_ACTION, OTHER
from core.penalties.model import Incident, Penalty

NOT_GIVEN = "not given (compatible API)"
"""The reason of an act whose client cannot give one."""
UNKNOWN = "OTH"
"""The infringement of a text that no rule knows."""
WARNING = "Warning"

PERFORMED_BY = "performed_by"
"""Name of the evidence that says who did it, in the client's words."""

_DECISIONS = {"": AUTO, "warning": AUTO, "no further action": NO_FURTHER_ACTION, "under investigation": INVESTIGATING}
_SAID = {NO_FURTHER_ACTION: "No further action", INVESTIGATING: "Under investigation"}
_BY = "; performed by "


@dataclass(frozen=True, slots=True)
class Meant:
    """An infringement: its code, and the text as it was given where the label does not say it."""

    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """A decision: its outcome, and the text as it was given."""

    outcome: str
    words: str = ""


def infringement(description: str, catalogue: Catalogue) -> Meant:
    text = description.strip()
    code = _named(catalogue.rules.codes, text)
    if code is None:
        return Meant(UNKNOWN, text)
    return Meant(code, "" if text == catalogue.rule(code).label else text)


def wish(penalty_description: str, catalogue: Catalogue) -> Wish:
    text = penalty_description.strip()
    decided = _DECISIONS.get(text.casefold())
    if decided is not None:
        return Wish(decided)
    code = _named(catalogue.rules.penalties, text)
    return Wish(OTHER if code is None else code, text)


def description(incident: Incident, catalogue: Catalogue) -> str:
    """The text that was given; of an incident from elsewhere its label, with the note behind it."""
    meant = infringement(incident.text, catalogue) if incident.text else Meant(incident.code)
    if not incident.text:
        return incident.label
    return incident.text if meant.code == incident.code else f"{incident.label}: {incident.text}"


def penalty_description(incident: Incident, penalty: Penalty | None, catalogue: Catalogue) -> str:
    decision = incident.decision
    if decision is not None and decision.outcome in _SAID:
        return _SAID[decision.outcome]
    if decision is not None and decision.outcome != AUTO and decision.words:
        return decision.words
    if penalty is not None:
        return penalty_text(penalty, catalogue)
    return _chosen(incident, catalogue) or WARNING


def requested(incident: Incident, catalogue: Catalogue) -> str:
    """What was asked for; the rules may have made something else of it."""
    return penalty_description(incident, None, catalogue)


def penalty_text(penalty: Penalty, catalogue: Catalogue) -> str:
    """The first alias is the text that clients of this API know."""
    rule = catalogue.rules.penalties.get(penalty.code)
    return rule.aliases[0] if rule is not None and rule.aliases else penalty.label


def signed(reason: str, performed_by: str) -> str:
    """A reason with who acted, in the client's words: the account beside it says whose token it was."""
    return (reason or NOT_GIVEN) + (_BY + performed_by if performed_by else "")


def unsigned(reason: str) -> tuple[str, str]:
    """The reason and who acted, as they were given."""
    said, signature, by = reason.rpartition(_BY)
    return (said, by) if signature else (reason, "")


def _chosen(incident: Incident, catalogue: Catalogue) -> str:
    """A chosen penalty that waits for a second approval is named too."""
    rule = catalogue.rules.penalties.get(incident.decision.outcome) if incident.decision else None
    return "" if rule is None else (rule.aliases or (rule.label or "",))[0]


def _named(things: Mapping[str, Code] | Mapping[str, PenaltyRule], text: str) -> str | None:
    sought = text.casefold()
    return next((name for name, thing in things.items() if sought in _labels(thing)), None)


def _labels(thing: Code | PenaltyRule) -> set[str]:
    return {label.casefold() for label in (thing.label, *thing.aliases) if label}
