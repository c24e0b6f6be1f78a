"""What changed from one layout to the next is told in words, and only what changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.timing.events import ColumnSeen
from core.timing.layouts import changes


def columns(text: str) -> list[ColumnSeen]:
    """Columns of `type:heading` words."""
    words = [word.partition(":") for word in text.split()]
    return [
        ColumnSeen(f"c{place}", kind, heading, "", is_known=kind != "new")
        for place, (kind, _, heading) in enumerate(words, 1)
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("rk:Clt no:Kart", "rk:Clt no:Kart", ()),
        ("rk:Clt no:Kart", "rk:Clt dr:Team no:Kart", ("“Team” (dr) was added as column 2.",)),
        (
            "rk:Clt no:Kart",
            "rk:Clt no:Kart new:Boost",
            ("“Boost” (new) was added as column 3; nobody knows what it means.",),
        ),
        ("rk:Clt dr:Team no:Kart", "rk:Clt no:Kart", ("“Team” (dr) was removed.",)),
        ("rk:Clt no:Kart", "rk:Pos no:Kart", ("“Clt” (rk) is now called “Pos” (rk).",)),
        ("rk:Clt :Info", "rk:Clt :Pena", ("“Info” is now called “Pena”.",)),
        ("a:A b:B c:C", "c:C a:A b:B", ("“C” (c) moved from column 3 to 1.",)),
        ("", "rk:", ("a column without a heading (rk) was added as column 1.",)),
    ],
)
def test_a_change_is_told_in_words(before: str, after: str, told: tuple[str, ...]) -> None:
    assert changes(columns(before), columns(after)) == told


LAYOUTS = st.lists(
    st.builds("{}:{}".format, st.sampled_from(["", "rk", "no", "new"]), st.sampled_from(["", "A", "B"])), max_size=8
).map(" ".join)


@given(LAYOUTS, LAYOUTS)
def test_nothing_is_told_of_a_layout_that_stayed_and_something_of_every_other(before: str, after: str) -> None:
    assert changes(columns(before), columns(before)) == ()
    assert bool(changes(columns(before), columns(after))) == (before != after)
