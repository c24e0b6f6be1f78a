"""The table of a snapshot: five tags, ids that hide inside, text that is only text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.timing.sources.apex.columns import Heading, Shared, columns_of, fingerprint_of, layout_of
from core.timing.sources.apex.grid import Grid, GridCell, UnreadableGrid, read_grid

HEAD = (
    '<tr data-id="r0" class="head" data-pos="0"><td data-id="c3" data-type="rk" data-pr="1">Clt</td>'
    '<td data-id="c4" data-type="no">Kart</td><td data-id="c5" data-type="" data-width="9">P&eacute;na.</td></tr>'
)


def test_ids_of_position_and_number_stand_inside_the_cell() -> None:
    html = (
        f'<tbody>{HEAD}<tr data-id="r5" data-pos="1"><td class="rk"><div><p data-id="r5c3" class="">1</p></div></td>'
        '<td class="no"><div data-id="r5c4" class="no7">18</div></td><td data-id="r5c5" class="pena1">1 Tr</td></tr>'
        "</tbody>"
    )

    assert read_grid(html) == Grid(
        [Heading("c3", "rk", "Clt"), Heading("c4", "no", "Kart"), Heading("c5", "", "Péna.")],
        {"r5": [GridCell("r5c3", "", "1"), GridCell("r5c4", "no7", "18"), GridCell("r5c5", "pena1", "1 Tr")]},
    )


def test_a_cell_without_an_id_belongs_to_the_header_cell_at_its_place() -> None:
    grid = read_grid(
        f'{HEAD}<tr data-id="r5"><td class="rk">1</td><td class="no7">18</td><td>x</td><td>beyond</td></tr>'
    )

    assert [cell.cell_id for cell in grid.rows["r5"]] == ["r5c3", "r5c4", "r5c5", ""]


def test_html_of_a_cell_comes_out_as_the_text_a_browser_would_show() -> None:
    grid = read_grid(f'{HEAD}<tr data-id="r5"><td data-id="r5c5"><script>alert(1)</script><b>A &amp; B</b></td></tr>')

    assert grid.rows["r5"][0].text == "alert(1)A & B"


def test_escaped_tags_stay_text() -> None:
    grid = read_grid(f'{HEAD}<tr data-id="r5"><td data-id="r5c5"><p>&lt;b&gt; Racing</p></td></tr>')

    assert grid.rows["r5"][0].text == "<b> Racing"


@pytest.mark.parametrize("html", ["", "<tbody></tbody>", '<tr data-id="r5"><td>1</td></tr>'])
def test_a_table_without_a_header_cannot_be_read(html: str) -> None:
    with pytest.raises(UnreadableGrid):
        read_grid(html)


@given(st.text(alphabet='<>/tdrpiv="- 05c&;x', max_size=300))
def test_no_html_can_break_the_reader(html: str) -> None:
    try:
        read_grid(f"{HEAD}{html}")
    except UnreadableGrid:
        pytest.fail("the header is there")


def fields(*headings: tuple[str, str]) -> list[str]:
    found = [Heading(f"c{number}", *heading) for number, heading in enumerate(headings, start=1)]
    return [column.field for column in columns_of(found, Shared({}, {})).values()]


def test_typed_columns_mean_what_their_type_says_in_any_language() -> None:
    assert fields(("llp", "Sista v"), ("blp", "Giro mig."), ("tlp", "Voltas")) == ["last", "best", "laps"]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Catégorie", "category"),
        ("Clase", "category"),
        ("Péna.", "feed_penalty"),
        ("Penalización", "feed_penalty"),
        ("First name", "driver"),
        ("Vueltas", "laps"),
        ("M. Vuelta", "best"),
        ("Pos.", "position"),
        ("Tempo Pit", "more"),
        ("km/h", "more"),
        ("", "more"),
    ],
)
def test_an_untyped_column_means_what_its_heading_says(heading: str, field: str) -> None:
    assert fields(("", heading)) == [field]


def test_a_heading_does_not_take_the_place_of_a_typed_column() -> None:
    assert fields(("tlp", "Tours"), ("", "Vueltas")) == ["laps", "more"]


def test_a_type_nobody_knows_is_kept_and_told() -> None:
    headings = [Heading("c1", "llp", "Last"), Heading("c2", "zzz", "New")]

    layout = layout_of(headings, columns_of(headings, Shared({}, {})))

    assert (layout.fields, layout.types, layout.unmapped) == (("last", "more"), ("llp", "zzz"), ("zzz",))


def test_a_layout_is_named_by_types_and_headings_not_by_ids() -> None:
    one = [Heading("c1", "llp", "Last"), Heading("c2", "gap", "Gap")]
    moved = [Heading("c3", "llp", "Last"), Heading("c4", "gap", "Gap")]

    assert fingerprint_of(one) == fingerprint_of(moved) != fingerprint_of(list(reversed(one)))
