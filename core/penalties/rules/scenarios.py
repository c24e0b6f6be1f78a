"""Scenario files: worked examples of a ruleset, each a list of events and what is expected of them.

A scenario has `n` (name), `rules` (name of a ruleset), `ev` and perhaps `exp`; its events are short lists that begin
with a word: `[i, id, t, code, who]`, `[served, penalty, t, {seconds: 5}]`. Only what `exp` names is checked, numbers
by value.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.errors import BadInput, NotFound, PortalError
from core.penalties.catalogue import Catalogue, RulesetFile
from core.penalties.rules.evaluate import evaluate, exact, plain
from core.penalties.rules.schema import text_of
from core.penalties.yaml_lines import read_yaml

_SHAPES: Mapping[str, tuple[str, ...]] = {
    "void": ("id", "reason"),
    "amend": ("id", "set", "reason"),
    "decide": ("id", "outcome", "by", "approved_by"),
    "signal": ("id", "t"),
    "issue": ("id", "t"),
    "served": ("id", "t"),
    "cross": ("kart", "t"),
    "track": ("t", "state"),
    "end": ("t",),
    "accept": ("id",),
    "unserved": ("id", "t"),
    "clean": ("t", "who", "scope"),
    "carried": ("ladder", "scope", "who", "t", "n"),
    "ruleset": ("t", "ruleset"),
    "rejudge": ("id",),
}
"""What the items after the word mean; a mapping at the end adds fields of its own."""


@dataclass(frozen=True, slots=True)
class Scenario:
    name: object
    rules: str
    entries: Sequence[object]
    """The events as the file writes them."""
    expected: Mapping[str, object] | None = None
    about: str = ""

    @property
    def events(self) -> list[Mapping[str, object]]:
        """The events as `evaluate` takes them.

        Raises:
            BadInput: one of them is none.
        """
        return [_event(entry, self.name) for entry in self.entries]


@dataclass(frozen=True, slots=True)
class Ran:
    """A scenario played; `differs` says what is not as expected, `passed` is None if nothing was expected."""

    name: object
    passed: bool | None
    result: Mapping[str, object] | None
    differs: tuple[str, ...] = ()


def read_scenarios(text: str, name: str) -> tuple[Scenario, ...]:
    """Read a file of scenarios.

    Raises:
        BadInput: it is not a list of scenarios.
    """
    found = read_yaml(text, name, anchors=True).values
    if not isinstance(found, list):
        raise BadInput(f"{name} is not a list of scenarios.", "Begin each with `- n:`.")
    return tuple(_scenario(values, name, index) for index, values in enumerate(found))


class Library:
    """Rulesets by name, out of any number of files; each is read when it is asked for."""

    def __init__(self, files: Iterable[RulesetFile]) -> None:
        self._files = {name: file for file in files for name in file.names}
        self._read: dict[str, Catalogue] = {}

    def __call__(self, name: str) -> Catalogue:
        """The ruleset of this name.

        Raises:
            NotFound: no file has it.
            BadInput: it does not hold together.
        """
        if name not in self._files:
            raise NotFound(f"There is no ruleset “{name}”.", f"Rulesets: {', '.join(self._files)}.")
        if name not in self._read:
            self._read[name] = self._files[name].catalogue(name)
        return self._read[name]


def run(scenario: Scenario, rulesets: Callable[[str], Catalogue]) -> Ran:
    """Play a scenario; a ruleset or an event that cannot be understood is a difference too."""
    try:
        result = evaluate(rulesets(scenario.rules), scenario.events)
    except PortalError as error:
        return Ran(plain(scenario.name), passed=False, result=None, differs=(str(error),))
    if scenario.expected is None:
        return Ran(plain(scenario.name), None, result)
    differs = tuple(differences(scenario.expected, result))
    return Ran(plain(scenario.name), not differs, result, differs)


def _scenario(values: object, name: str, index: int) -> Scenario:
    if not isinstance(values, Mapping) or not {"n", "rules", "ev"} <= values.keys():
        raise BadInput(f"{name}: scenario {index + 1} needs `n`, `rules` and `ev`.", "Add what is missing.")
    expected = values.get("exp")
    entries = values["ev"]
    return Scenario(
        values["n"],
        text_of(values["rules"]),
        entries if isinstance(entries, list) else [],
        expected if isinstance(expected, Mapping) else None,
        str(values.get("about", "")),
    )


def _event(entry: object, scenario: object) -> Mapping[str, object]:
    if not isinstance(entry, list) or not entry:
        raise BadInput(f"Scenario {scenario}: {entry!r} is not an event.", "Write it as a list: `[cross, 42, 100]`.")
    word, *items = entry
    if word == "i":
        return _incident(items, scenario)
    if word not in _SHAPES:
        raise BadInput(f"Scenario {scenario}: {word!r} is not an event.", f"Events: i, {', '.join(_SHAPES)}.")
    return {"e": word, **_named(_SHAPES[word], items)}


def _named(names: Sequence[str], items: Sequence[object]) -> dict[str, object]:
    found = dict(zip(names, items, strict=False))
    last = items[-1] if len(items) > len(names) else None
    return {**found, **last} if isinstance(last, Mapping) else found


def _incident(items: Sequence[object], scenario: object) -> Mapping[str, object]:
    if len(items) < len(_INCIDENT):
        raise BadInput(f"Scenario {scenario}: {items!r} is no incident.", "Write `[i, id, t, code, who]`.")
    found = _named(_INCIDENT, items)
    who = items[3]
    return {"e": "incident", "phase": "race", "kart": who, "driver": who, "team": who, **found}


_INCIDENT = ("id", "t", "code", "who")


def differences(expected: Mapping[str, object], result: Mapping[str, object]) -> Iterator[str]:
    """What of the expectation does not hold, in words."""
    for key, wanted in expected.items():
        if key not in _CHECKS:
            yield f"“{key}” cannot be expected; what can: {', '.join(_CHECKS)}"
        else:
            yield from _CHECKS[key](wanted, _Result(result))


class _Result:
    """What came out, by what can be expected of it."""

    def __init__(self, result: Mapping[str, object]) -> None:
        self._result = result

    def part(self, name: str) -> Mapping[str, Mapping[str, object]]:
        found = self._result[name]
        return found if isinstance(found, Mapping) else {}

    @property
    def review(self) -> list[str]:
        found = self._result["review_required"]
        return [str(each) for each in found] if isinstance(found, list) else []

    def amount(self, incident: str, kind: str) -> object:
        """That of the incident's first penalty."""
        found = self.part("incidents").get(incident, {}).get("penalties")
        first = str(found[0]) if isinstance(found, list) and found else ""
        return self.part("penalties").get(first, {}).get(kind)

    @property
    def penalties(self) -> list[tuple[str, ...]]:
        keys = ("incident", "code", "type", "seconds", "state")
        return sorted(tuple(_said(each.get(key)) for key in keys) for each in self.part("penalties").values())


