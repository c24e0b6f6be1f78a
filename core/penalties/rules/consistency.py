"""Whether the parts of a ruleset agree with each other: every mistake with the path to it.

Labels may stand twice (two tariffs of “2 points”); codes, entry keys and aliases may not, because officials type them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import pairwise

from core.penalties.events import INVESTIGATING, NO_FURTHER_ACTION
from core.penalties.model import PenaltyType
from core.penalties.rules.schema import Band, Code, Ladder, Measure, PenaltyRule, Rules, Step
from core.penalties.yaml_lines import Place

DECISIONS: Mapping[str, str] = {
    "nfa": NO_FURTHER_ACTION,
    "no further action": NO_FURTHER_ACTION,
    "inv": INVESTIGATING,
    "investigating": INVESTIGATING,
    "under investigation": INVESTIGATING,
}
"""What may be decided besides a penalty, by every word for it."""

MARKERS = ("none", "warning", "warning_flag")
"""What a step or a band may do besides imposing a penalty."""

Problem = tuple[Place, str]

_AMOUNTS: Mapping[PenaltyType, str] = {
    PenaltyType.TIME: "seconds",
    PenaltyType.TIME_AT_STOP: "seconds",
    PenaltyType.STOP_GO: "seconds",
    PenaltyType.STOP_EXTRA: "seconds",
    PenaltyType.LAP: "laps",
    PenaltyType.GRID: "places",
    PenaltyType.POINTS: "points",
}
"""A lost position may do without: then the place gained is given back."""


def problems(rules: Rules, values: object) -> Iterator[Problem]:
    """Every mistake; `values` are the ruleset as its file has it."""
    yield from _ambiguous("codes", rules.codes)
    yield from _ambiguous("penalties", rules.penalties)
    for name, penalty in rules.penalties.items():
        yield from _of_penalty(("penalties", name), name, penalty, rules)
    yield from _twice("ladders", tuple(ladder.id for ladder in rules.ladders))
    for index, ladder in enumerate(rules.ladders):
        yield from _of_ladder(("ladders", index), ladder, rules)
    yield from _twice("measures", tuple(measure.id for measure in rules.measures))
    for index, measure in enumerate(rules.measures):
        yield from _of_measure(("measures", index), measure, rules)
    yield from _of_examples(rules.example_values, values)


def words_of(name: str, thing: Code | PenaltyRule) -> set[str]:
    """Every word that means it, in small letters."""
    return {word.lower() for word in (name, thing.key, thing.label, *thing.aliases) if word}


def covers(pattern: str, path: str) -> bool:
    """Whether a dotted pattern (`*` = any) names the path or something above it."""
    wanted, steps = pattern.split("."), path.split(".")
    return len(wanted) <= len(steps) and all(map(fnmatchcase, steps, wanted))


def _typed(name: str, thing: Code | PenaltyRule) -> set[str]:
    return {word.lower() for word in (name, thing.key, *thing.aliases) if word}


def _ambiguous(part: str, things: Mapping[str, Code] | Mapping[str, PenaltyRule]) -> Iterator[Problem]:
    count = Counter(word for name, thing in things.items() for word in _typed(name, thing))
    for name, thing in things.items():
        for word in sorted(_typed(name, thing)):
            if count[word] > 1:
                yield (part, name), f"“{word}” means more than one of the {part}"


def _of_penalty(at: Place, name: str, penalty: PenaltyRule, rules: Rules) -> Iterator[Problem]:
    needed = _AMOUNTS.get(penalty.type)
    if needed and getattr(penalty, needed) is None:
        yield at, f"a {penalty.type} penalty needs “{needed}”"
    for word in sorted(words_of(name, penalty) & DECISIONS.keys()):
        yield at, f"“{word}” already means {DECISIONS[word]}"
    if penalty.unserved and penalty.unserved.do not in rules.penalties:
        yield (*at, "unserved", "do"), _unknown(penalty.unserved.do, rules.penalties)


def _unknown(word: str, known: Iterable[str]) -> str:
    return f"“{word}” is not one of {', '.join(known)}"


def _twice(part: str, ids: tuple[str, ...]) -> Iterator[Problem]:
    for index, name in enumerate(ids):
        if name in ids[:index]:
            yield (part, index, "id"), f"“{name}” stands twice"


def _of_ladder(at: Place, ladder: Ladder, rules: Rules) -> Iterator[Problem]:
    for index, step in enumerate(ladder.steps):
        yield from _of_step((*at, "steps", index), step, rules)
    for index, (before, step) in enumerate(pairwise(ladder.steps), start=1):
        if step.at <= before.at:
            yield (*at, "steps", index, "at"), f"steps must rise: {step.at} comes after {before.at}"
    yield from _unknown_codes(at, ladder, rules)


def _of_step(at: Place, step: Step, rules: Rules) -> Iterator[Problem]:
    yield from _does((*at, "do"), step.do, rules)
    if step.reset and step.deduct is not None:
        yield (*at, "deduct"), "a step either resets or deducts"


def _does(at: Place, word: str, rules: Rules) -> Iterator[Problem]:
    if word not in MARKERS and word not in rules.penalties:
        yield at, _unknown(word, (*MARKERS, *rules.penalties))


def _unknown_codes(at: Place, thing: Ladder | Measure, rules: Rules) -> Iterator[Problem]:
    """With a catalogue of codes, a rule for a code outside it would never apply."""
    for code in thing.match.get("code", ()):
        if rules.codes and code not in rules.codes:
            yield (*at, "match", "code"), _unknown(code, rules.codes)


def _of_measure(at: Place, measure: Measure, rules: Rules) -> Iterator[Problem]:
    if measure.id == "decision":
        yield (*at, "id"), "“decision” is the name of an official's own penalty"
    for index, band in enumerate(measure.bands):
        yield from _does((*at, "bands", index, "do"), band.do, rules)
        if band.over is not None and band.up_to is not None and band.over >= band.up_to:
            yield (*at, "bands", index), f"nothing is over {band.over} and up to {band.up_to}"
    for index, (before, band) in enumerate(pairwise(measure.bands), start=1):
        yield from (((*at, "bands", index), problem) for problem in _seam(before, band))
    yield from _unknown_codes(at, measure, rules)


def _seam(before: Band, band: Band) -> Iterator[str]:
    """Bands meet where one ends and the next begins."""
    if before.up_to is None or band.over is None or band.over < before.up_to:
        yield "overlaps the band before it: begin it `over` where that one is `up_to`"
    elif band.over > before.up_to:
        yield f"leaves a gap: nothing is said about values over {before.up_to} up to {band.over}"


def _of_examples(patterns: tuple[str, ...], values: object) -> Iterator[Problem]:
    paths = frozenset(_paths(values, ()))
    for index, pattern in enumerate(patterns):
        if not any(len(path) == pattern.count(".") + 1 and covers(pattern, ".".join(path)) for path in paths):
            yield ("example_values", index), f"“{pattern}” is not in this file"


def _paths(value: object, at: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The way to everything in a file; items of a list are found by their place and by their id."""
    if at:
        yield at
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _paths(each, (*at, str(key)))
    if isinstance(value, list):
        for index, each in enumerate(value):
            names = [str(index), *([str(each["id"])] if isinstance(each, Mapping) and "id" in each else [])]
            for name in names:
                yield from _paths(each, (*at, name))
