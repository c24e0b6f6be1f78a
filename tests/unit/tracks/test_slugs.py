"""Short names made of names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.tracks.slugs import slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Kartway Süd", "kartway-sud"),
        ("  L'Enclos (FR) ", "l-enclos-fr"),
        ("Évora", "evora"),
        ("東京", ""),
        ("a" * 60, "a" * 40),
    ],
)
def test_a_name_becomes_a_short_one(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@given(st.text())
def test_every_short_name_may_stand_in_an_address(name: str) -> None:
    assert re.fullmatch(r"([a-z0-9][a-z0-9-]{0,39})?", slug_of(name))
