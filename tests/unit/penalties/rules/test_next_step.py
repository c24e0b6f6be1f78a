"""How far the next step is, and when the oldest counted incident expires."""

import pytest

from core.penalties.catalogue import read_catalogue
from core.penalties.model import Amount
from core.penalties.rules.evaluate import fold
from core.penalties.rules.judge import judge
from core.penalties.rules.next_step import NextStep, next_steps
from core.penalties.rules.scenarios import read_scenarios
from tests.unit.penalties.rules.play import RULES, WL, ladder
from tests.unit.penalties.rules.test_judge import POINTS, REPEATED, SHOWN


def ahead(events: str, now: Amount, rules: str = RULES + WL, **fields: str) -> tuple[NextStep, ...]:
    scenario = read_scenarios(f"[{{n: x, rules: x, ev: [{events}]}}]", "x")[0]
    case = fold(read_catalogue(rules, "x"), scenario.events)
    return next_steps(case, judge(case), fields or {"kart": "42", "driver": "42", "team": "42"}, now)


@pytest.mark.parametrize(
    ("now", "words", "expires"),
    [(10, "1 from sg5", 100), (100, "1 from sg5", 100), (101, "1 from warning flag", 110), (111, None, None)],
)
def test_the_next_step_and_the_oldest_expiry(now: int, words: str | None, expires: int | None) -> None:
    steps = ahead("[i, a, 0, WL, 42], [i, b, 10, WL, 42]", now)

    assert [(step.words, step.oldest_expires) for step in steps] == ([(words, expires)] if words else [])


def test_nothing_is_said_of_who_has_done_nothing() -> None:
    assert ahead("[i, a, 0, WL, 7]", 1) == ()


def test_nothing_is_said_of_another_phase() -> None:
    assert ahead("[i, a, 0, WL, 42]", 1, kart="42", phase="qualifying") == ()


def test_after_a_reset_the_ladder_is_empty() -> None:
    assert ahead("[i, a, 0, WL, 42], [i, b, 1, WL, 42], [i, c, 2, WL, 42]", 3) == ()


def test_points_are_counted() -> None:
    assert [step.words for step in ahead("[i, a, 0, P, 42, {points: 3.5}]", 1, ladder(POINTS))] == ["1.5 from t10"]


def test_a_repeating_step_is_always_ahead() -> None:
    assert [step.words for step in ahead("[i, a, 0, P, 42, {points: 16}]", 1, ladder(REPEATED))] == ["4 from hold"]


def test_what_was_not_shown_does_not_count() -> None:
    events = "[i, a, 0, TL, 42], [i, b, 5, TL, 42], [signal, a, 6]"

    assert [step.words for step in ahead(events, 7, ladder(SHOWN))] == ["1 from warning flag"]
    assert ahead(events, 5, ladder(SHOWN)) == ()


def test_past_the_end_the_last_step_may_wait_again() -> None:
    text = "id: x\nmatch: {code: WL}\nscope: kart\nsteps: [{at: 1, do: t5}]"

    assert ahead("[i, a, 0, WL, 42]", 1, ladder(text)) == ()
    assert [step.words for step in ahead("[i, a, 0, WL, 42]", 1, ladder(text + "\npast_end: repeat_last"))] == [
        "1 from t5"
    ]
