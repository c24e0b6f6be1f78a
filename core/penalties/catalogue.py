"""The ruleset of a session: what officials may record and what they may impose, as data.

The file is YAML with an id and a version, `codes` (infringements, each with an entry key of its own) and `penalties`
(type and amount, optionally a key for the entry line). `example_values` lists dotted paths (`*` = any) of amounts that
no regulation of the event gives; screens mark them. Decimals are read exactly, never as binary floats.

A ruleset is known by its reference `id@version#hash`: the hash is the sha256 of the canonical form (JSON, sorted keys),
twelve digits shown. The canonical form is what a session pins in its log and what `of_canonical` reads back.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, PlainValidator, StringConstraints, TypeAdapter, ValidationError, with_config
from pydantic_core import ErrorDetails

from core.errors import BadInput
from core.penalties.events import INVESTIGATING, NO_FURTHER_ACTION
from core.penalties.model import Amount, PenaltyType
from core.penalties.yaml_lines import Document, Place, read_yaml

DECISIONS: Mapping[str, str] = {
    "nfa": NO_FURTHER_ACTION,
    "no further action": NO_FURTHER_ACTION,
    "inv": INVESTIGATING,
    "investigating": INVESTIGATING,
    "under investigation": INVESTIGATING,
}
"""What may be decided besides a penalty, by every word for it."""

_AMOUNTS: Mapping[PenaltyType, str] = {
    PenaltyType.TIME: "seconds",
    PenaltyType.TIME_AT_STOP: "seconds",
    PenaltyType.STOP_GO: "seconds",
    PenaltyType.STOP_EXTRA: "seconds",
    PenaltyType.LAP: "laps",
    PenaltyType.POSITION: "places",
    PenaltyType.GRID: "places",
    PenaltyType.POINTS: "points",
}


def _amount(value: object) -> Amount:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic turns only ValueError into a message
    try:
        number = value if isinstance(value, int) else Decimal(value)
    except InvalidOperation as cause:
        raise ValueError("must be a number") from cause
    if not (isinstance(number, int) or number.is_finite()) or not 0 <= number <= 1_000_000:
        raise ValueError("must be between 0 and 1000000")
    return number


_Amount = Annotated[Amount, PlainValidator(_amount)]
_Count = Annotated[int, Field(strict=True, ge=0, le=1000)]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]
_CodeKey = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,3}$")]
_PenaltyKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,8}$")]


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Code:
    """An infringement of the catalogue."""

    label: _Name
    key: _CodeKey | None = None
    aliases: tuple[_Name, ...] = ()
    second_kart: bool = False
    value: _Name | None = None
    """Unit of the measured value, where the infringement is a measurement."""
    judge_of_fact: bool = False
    text: Literal["required"] | None = None


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class PenaltyRule:
    """A consequence that may be chosen; its type says which amount it needs."""

    type: PenaltyType
    label: _Name | None = None
    key: _PenaltyKey | None = None
    aliases: tuple[_Name, ...] = ()
    seconds: _Amount | None = None
    laps: _Count | None = None
    places: _Count | None = None
    points: _Amount | None = None


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Rules:
    """A ruleset file."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
    version: _Count
    penalties: Mapping[_Name, PenaltyRule]
    title: str = ""
    source: str = ""
    example_values: tuple[str, ...] = ()
    codes: Mapping[_Name, Code] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A ruleset that holds together, with the words by which officials find what is in it."""

    rules: Rules
    text: str
    """The canonical form."""
    reference: str

    def code(self, word: str) -> str | None:
        """The infringement that a code, key, label or alias means, case ignored; any word if none are listed."""
        return _by_word(self.rules.codes, word) if self.rules.codes else word.strip()

    def outcome(self, word: str) -> str | None:
        """What a decision's word means: `nfa`, `investigating`, or the code of a penalty."""
        return DECISIONS.get(word.strip().lower()) or _by_word(self.rules.penalties, word)

    def rule(self, code: str) -> Code:
        """What the ruleset says about an infringement; one that is not listed may be anything."""
        return self.rules.codes.get(code) or Code(label=code, second_kart=True)

    def outcome_label(self, outcome: str) -> str:
        if outcome in (NO_FURTHER_ACTION, INVESTIGATING):
            return "no further action" if outcome == NO_FURTHER_ACTION else "under investigation"
        return self.rules.penalties[outcome].label or outcome

    def is_example(self, path: str) -> bool:
        """Whether an amount, such as `penalties.t5.seconds`, is an example rather than a regulation's."""
        return any(_covers(pattern, path) for pattern in self.rules.example_values)


