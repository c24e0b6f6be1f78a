"""Texts of cells as numbers, in seven languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.timing.sources.apex.texts import clock_ms, colour, gap, hours_minutes_ms, number, plate_colour, time_ms


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("59.938", 59_938),
        ("1:05.415", 65_415),
        ("22:03.383", 1_323_383),
        ("1:02:03.4", 3_723_400),
        ("24.38", 24_380),
        ("1:18.3", 78_300),
        ("59.", 59_000),
        ("1:27.", 87_000),
        ("7", 7_000),
        ("", None),
        ("Stand", None),
        ("1:xx.000", None),
        ("1.2.3", None),
        ("²³.000", None),
        ("999999999:999999999:999999999", None),
    ],
)
def test_a_time_is_read_with_any_number_of_decimals(text: str, ms: int | None) -> None:
    assert time_ms(text) == ms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.251", (251, None, None)),
        ("1:27.577", (87_577, None, None)),
        ("-0.1", (-100, None, None)),
        ("+01.265", (1_265, None, None)),
        ("", (None, None, None)),
        ("1 Tour", (None, 1, None)),
        ("2 Tours", (None, 2, None)),
        ("3 Laps", (None, 3, None)),
        ("2 Giri", (None, 2, None)),
        ("2 Vueltas", (None, 2, None)),
        ("4 Voltas", (None, 4, None)),
        ("5 Varv", (None, 5, None)),
        ("6 Rondes", (None, 6, None)),
        ("1 Vta.", (None, 1, None)),
        ("Tour 10", (None, None, 10)),
        ("Lap 3", (None, None, 3)),
        ("Giro 7", (None, None, 7)),
        ("Vuelta 14", (None, None, 14)),
        ("Volta 2", (None, None, 2)),
        ("Varv 9", (None, None, 9)),
        ("somewhere", (None, None, None)),
    ],
)
def test_a_gap_is_a_time_or_laps_or_what_the_leader_has_done(
    text: str, expected: tuple[int | None, int | None, int | None]
) -> None:
    assert gap(text) == expected


@pytest.mark.parametrize(
    ("text", "ms"), [("63408611", 63_408_611), ("29.5", 29_500), ("0", 0), ("", None), ("1e9", None), ("-5", None)]
)
def test_a_session_clock_with_a_dot_is_in_seconds(text: str, ms: int | None) -> None:
    assert clock_ms(text) == ms


@pytest.mark.parametrize(("text", "ms"), [("4:29", 16_140_000), ("0:05", 300_000), ("5", None), ("", None)])
def test_a_stint_clock_counts_hours_and_minutes(text: str, ms: int | None) -> None:
    assert hours_minutes_ms(text) == ms


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("border-bottom-color:#ffAA0d !important; color:#000000 !important;", "#FFAA0D"),
        ("color:#f00; font-weight: bold;", None),
        ("border-bottom-color:url(https://example.org/x)", None),
        ("border-bottom-color:#12345", None),
    ],
)
def test_only_the_colour_of_the_border_leaves_a_style_rule(rule: str, expected: str | None) -> None:
    assert colour(rule) == expected


@pytest.mark.parametrize(
    ("css", "expected"),
    [("notc65535", "#FFFF00"), ("notc255", "#FF0000"), ("notc99999999", None), ("no7", None), ("notc", None)],
)
def test_the_number_in_a_plate_class_is_blue_first(css: str, expected: str | None) -> None:
    assert plate_colour(css) == expected


@given(st.integers(0, 86_399_999))
def test_every_time_is_read_back(ms: int) -> None:
    minutes, rest = divmod(ms, 60_000)

    assert time_ms(f"{minutes}:{rest // 1000:02}.{rest % 1000:03}") == ms


@given(st.text())
def test_no_text_can_break_a_reader(text: str) -> None:
    for read in (number, time_ms, gap, clock_ms, hours_minutes_ms, colour, plate_colour):
        read(text)
