"""Amounts that depend on the case: `15*2**k`, `ceil(120-value)`, `min(1000, 100*value)`.

    expression = term (("+" | "-") term)*              names: n over k value excess
    term       = signed (("*" | "/" | "//" | "%") signed)*
    signed     = "-" signed | power                    functions: ceil floor min max
    power      = atom ("**" signed)?

A formula is read into a tree of these things and nothing else, so that it can only calculate. Decimal arithmetic of 28
digits; `//` and `%` round down, as in Python. Its length, its exponents and every intermediate result are bounded.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, DecimalException
from functools import lru_cache
from typing import assert_never

from core.penalties.model import Amount

NAMES = frozenset({"n", "over", "k", "value", "excess"})
LONGEST = 200
"""Characters of a formula."""
GREATEST = Decimal(10) ** 15
"""No result may be beyond this."""
MOST_POWER = 64
DEEPEST = 40
"""Brackets, signs and powers inside each other."""

_EXACT = Context(prec=28)
_TOKEN = re.compile(r"\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?)|([a-z]+)|(\*\*|//|[-+*/%(),]))", re.ASCII)


class NotAFormula(ValueError):
    """The text is outside the language, or cannot be calculated with these numbers."""


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A function or an operator and what it is applied to; a leading minus is `neg`."""

    does: str
    of: tuple["Tree", ...]


Tree = Number | Name | Operation


@lru_cache(maxsize=512)
def read_formula(text: str) -> Tree:
    """The tree of a formula.

    Raises:
        NotAFormula: it is outside the language, or too long.
    """
    if len(text) > LONGEST:
        raise NotAFormula(f"a formula has at most {LONGEST} characters")
    parser = _Parser([*_tokens(text)])
    tree = parser.expression()
    if parser.next:
        raise NotAFormula(f"“{parser.next}” is not expected in the formula “{text}”")
    return tree


def names_in(tree: Tree) -> frozenset[str]:
    match tree:
        case Number():
            return frozenset()
        case Name():
            return frozenset({tree.name})
        case Operation():
            return frozenset[str]().union(*map(names_in, tree.of))
        case _:
            assert_never(tree)


def calculate(tree: Tree, names: Mapping[str, Amount]) -> Amount:
    """What a formula amounts to; a whole result is an integer.

    Raises:
        NotAFormula: a name has no value here, a division by zero, a result beyond all bounds.
    """
    try:
        return whole(_bounded(_calculate(tree, names)))
    except DecimalException as cause:
        raise NotAFormula("the formula cannot be calculated with these numbers") from cause


def whole(number: Decimal) -> Amount:
    """The same number, as an integer if it is one."""
    return int(number) if number == number.to_integral_value() else number.normalize(_EXACT)


def _calculate(tree: Tree, names: Mapping[str, Amount]) -> Decimal:
    match tree:
        case Number():
            return tree.value
        case Name():
            if tree.name not in names:
                raise NotAFormula(f"there is no “{tree.name}” to calculate with")
            return Decimal(names[tree.name])
        case Operation():
            return _bounded(_DOES[tree.does](*(_calculate(part, names) for part in tree.of)))
        case _:
            assert_never(tree)


def _bounded(number: Decimal) -> Decimal:
    if not number.is_finite() or abs(number) > GREATEST:
        raise NotAFormula("the formula grows beyond all bounds")
    return number


def _floor_divide(a: Decimal, b: Decimal) -> Decimal:
    quotient = _EXACT.divide_int(a, b)
    below = _EXACT.multiply(quotient, b) != a and (a < 0) != (b < 0)
    return quotient - 1 if below else quotient


def _remainder(a: Decimal, b: Decimal) -> Decimal:
    return _EXACT.subtract(a, _EXACT.multiply(b, _floor_divide(a, b)))


def _power(a: Decimal, b: Decimal) -> Decimal:
    if abs(b) > MOST_POWER:
        raise NotAFormula(f"a power is at most {MOST_POWER}")
    return _EXACT.power(a, b) if b else Decimal(1)


_DOES: Mapping[str, Callable[..., Decimal]] = {
    "+": _EXACT.add,
    "-": _EXACT.subtract,
    "*": _EXACT.multiply,
    "/": _EXACT.divide,
    "//": _floor_divide,
    "%": _remainder,
    "**": _power,
    "neg": _EXACT.minus,
    "ceil": lambda number: number.to_integral_value(ROUND_CEILING),
    "floor": lambda number: number.to_integral_value(ROUND_FLOOR),
    "min": min,
    "max": max,
}
_OF_ONE = frozenset({"ceil", "floor"})
_FUNCTIONS = frozenset({"ceil", "floor", "min", "max"})


def _tokens(text: str) -> Iterator[str]:
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at, end)
        if not found:
            raise NotAFormula(f"“{text[at:].strip()[:1]}” is not expected in the formula “{text}”")
        at = found.end()
        yield found[0].strip()


class _Parser:
    """What is left of the tokens; each method eats what it is named after."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def next(self) -> str:
        """The token ahead; empty at the end."""
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def expression(self) -> Tree:
        return self._chain(("+", "-"), self._term)

    def _term(self) -> Tree:
        return self._chain(("*", "/", "//", "%"), self._signed)

    def _chain(self, operators: tuple[str, ...], part: Callable[[], Tree]) -> Tree:
        tree = part()
        while self.next in operators:
            tree = Operation(self._take(), (tree, part()))
        return tree

    def _signed(self) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotAFormula("the formula is nested too deeply")
        tree = Operation("neg", (self._signed(),)) if self._eat("-") else self._power()
        self._depth -= 1
        return tree

    def _power(self) -> Tree:
        base = self._atom()
        return Operation("**", (base, self._signed())) if self._eat("**") else base

    def _atom(self) -> Tree:
        word = self._take()
        if word == "(":
            tree = self.expression()
            self._demand(")")
            return tree
        if word in NAMES:
            return Name(word)
        if word in _FUNCTIONS:
            return self._call(word)
        if word[:1].isdigit() or word[:1] == ".":
            return Number(Decimal(word))
        raise NotAFormula(f"“{word}” is not known to formulas" if word else "the formula ends too early")

    def _call(self, function: str) -> Tree:
        self._demand("(")
        of = [self.expression()]
        while self._eat(","):
            of.append(self.expression())
        self._demand(")")
        if function in _OF_ONE and len(of) > 1:
            raise NotAFormula(f"{function} takes one number")
        return Operation(function, tuple(of))

    def _take(self) -> str:
        word = self.next
        self._at += 1
        return word

    def _eat(self, word: str) -> bool:
        found = self.next == word
        self._at += found
        return found

    def _demand(self, word: str) -> None:
        if not self._eat(word):
            raise NotAFormula(f"“{word}” is missing in the formula")