def read_catalogue(text: str, name: str) -> Catalogue:
    """Read a ruleset file; `name` is how messages call it.

    Raises:
        BadInput: it does not hold together; the message lists every mistake with line and path.
    """
    return _build(read_yaml(text, name), name)


def of_canonical(text: str) -> Catalogue:
    """Read back what a session has pinned.

    Raises:
        BadInput: this version of Paddock cannot read it.
    """
    return _build(Document(json.loads(text), {}), "The pinned ruleset")


def _build(document: Document, name: str) -> Catalogue:
    try:
        rules = _RULES.validate_python(document.values)
    except ValidationError as cause:
        problems = {_place(error["loc"]): _words_of(error) for error in cause.errors()}
        raise _refusal(name, document, problems) from cause
    if problems := dict(_problems(rules)):
        raise _refusal(name, document, problems)
    text = json.dumps(document.values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Catalogue(rules, text, f"{rules.id}@{rules.version}#{digest}")


def _place(loc: Place) -> Place:
    """Pydantic marks the key of a mapping by a last step of its own."""
    return tuple(step for step in loc if step != "[key]")


def _words_of(error: ErrorDetails) -> str:
    said = {"unexpected_keyword_argument": "is not a known key", "missing": "is missing"}
    return said.get(error["type"], error["msg"].removeprefix("Value error, "))


def _refusal(name: str, document: Document, problems: Mapping[Place, str]) -> BadInput:
    lines = [
        f"line {document.line(path)}, {'.'.join(map(str, path)) or 'file'}: {message}"
        for path, message in sorted(problems.items(), key=lambda item: document.line(item[0]))
    ]
    return BadInput(f"{name} is not a ruleset: {'; '.join(lines)}.", "Mend these places and load it again.")


def _problems(rules: Rules) -> Iterator[tuple[Place, str]]:
    yield from _ambiguous("codes", rules.codes)
    yield from _ambiguous("penalties", rules.penalties)
    for name, penalty in rules.penalties.items():
        yield from ((("penalties", name), problem) for problem in _mistakes(name, penalty))
    paths = tuple(_paths(rules))
    for index, pattern in enumerate(rules.example_values):
        if not any(_covers(pattern, path) for path in paths):
            yield ("example_values", index), f"“{pattern}” is not in this file"


def _ambiguous(part: str, things: Mapping[str, Code] | Mapping[str, PenaltyRule]) -> Iterator[tuple[Place, str]]:
    count = Counter(word for name, thing in things.items() for word in _words(name, thing))
    for name, thing in things.items():
        for word in sorted(_words(name, thing)):
            if count[word] > 1:
                yield (part, name), f"“{word}” means more than one of the {part}"


def _mistakes(name: str, penalty: PenaltyRule) -> Iterator[str]:
    needed = _AMOUNTS.get(penalty.type)
    if needed and getattr(penalty, needed) is None:
        yield f"a {penalty.type} penalty needs “{needed}”"
    for word in sorted(_words(name, penalty) & DECISIONS.keys()):
        yield f"“{word}” already means {DECISIONS[word]}"


def _words(name: str, thing: Code | PenaltyRule) -> set[str]:
    return {word.lower() for word in (name, thing.key, thing.label, *thing.aliases) if word}


def _by_word(things: Mapping[str, Code] | Mapping[str, PenaltyRule], word: str) -> str | None:
    sought = word.strip().lower()
    return next((name for name, thing in things.items() if sought in _words(name, thing)), None)


def _paths(rules: Rules) -> Iterator[str]:
    yield from ("codes", "penalties")
    for name, penalty in rules.penalties.items():
        yield from (f"penalties.{name}.{amount}" for amount in set(_AMOUNTS.values()) if getattr(penalty, amount))
    yield from (f"codes.{name}" for name in rules.codes)


def _covers(pattern: str, path: str) -> bool:
    """Whether a dotted pattern names the path or something above it."""
    wanted, steps = pattern.split("."), path.split(".")
    return len(wanted) <= len(steps) and all(map(fnmatchcase, steps, wanted))


_RULES = TypeAdapter(Rules)
