"""What a penalty amounts to, and what it becomes when it is given too late to be served.

In the last laps or after the end the ruleset's `late` entry says the other type and its amount. The moment of the
decision counts where it is known; otherwise the incident's.
"""

from collections.abc import Mapping
from typing import NamedTuple

from core.penalties.catalogue import Catalogue
from core.penalties.events import OTHER
from core.penalties.model import Amount, PenaltyType
from core.penalties.rules.facts import Fact, Ruling
from core.penalties.rules.findings import Reason, Sentence, Standing
from core.penalties.rules.formulas import NotAFormula, calculate, read_formula
from core.penalties.rules.matching import amount, text
from core.penalties.rules.schema import Late, PenaltyRule

AMOUNTS = ("seconds", "laps", "places", "points")
Names = Mapping[str, Amount]
"""What formulas may calculate with."""


class Grounds(NamedTuple):
    """Why a penalty is given, and what its formulas may use."""

    fact: Fact
    catalogue: Catalogue
    reason: Reason
    names: Names
    ruling: Ruling | None = None


def impose(penalty: str, code: str, rule: PenaltyRule, grounds: Grounds, end: Amount | None) -> Sentence:
    """The penalty, converted if it comes too late."""
    late = rule.late if rule.late and is_late(rule.late, grounds, end) else None
    amounts = _amounts(late or rule, grounds.names)
    return Sentence(
        penalty,
        grounds.fact,
        grounds.catalogue,
        code,
        late.to if late else rule.type,
        grounds.ruling is None,
        grounds.reason,
        amounts.seconds,
        amounts.laps,
        amounts.places,
        amounts.points,
        rule.type if late else None,
        Standing.CONVERTED if late else Standing.DUE,
        unknown=amounts.unknown,
    )


def is_late(late: Late, grounds: Grounds, end: Amount | None) -> bool:
    left = grounds.ruling.laps_left if grounds.ruling else None
    if left is None:
        left = amount(grounds.fact, "laps_left")
    last = late.last_laps is not None and left is not None and left <= late.last_laps
    return last or _after_end(grounds, end)


def refusal(rule: PenaltyRule, names: Names) -> str:
    """Why an official cannot impose it on this incident; empty if nothing is against it.

    A formula takes its value from the incident, so that without one there is no amount.
    """
    return _amounts(rule, names).unknown


def other(penalty: str, grounds: Grounds) -> Sentence:
    """A penalty in an official's own words: no amount, never converted."""
    return Sentence(penalty, grounds.fact, grounds.catalogue, OTHER, PenaltyType.OTHER, False, grounds.reason)  # noqa: FBT003 - a row, not a switch


def _after_end(grounds: Grounds, end: Amount | None) -> bool:
    if grounds.ruling and grounds.ruling.after_end is not None:
        return grounds.ruling.after_end
    return text(grounds.fact, "after_end") == "true" or (end is not None and grounds.fact.t >= end)


class _Amounts(NamedTuple):
    seconds: Amount | None
    laps: Amount | None
    places: Amount | None
    points: Amount | None
    unknown: str


def _amounts(rule: PenaltyRule | Late, names: Names) -> _Amounts:
    points = rule.points if isinstance(rule, PenaltyRule) else None
    written = (rule.seconds, rule.laps, rule.places, points)
    try:
        seconds, laps, places, points = (_amount(each, names) for each in written)
    except NotAFormula as cause:
        return _Amounts(None, None, None, None, str(cause))
    return _Amounts(seconds, laps, places, points, "")


def _amount(written: Amount | str | None, names: Names) -> Amount | None:
    return calculate(read_formula(written), names) if isinstance(written, str) else written
