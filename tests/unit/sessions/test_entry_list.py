"""Entries come from a list of rows, checked as a whole, or from the numbers a feed shows."""

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from core.sessions.desk import checked_name
from core.sessions.entry_changes import Changed, compare
from core.sessions.entry_files import LARGEST, rows_of_csv, text_of, to_csv
from core.sessions.entry_list import (
    MOST_DRIVERS,
    MOST_ROWS,
    NamedDriver,
    Typed,
    checked,
    kilograms,
    proposed,
    read_rows,
    to_rows,
    typed,
)
from core.sessions.model import Entry, Origin
from core.timing.model import Car

A, B = UUID(int=0xA), UUID(int=0xB)


def read(text: str) -> tuple[Typed, ...]:
    return read_rows(rows_of_csv(text))


def imported(number: str, category: str | None = None, team: str | None = None, *drivers: str) -> Typed:
    return typed(Entry(number, category, team, drivers, origin=Origin.CSV))


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
    assert read(text) == (imported("12", "Pro", "Team 12", "Driver 12A", "Driver 12B"), imported("007"))


def test_a_list_says_weights_ids_and_fields() -> None:
    heading = "number,team id,driver 1,driver 1 id,driver 2,weight (kg),source_id,field: zone"
    [listed] = read(f'{heading}\n12,{A},,{B},Driver 12B,"182,5",r12,north')

    assert listed.drivers == (NamedDriver("", B), NamedDriver("Driver 12B"))
    assert listed.entry == Entry(
        "12",
        drivers=("", "Driver 12B"),
        source_id="r12",
        origin=Origin.CSV,
        team_id=A,
        weight_kg=Decimal("182.5"),
        fields={"zone": "north"},
    )


def test_a_slash_in_a_numbered_column_belongs_to_the_name() -> None:
    [listed] = read("number,driver 1\n12,Driver 12 A/B")

    assert listed.entry.drivers == ("Driver 12 A/B",)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (
            "number,team\n,A\n123456789,B\n5,C\n5,D",
            ["row 2 has no number", "row 3 has a number of more", "row 5 has the number 5 again"],
        ),
        ("number,team\n5," + "x" * 101, ["row 2 has a text of more than 100"]),
        ("number,team\n5,a\x07b", ["row 2 has characters that cannot be shown"]),
        ("number,weight\n5,12 st\n6,0", ["row 2 has the weight “12 st”", "row 3 has a weight that is not between"]),
        ("number,driver 1 id\n5,nobody", ["row 2 has “nobody”, which is no id"]),
        ("number,drivers\n5," + "/".join(f"Driver {n}" for n in range(9)), ["row 2 has more than 8 drivers"]),
        ("number\n5\n" + ",\n" * 3, []),
        ("team,class\nA,B", ["no heading “number”"]),
        ("", ["no heading “number”"]),
        ('number\n"5', ["not CSV"]),
        ("number\n" * (MOST_ROWS + 1), [f"more than {MOST_ROWS} rows"]),
        ("x" * (LARGEST + 1), ["larger than 10 MB"]),
        ("ü" * (LARGEST // 2 + 1), ["larger than 10 MB"]),
    ],
)
def test_a_list_with_mistakes_is_refused_as_a_whole_and_names_every_row(text: str, problems: list[str]) -> None:
    try:
        read(text)
        said = ""
    except BadInput as refused:
        said = refused.what

    assert [problem for problem in problems if problem not in said] == []
    assert bool(said) == bool(problems)


@given(st.text() | st.text(alphabet="number,;\t\n\"0123 team\r\x00drive=+-@'"))
def test_no_text_breaks_the_import(text: str) -> None:
    try:
        listed = read(text)
    except BadInput as refused:
        assert refused.remedy  # noqa: PT017 - a refusal is as good as a list
    else:
        assert len({each.entry.number for each in listed}) == len(listed)


CELL = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=12)
FORMULA = st.builds("".join, st.tuples(st.sampled_from(["=", "+", "-", "@", "'", "''=", "'+"]), CELL))
WORDS = (CELL | FORMULA).map(str.strip).filter(lambda text: bool(text) and text.isprintable())
WEIGHT = st.decimals("0.01", "999.99", places=2)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    ids = draw(st.lists(st.uuids(), max_size=MOST_DRIVERS, unique=True))
    names = tuple(draw(WORDS) for _ in ids)
    return Entry(
        draw(WORDS)[:8].strip() or "1",
        draw(st.none() | WORDS),
        draw(st.none() | WORDS),
        names,
        draw(st.none() | WORDS),
        Origin.CSV,
        draw(st.none() | st.uuids()),
        tuple(ids) if draw(st.booleans()) else (),
        draw(st.none() | WEIGHT),
        draw(st.dictionaries(st.from_regex(r"[a-z]{1,9}", fullmatch=True), WORDS, max_size=3)),
    )


@given(st.lists(entries(), max_size=5, unique_by=lambda entry: entry.number))
def test_a_list_that_is_written_reads_as_it_was(listed: list[Entry]) -> None:
    once = to_csv(to_rows(listed))

    assert [each.entry for each in read(once)] == listed
    assert read(text_of(once.encode())) == tuple(map(typed, listed))


@given(st.lists(entries(), max_size=5))
def test_no_cell_of_a_written_list_is_a_formula(listed: list[Entry]) -> None:
    written = to_csv([[cell for row in to_rows(listed) for cell in row]])

    assert [cell for cell in written.removeprefix("\ufeff").split(",") if cell.lstrip('"')[:1] in set("=+-@\t")] == []


def test_an_entry_is_trimmed_and_checked() -> None:
    given = Typed(Entry(" 12 ", " ", " Team 12 "), (NamedDriver(""), NamedDriver(" Driver 12A ")))

    assert checked(given) == typed(Entry("12", None, "Team 12", ("Driver 12A",)))
    with pytest.raises(BadInput, match="has no number"):
        checked(typed(Entry(" ")))


@pytest.mark.parametrize(
    ("text", "weight"), [("182.5", Decimal("182.5")), (" 182,5 ", Decimal("182.5")), ("", None), (None, None)]
)
def test_a_weight_is_typed_with_a_point_or_a_comma(text: str | None, weight: Decimal | None) -> None:
    assert kilograms(text) == weight


def test_a_weight_that_is_no_number_is_refused() -> None:
    with pytest.raises(BadInput, match="no number of kilograms"):
        kilograms("heavy")


def test_a_text_that_is_not_unicode_is_refused() -> None:
    with pytest.raises(BadInput, match="UTF-8"):
        text_of("Müller".encode("latin-1"))


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


def test_an_import_is_told_before_it_is_done() -> None:
    known = [Entry("1", team="Team 1"), Entry("2"), Entry("3", origin=Origin.FEED)]
    listed = [Entry("1", team="Team One"), Entry("3", origin=Origin.CSV, team_id=A), Entry("4")]

    changes = compare(known, listed, version=7)

    assert (changes.new, changes.removed, changes.same, changes.version) == ((listed[2],), (known[1],), 1, 7)
    assert changes.changed == (Changed(known[0], listed[0]),)


def test_a_name_gets_single_spaces() -> None:
    assert checked_name("  24 h   Race ") == "24 h Race"


@pytest.mark.parametrize("name", ["", "   ", "x" * 60, "a\x00b"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(BadInput):
        checked_name(name)
