"""What keeps a text from being a ruleset: every mistake with its line and what to do about it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from difflib import get_close_matches

from core.errors import BadInput
from core.penalties.catalogue import MISSING, UNKNOWN_KEY, Mistake, NotARuleset
from core.penalties.rules.schema import (
    Band,
    Code,
    Deadlines,
    Decay,
    Ladder,
    Late,
    Measure,
    Mix,
    PenaltyRule,
    Rules,
    Serve,
    Step,
    Unserved,
)
from core.penalties.rulesets import read


@dataclass(frozen=True, slots=True)
class Remedied:
    """A mistake in a ruleset, with what to do about it."""

    line: int
    path: str
    words: str
    remedy: str


def mistakes(text: str) -> tuple[Remedied, ...]:
    """Everything in a text that keeps it from being a ruleset; empty when it is one."""
    try:
        read(text)
    except NotARuleset as refused:
        return tuple(Remedied(one.line, one.path, one.words, _remedy(one)) for one in refused.mistakes)
    except BadInput as refused:
        return (Remedied(_line(refused.what), "file", refused.what, refused.remedy),)
    return ()


def _line(said: str) -> int:
    """What is no YAML at all is told in words; its line is in them."""
    found = re.search(r"line ([0-9]+)", said)
    return int(found[1]) if found else 1


def _remedy(mistake: Mistake) -> str:
    key = mistake.path.rsplit(".", 1)[-1]
    if mistake.words == UNKNOWN_KEY:
        near = get_close_matches(key, _KEYS, 1)
        return f"Write “{near[0]}”, or take it out." if near else "Take it out."
    return f"Add “{key}”." if mistake.words == MISSING else "Put it right on this line."


def _keys() -> Iterator[str]:
    """Every key that the schema knows, wherever it stands."""
    for part in (Rules, Code, PenaltyRule, Serve, Unserved, Late, Ladder, Step, Mix, Decay, Measure, Band, Deadlines):
        yield from (one.name for one in fields(part))


_KEYS = frozenset(_keys())
