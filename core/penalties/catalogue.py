"""The ruleset of a session: what officials may record, what they may impose and what follows by itself, as data.

The file is YAML: an id and a version, `codes` (infringements, each with an entry key of its own), `penalties`,
`ladders` and `measures` (all of it in `rules.schema`). `example_values` lists dotted paths (`*` = any) of amounts that
no regulation of the event gives; screens mark them. Decimals are read exactly, never as binary floats.

A ruleset is known by its reference `id@version#hash`: the hash is the sha256 of the canonical form (JSON, sorted keys),
twelve digits shown. The canonical form is what a session pins in its log and what `of_canonical` reads back.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from core.errors import BadInput
from core.penalties.events import AUTO, INVESTIGATING, NO_FURTHER_ACTION
from core.penalties.rules.consistency import DECISIONS, covers, problems, words_of
from core.penalties.rules.schema import RULES, Code, PenaltyRule, Rules
from core.penalties.yaml_lines import Document, Place, read_yaml

__all__ = [
    "DECISIONS",
    "MISSING",
    "UNKNOWN_KEY",
    "Catalogue",
    "Code",
    "Mistake",
    "NotARuleset",
    "PenaltyRule",
    "Rules",
    "of_canonical",
    "of_values",
    "read_catalogue",
]

UNKNOWN_KEY = "is not a known key"
MISSING = "is missing"


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
        if outcome in _SAID:
            return _SAID[outcome]
        rule = self.rules.penalties.get(outcome)
        return rule.label or outcome if rule else outcome

    def is_example(self, path: str) -> bool:
        """Whether an amount, such as `penalties.t5.seconds`, is an example rather than a regulation's."""
        return any(covers(pattern, path) for pattern in self.rules.example_values)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One place of a ruleset that has to be mended; lines count from 1."""

    line: int
    path: str
    words: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.path}: {self.words}"


class NotARuleset(BadInput):
    """A text does not hold together as a ruleset; it knows every mistake."""

    def __init__(self, name: str, mistakes: Sequence[Mistake]) -> None:
        said = "; ".join(map(str, mistakes))
        super().__init__(f"{name} is not a ruleset: {said}.", "Mend these places and load it again.")
        self.mistakes = tuple(mistakes)


_SAID: Mapping[str, str] = {
    NO_FURTHER_ACTION: "no further action",
    INVESTIGATING: "under investigation",
    AUTO: "as the ruleset says",
}


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


def of_values(values: object) -> Catalogue:
    """A ruleset given as plain values.

    Raises:
        BadInput: it does not hold together.
    """
    return _build(Document(values, {}), "The given ruleset")


@dataclass(frozen=True, slots=True)
class RulesetFile:
    """A file of one ruleset, or of a mapping of names to rulesets; each is built when it is asked for."""

    document: Document
    name: str

    @property
    def names(self) -> tuple[str, ...]:
        """The one ruleset of a file is called after the file, without `rules_`."""
        if self._is_one:
            return (PurePath(self.name).stem.removeprefix("rules_"),)
        return tuple(self.document.values) if isinstance(self.document.values, Mapping) else ()

    def catalogue(self, name: str) -> Catalogue:
        """One of `names`.

        Raises:
            BadInput: it does not hold together; the message names lines and paths of the whole file.
        """
        return _build(self.document, self.name, () if self._is_one else (name,))

    @property
    def _is_one(self) -> bool:
        values = self.document.values
        return not isinstance(values, Mapping) or not values.keys().isdisjoint({"id", "version", "penalties"})


def read_ruleset_file(text: str, name: str) -> RulesetFile:
    """Read a file of rulesets; whether each holds together is seen when it is built.

    Raises:
        BadInput: it is not YAML.
    """
    return RulesetFile(read_yaml(text, name), name)


def _build(document: Document, name: str, at: Place = ()) -> Catalogue:
    """The ruleset that stands `at` this place of the document."""
    values = document.values
    for step in at:
        values = values.get(step) if isinstance(values, Mapping) else None
    try:
        rules = RULES.validate_python(values)
    except ValidationError as cause:
        raise _refusal(name, document, at, [(_place(error), _words_of(error)) for error in cause.errors()]) from cause
    if found := [*problems(rules, values)]:
        raise _refusal(name, document, at, found)
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Catalogue(rules, text, f"{rules.id}@{rules.version}#{digest}")


def _place(error: ErrorDetails) -> Place:
    """Pydantic marks the key of a mapping by a last step of its own."""
    return tuple(step for step in error["loc"] if step != "[key]")


def _words_of(error: ErrorDetails) -> str:
    said = {"unexpected_keyword_argument": UNKNOWN_KEY, "missing": MISSING}
    return said.get(error["type"], error["msg"].removeprefix("Value error, "))


def _refusal(name: str, document: Document, at: Place, found: Iterable[tuple[Place, str]]) -> NotARuleset:
    places = {(*at, *path): words for path, words in found}
    mistakes = [
        Mistake(document.line(path), ".".join(map(str, path)) or "file", words) for path, words in places.items()
    ]
    return NotARuleset(name, sorted(mistakes, key=lambda mistake: mistake.line))


def _by_word(things: Mapping[str, Code] | Mapping[str, PenaltyRule], word: str) -> str | None:
    sought = word.strip().lower()
    exact = next((name for name, thing in things.items() if sought in (name.lower(), thing.key)), None)
    return exact or next((name for name, thing in things.items() if sought in words_of(name, thing)), None)
