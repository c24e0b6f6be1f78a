"""Which rules of a ruleset apply to an incident.

Values are compared in the form of `schema.text_of`. The group of a code counts as a field of its incidents, unless the
incident has one of its own.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from core.penalties.catalogue import Catalogue
from core.penalties.model import Amount
from core.penalties.rules.facts import Fact
from core.penalties.rules.schema import Ladder, Match, Measure, text_of

Conditions = Sequence[tuple[str, frozenset[str]]]


class Plan:
    """A ruleset arranged by code, so that an incident meets only the rules that can apply to it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.rules = catalogue.rules
        self._measures: dict[str, list[tuple[Measure, Conditions]]] = {}
        self._ladders: dict[str, list[tuple[Ladder, Conditions]]] = {}

    def measures(self, fact: Fact) -> list[Measure]:
        code = text(fact, "code")
        if code not in self._measures:
            self._measures[code] = [
                (measure, _rest(measure.match)) for measure in self.rules.measures if _has_code(measure.match, code)
            ]
        return [measure for measure, rest in self._measures[code] if not rest or self._all(rest, fact)]

    def ladders(self, fact: Fact) -> list[Ladder]:
        code = text(fact, "code")
        if code not in self._ladders:
            self._ladders[code] = [
                (ladder, _rest(ladder.match)) for ladder in self.rules.ladders if _has_code(ladder.match, code)
            ]
        return [ladder for ladder, rest in self._ladders[code] if not rest or self._all(rest, fact)]

    def matches(self, match: Match, fact: Fact) -> bool:
        return self._all(_conditions(match), fact)

    def _all(self, conditions: Conditions, fact: Fact) -> bool:
        for name, wanted in conditions:  # a loop, because `all` of a generator takes twice as long
            if (text(fact, name) if name in fact.fields else self._of_code(fact, name)) not in wanted:
                return False
        return True

    def _of_code(self, fact: Fact, name: str) -> str | None:
        code = self.rules.codes.get(text(fact, "code")) if name == "group" else None
        return code.group if code else None


def text(fact: Fact, name: str) -> str:
    """A field in the form of comparison; empty if it is not known."""
    value = fact.fields.get(name)
    if type(value) is str:
        return value
    return "" if value is None else text_of(value)


def amount(fact: Fact, name: str) -> Amount | None:
    """A field as a number; None if it is not known or none."""
    value = fact.fields.get(name)
    if value is None:
        return None
    if isinstance(value, str):
        return _number(value)
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _number(words: str) -> Amount | None:
    try:
        found = Decimal(words)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _has_code(match: Match, code: str) -> bool:
    return "code" not in match or code in match["code"]


def _rest(match: Match) -> Conditions:
    return _conditions({name: wanted for name, wanted in match.items() if name != "code"})


def _conditions(match: Mapping[str, tuple[str, ...]]) -> Conditions:
    return [(name, frozenset(wanted)) for name, wanted in match.items()]
