"""Entries come from a CSV text, checked as a whole, or from the numbers a feed shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from core.sessions.desk import checked_name
from core.sessions.entry_list import checked_entry, proposed, read_entries
from core.sessions.model import Entry, Origin
from core.timing.model import Car


def imported(number: str, category: str | None = None, team: str | None = None, *drivers: str) -> Entry:
    return Entry(number, category, team, drivers, origin=Origin.CSV)


@pytest.mark.parametrize(
    "text",
    [
        "number,class,team,drivers\n12,Pro,Team 12,Driver 12A/Driver 12B\n007,,,\n",
        "\ufeffNo.;Class;Team;Driver 1;Driver 2\r\n12;Pro;Team 12;Driver 12A;Driver 12B\r\n007;;;;\r\n",
        "Kart\tTeam\tCategory\tDrivers\n 12 \tTeam 12\tPro\tDriver 12A ; Driver 12B\n\n007\n",
        'drivers,number,team,class,remark\n"Driver 12A/Driver 12B",12,Team 12,Pro,fast\n,007,,,',
    ],
    ids=["comma", "semicolon", "tab", "other order"],
)
def test_a_list_reads_the_same_from_every_layout(text: str) -> None:
    assert read_entries(text) == (
        imported("12", "Pro", "Team 12", "Driver 12A", "Driver 12B"),
        imported("007"),
    )


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (
            "number,team\n,A\n123456789,B\n5,C\n5,D",
            ["row 2 has no number", "row 3 has a number of more", "row 5 has the"],
        ),
        ("number,team\n5," + "x" * 101, ["row 2 has a text of more than 100"]),
        ("number,team\n5,a\x07b", ["row 2 has characters that cannot be shown"]),
        ("team,class\nA,B", ["no heading “number”"]),
        ("", ["no heading “number”"]),
        ('number\n"5', ["not CSV"]),
        ("number\n" * 2001, ["more than 2000 rows"]),
    ],
)
def test_a_list_with_mistakes_is_refused_as_a_whole_and_names_every_row(text: str, problems: list[str]) -> None:
    with pytest.raises(BadInput) as refused:
        read_entries(text)

    assert all(problem in refused.value.what for problem in problems)


@given(st.text() | st.text(alphabet='number,;\t\n"0123 team\r\x00'))
def test_no_text_breaks_the_import(text: str) -> None:
    try:
        entries = read_entries(text)
    except BadInput as refused:
        assert refused.remedy  # noqa: PT017 - a refusal is as good as a list
    else:
        assert len({entry.number for entry in entries}) == len(entries)


def test_an_entry_is_trimmed_and_checked() -> None:
    assert checked_entry(Entry(" 12 ", " ", " Team 12 ", ("", " Driver 12A "))) == Entry(
        "12", None, "Team 12", ("Driver 12A",)
    )
    with pytest.raises(BadInput, match="has no number"):
        checked_entry(Entry(" "))


def test_the_feed_proposes_the_numbers_that_have_no_entry() -> None:
    cars = [
        Car("r1", "12", team="Team 12"),
        Car("r2", "7", driver="Driver 7A", category="Pro"),
        Car("r3", ""),
        Car("r4", "7"),
        Car("r5", "123456789"),
    ]

    assert proposed(cars, [Entry("12")]) == (
        Entry("7", "Pro", None, ("Driver 7A",), source_id="r2", origin=Origin.FEED),
    )


def test_a_name_gets_single_spaces() -> None:
    assert checked_name("  24 h   Race ") == "24 h Race"


@pytest.mark.parametrize("name", ["", "   ", "x" * 60, "a\x00b"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(BadInput):
        checked_name(name)
