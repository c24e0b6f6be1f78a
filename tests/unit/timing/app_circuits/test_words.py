"""The app's words for columns, and ours."""

import pytest

from core.timing.app_circuits.model import COLUMNS
from core.timing.app_circuits.words import WORDS, canonical, meaning_of, said_by, words_of
from core.timing.events import ColumnSeen
from core.timing.mapping import Meaning

LAYOUT = (
    ColumnSeen("c1", "grp", "", ""),
    ColumnSeen("c3", "rk", "Clt", "position"),
    ColumnSeen("c4", "s1", "S1", "sectors"),
    ColumnSeen("c5", "otr", "En piste", "stint_ms"),
    ColumnSeen("c6", "", "Info", "more", is_known=False),
)


@pytest.mark.parametrize("meaning", WORDS)
def test_every_word_is_understood_again(meaning: Meaning) -> None:
    assert meaning_of(WORDS[meaning]) is meaning


@pytest.mark.parametrize(
    ("word", "as_ours"),
    [("tour", "Tours"), ("ECART", "Ecart"), ("Non utilisé", None), (None, None), ("Température", "Température")],
)
def test_spellings_do_not_differ(word: str | None, as_ours: str | None) -> None:
    assert canonical(word) == as_ours


def test_a_layout_is_told_by_the_names_of_its_cells() -> None:
    words = words_of(LAYOUT, {"c6": Meaning.DRIVER})

    assert len(words) == COLUMNS
    assert words[:6] == ("Non utilisé", None, "Classement", "S1", "En piste", "Pilote")


def test_only_what_paddock_would_not_find_itself_is_taken() -> None:
    words = (None, None, "Classement", "S1", "Tours", "Pilote", "Kart")

    assert said_by(words, LAYOUT) == {"c5": Meaning.LAPS, "c6": Meaning.DRIVER}