def _said(value: object) -> str:
    """The form of comparison: numbers by value."""
    return "null" if value is None else text_of(_decimal(value))


def _decimal(value: object) -> object:
    return exact(value) if isinstance(value, float) else value


def _each(wanted: object, found: Callable[[str], object], what: str) -> Iterator[str]:
    for name, value in _pairs(wanted):
        if _said(got := found(name)) != _said(value):
            yield f"{what} of {name}: {_said(got)} instead of {_said(value)}"


def _pairs(wanted: object) -> Iterable[tuple[str, object]]:
    return wanted.items() if isinstance(wanted, Mapping) else ()


def _of_incident(kind: str) -> Callable[[object, _Result], Iterator[str]]:
    return lambda wanted, result: _each(wanted, lambda name: result.part("incidents").get(name, {}).get(kind), kind)


def _of_penalty(kind: str, what: str) -> Callable[[object, _Result], Iterator[str]]:
    return lambda wanted, result: _each(wanted, lambda name: result.part("penalties").get(name, {}).get(kind), what)


def _of_amount(kind: str) -> Callable[[object, _Result], Iterator[str]]:
    return lambda wanted, result: _each(wanted, lambda name: result.amount(name, kind), kind)


def _all_penalties(wanted: object, result: _Result) -> Iterator[str]:
    rows = wanted if isinstance(wanted, list) else []
    expected = sorted(tuple(map(_said, row)) for row in rows)
    yield from (f"missing penalty: {', '.join(row)}" for row in expected if row not in result.penalties)
    yield from (f"unexpected penalty: {', '.join(row)}" for row in result.penalties if row not in expected)
    if len(expected) != len(result.penalties):
        yield f"{len(result.penalties)} penalties instead of {len(expected)}"


def _review(wanted: object, result: _Result) -> Iterator[str]:
    expected = sorted(map(str, wanted)) if isinstance(wanted, list) else []
    if sorted(result.review) != expected:
        yield f"review: {', '.join(result.review) or 'nothing'} instead of {', '.join(expected) or 'nothing'}"


_CHECKS: Mapping[str, Callable[[object, _Result], Iterator[str]]] = {
    "count": _of_incident("count"),
    "outcome": _of_incident("outcome"),
    "pens": _all_penalties,
    "seconds": _of_amount("seconds"),
    "points": _of_amount("points"),
    "laps": _of_amount("laps"),
    "places": _of_amount("places"),
    "states": _of_penalty("state", "state"),
    "left": _of_penalty("crossings_left", "crossings left"),
    "review": _review,
}
