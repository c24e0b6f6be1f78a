"""What a person says of a column stands, for the layout it was said of and for no other."""

from datetime import UTC, datetime

import pytest

from core.timing import events as said
from core.timing.mapping import COLUMN_MEANINGS, ColumnMap, Maps, Meaning
from core.timing.model import Rank
from core.timing.sources import make_source
from core.timing.sources.apex import Apex
from core.timing.sources.apex.columns import Heading, fingerprint_of

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HEADINGS = [Heading("c1", "rk", "Clt"), Heading("c2", "", "Foo"), Heading("c3", "new", "Bar"), Heading("c4", "", "")]
FINGERPRINT = fingerprint_of(HEADINGS)
HEAD = "".join(f'<td data-id="{one.cell_id}" data-type="{one.type}">{one.text}</td>' for one in HEADINGS)
GRID = f'init|r|\ngrid||<tr data-id="r0">{HEAD}</tr><tr data-id="r5"><td data-id="r5c2">1:02.500</td></tr>\n'


def snapshot(columns: dict[str, Meaning], fingerprint: str = FINGERPRINT) -> said.Snapshot:
    source = make_source("apex", Maps({fingerprint: ColumnMap(columns)}))
    return next(event for event in source.feed(GRID, NOON) if isinstance(event, said.Snapshot))


def test_every_column_is_shown_with_what_is_known_of_it() -> None:
    assert snapshot({}).layout.columns == (
        said.ColumnSeen("c1", "rk", "Clt", "position", is_known=True),
        said.ColumnSeen("c2", "", "Foo", "more", is_known=False),
        said.ColumnSeen("c3", "new", "Bar", "more", is_known=False),
        said.ColumnSeen("c4", "", "", "more", is_known=False),
    )


def test_a_column_means_what_a_person_says() -> None:
    found = snapshot({"c2": Meaning.LAST, "c3": Meaning.SECTOR_2})

    assert found.rows == (("r5", (said.LastLap("r5", 62_500, Rank.NORMAL),)),)
    assert (found.layout.fields, found.layout.unmapped) == (("position", "last", "sectors", "more"), ())
    assert found.layout.columns[1] == said.ColumnSeen("c2", "", "Foo", "last", is_known=True)


def test_cells_that_follow_are_read_in_the_same_way() -> None:
    source = Apex({FINGERPRINT: ColumnMap({"c3": Meaning.SECTOR_2, "c4": Meaning.DRIVER, "c1": Meaning.NOTHING})})
    source.feed(GRID, NOON)

    assert source.feed("r5c3|tn|20.1\nr5c4||DANA [0:10]\nr5c1||7\n", NOON)[1:] == [
        said.SectorTime("r5", 1, 20_100, Rank.NORMAL),
        said.DriverNamed("r5", "DANA", 600_000),
    ]


def test_another_layout_keeps_its_own_meaning() -> None:
    assert snapshot({"c2": Meaning.LAST}, "0123456789abcdef") == snapshot({})


@pytest.mark.parametrize("meaning", COLUMN_MEANINGS)
def test_every_meaning_that_is_offered_can_be_read(meaning: Meaning) -> None:
    source = Apex({FINGERPRINT: ColumnMap({"c2": meaning})})
    source.feed(GRID, NOON)

    told = source.feed("r5c2|tn|12\n", NOON)[1:]

    assert (told == []) == (meaning is Meaning.NOTHING)
