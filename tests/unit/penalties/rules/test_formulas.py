"""Formulas calculate exactly, and can do nothing else."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.penalties.model import Amount
from core.penalties.rules.formulas import GREATEST, LONGEST, NotAFormula, calculate, names_in, read_formula

CASE: dict[str, Amount] = {"n": 7, "over": 2, "k": 3, "value": Decimal("117.2"), "excess": Decimal("0.1")}


def worth(text: str) -> Amount:
    return calculate(read_formula(text), CASE)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("15*2**k", 120),
        ("ceil(120-value)", 3),
        ("floor(value)", 117),
        ("min(1000, 100*value)", 1000),
        ("max(1, n, over)", 7),
        ("0.1+excess+excess", Decimal("0.3")),
        ("2+3*4", 14),
        ("(2+3)*4", 20),
        ("2**3**2", 512),
        ("-2**2", -4),
        ("--n", 7),
        ("7//2", 3),
        ("-7//2", -4),
        ("-7%3", 2),
        ("7%-3", -2),
        ("-6//3", -2),
        ("1/4", Decimal("0.25")),
        ("0**0", 1),
        ("4**0.5", 2),
        ("1e3", 1000),
        (".5", Decimal("0.5")),
    ],
)
def test_a_formula_amounts_to(text: str, amount: Amount) -> None:
    found = worth(text)

    assert found == amount
    assert type(found) is type(amount)


@pytest.mark.parametrize(
    "text",
    [
        "", "n n", "n +", "(n", "n)", "+n", "n,1", "min()", "ceil(1,2)", "ceil", "min n", "x", "N", "n.real", "n[0]",
        "__import__", "__import__('os')", "lambda: 1", "n if k else 0", "n<1", "n=1", "True", "1j", "0x10", "1_000",
        "n;k", "'a'", "n@k", "n\x00", "n\\", "abs(n)", "ceil(value=1)", "min(*n)", "٣", "1" * (LONGEST + 1),
        "(" * 60 + "1" + ")" * 60, "-" * 60 + "1",
    ],
)  # fmt: skip
def test_what_is_outside_the_language_is_refused(text: str) -> None:
    with pytest.raises(NotAFormula):
        read_formula(text)


@pytest.mark.parametrize("text", ["1/0", "1//0", "1%0", "0**-1", "9**9**9", "10**20", "2**65", "(0-8)**0.5"])
def test_what_cannot_be_calculated_is_refused(text: str) -> None:
    with pytest.raises(NotAFormula):
        worth(text)


def test_a_name_needs_a_value() -> None:
    with pytest.raises(NotAFormula, match="value"):
        calculate(read_formula("value+1"), {"n": 1})


def test_the_names_of_a_formula_are_known() -> None:
    assert names_in(read_formula("min(n, 100*value)-2")) == {"n", "value"}


@given(st.text(alphabet="nkvalueoverxcsminf0123456789.+-*/%(), ", max_size=80) | st.text(max_size=80))
def test_no_text_does_more_than_calculate(text: str) -> None:
    try:
        found = worth(text)
    except NotAFormula:
        return
    assert type(found) in (int, Decimal)
    assert -GREATEST <= found <= GREATEST


@given(st.integers(-999, 999), st.integers(-99, 99).filter(bool))
def test_whole_numbers_divide_as_in_python(a: int, b: int) -> None:
    assert calculate(read_formula("n//k"), {"n": a, "k": b}) == a // b
    assert calculate(read_formula("n%k"), {"n": a, "k": b}) == a % b
