"""Whoever writes a ruleset is told of each mistake, where it stands and what to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.penalties.mistakes import mistakes

SMALL = """\
id: small
version: 1
penalties:
  t5: {type: time, seconds: 5}
ladders:
  - id: wl
    match: {code: WL}
    scope: kart
    steps:
      - {at: 3, do: t5}
"""


def test_a_ruleset_that_holds_together_has_none() -> None:
    assert mistakes(SMALL) == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "remedy"),
    [
        ("seconds", "secnds", 4, "penalties.t5.secnds", "Write “seconds”, or take it out."),
        ("scope: kart", "scope: kart\n    zzz: 1", 9, "ladders.0.zzz", "Take it out."),
        ("    scope: kart\n", "", 6, "ladders.0.scope", "Add “scope”."),
        ("do: t5", "do: t6", 10, "ladders.0.steps.0.do", "Put it right on this line."),
        ("id: small", "id: [small", 2, "file", "Mend the YAML there."),
    ],
)
def test_a_mistake_has_its_line_and_its_remedy(old: str, new: str, line: int, path: str, remedy: str) -> None:
    found = next(one for one in mistakes(SMALL.replace(old, new, 1)) if one.path == path)

    assert (found.line, found.remedy) == (line, remedy)


def test_two_mistakes_are_told_at_once_in_the_order_of_their_lines() -> None:
    found = mistakes(SMALL.replace("do: t5", "do: t6").replace("time, ", "time, laps: -1, "))

    assert [one.line for one in found] == sorted(one.line for one in found)
    assert found


@given(st.text() | st.text(alphabet='id: versonpalt{}[]",\n\t#&*!|>-0123456789'))
def test_no_text_is_without_an_answer(text: str) -> None:
    assert all(one.line >= 1 and one.remedy for one in mistakes(text))
