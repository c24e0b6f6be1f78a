"""The judgement depends on nothing but the facts: not on the order of recording, not on who else is judged."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.penalties.catalogue import read_catalogue
from core.penalties.rules.evaluate import told
from core.penalties.rules.facts import Carried, Case, Fact, Ruling
from core.penalties.rules.judge import judge
from tests.unit.penalties.rules.play import RULES

CATALOGUE = read_catalogue(
    RULES
    + """\
  - id: wl
    match: {code: WL}
    scope: kart
    window_s: 300
    steps: [{at: 2, do: warning_flag}, {at: 3, do: sg5, reset: true}]
  - id: tl
    match: {code: TL}
    scope: driver
    advance: signalled
    steps: [{at: 1, do: none}, {at: 3, do: t5}, {at: 4, do: t10}]
  - id: pts
    match: {code: [WL, P]}
    scope: team
    count: points
    steps: [{at: 4, do: t5}, {at: 7, every: 3, do: hold}]
  - id: mixed
    match: {code: [TL, P]}
    scope: kart
    manual_resets: false
    steps: [{at: 2, do: t5, mix: {at_least: 2, match: {code: P}}}, {at: 5, do: t10, deduct: 3}]
""",
    "club.yaml",
)
SIGNALS = {str(name): name * 7 + 90 for name in range(0, 300, 2)}


def facts_of(number: int, seed: int) -> list[Fact]:
    """Incidents of four teams, each with a kart and two drivers; many at one time."""
    dice = random.Random(seed)  # noqa: S311 - a repeatable race, not a secret
    return [_fact(name, dice.randrange(4), dice) for name in range(number)]


def _fact(name: int, kart: int, dice: random.Random) -> Fact:
    fields: dict[str, object] = {
        "code": dice.choice(["WL", "TL", "P"]), "kart": f"{kart}", "team": f"T{kart}",
        "driver": f"D{kart}{dice.randrange(2)}", "points": dice.randrange(1, 4),
    }  # fmt: skip
    return Fact(str(name), name, dice.randrange(0, 1000, 5), fields)


def case_of(facts: list[Fact]) -> Case:
    return Case(facts, [(None, CATALOGUE)], signals=SIGNALS)


def test_fifty_orders_of_insertion_give_one_result() -> None:
    facts = facts_of(300, seed=1)
    expected = told(judge(case_of(facts)), CATALOGUE)

    for order in range(50):
        random.Random(order).shuffle(facts)  # noqa: S311 - as above
        assert told(judge(case_of(facts)), CATALOGUE) == expected


@given(st.integers(0, 10_000), st.integers(0, 60), st.integers(0, 60))
def test_judging_what_comes_later_is_judging_all(seed: int, number: int, early: int) -> None:
    facts = sorted(facts_of(number, seed), key=lambda fact: (fact.t, fact.seq))
    rulings = {
        fact.id: Ruling(("t5", "nfa", "auto", "nonsense")[fact.seq % 4], frozenset({"a"})) for fact in facts[::3]
    }
    carried = [Carried("mixed", "kart", "1", -50, 1)]
    whole = Case(facts, [(None, CATALOGUE)], rulings, SIGNALS, carried=carried)
    expected = judge(whole)

    before = [expected.findings[fact.id] for fact in facts[:early]]
    later = judge(replace(whole, facts=facts[early:]), before)

    assert later.findings == {fact.id: expected.findings[fact.id] for fact in facts[early:]}
    assert later.counters == expected.counters
    assert list(later.penalties) == [pid for found in later.findings.values() for pid in found.penalties]


@given(st.integers(0, 10_000), st.integers(0, 60))
def test_judging_subjects_by_themselves_is_judging_all(seed: int, number: int) -> None:
    facts = facts_of(number, seed)
    together = told(judge(case_of(facts)), CATALOGUE)

    apart = [
        told(judge(case_of([fact for fact in facts if fact.fields["team"] == f"T{kart}"])), CATALOGUE)
        for kart in range(4)
    ]

    for part in ("incidents", "penalties"):
        assert _merged(apart, part) == together[part]


def _merged(results: Iterable[Mapping[str, object]], part: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for result in results:
        each = result[part]
        assert isinstance(each, dict)
        found |= each
    return found
