"""A ruleset is read exactly, or refused with every mistake's line and path."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from core.penalties.catalogue import Catalogue, of_canonical, read_catalogue
from core.penalties.model import PenaltyType

ENDURANCE = Path(__file__).parents[3] / "config" / "rulesets" / "endurance.yaml"
SMALL = """\
id: small
version: 3
example_values: [penalties.t*.seconds]
codes:
  WL:  {label: White line, key: w, aliases: [White line crossed]}
  OTH: {label: Other, key: o, text: required}
penalties:
  t5:  {type: time, seconds: 5, key: five}
  t95: {type: time, seconds: 9.50}
  dt:  {type: drive_through, label: Drive-through}
"""


def small(old: str = "", new: str = "") -> Catalogue:
    return read_catalogue(SMALL.replace(old, new, 1), "small.yaml")


def test_the_shipped_ruleset_holds_together() -> None:
    catalogue = read_catalogue(ENDURANCE.read_text(), ENDURANCE.name)

    assert {"t5", "t10", "dt", "sg10", "l1", "dq", "rep", "warn"} <= {
        rule.key for rule in catalogue.rules.penalties.values()
    }
    assert all(
        catalogue.is_example(f"penalties.{name}.seconds")
        for name, rule in catalogue.rules.penalties.items()
        if rule.seconds is not None
    )


def test_decimals_are_read_exactly() -> None:
    assert small().rules.penalties["t95"].seconds == Decimal("9.50")


@pytest.mark.parametrize("word", ["WL", "wl", "w", "White line", "white LINE crossed"])
def test_a_code_is_found_by_each_of_its_words(word: str) -> None:
    assert small().code(word) == "WL"


def test_a_code_is_never_found_by_a_part_of_its_words() -> None:
    assert small().code("White") is None


def test_without_codes_any_code_is_accepted() -> None:
    catalogue = read_catalogue("id: x\nversion: 1\npenalties: {dt: {type: drive_through}}", "x.yaml")

    assert catalogue.code("XYZ") == "XYZ"
    assert catalogue.rule("XYZ").label == "XYZ"


@pytest.mark.parametrize(
    ("word", "outcome"),
    [("nfa", "nfa"), ("INV", "investigating"), ("five", "t5"), ("t5", "t5"), ("drive-through", "dt"), ("t6", None)],
)
def test_a_decision_is_found_by_each_of_its_words(word: str, outcome: str | None) -> None:
    assert small().outcome(word) == outcome


def test_an_example_covers_what_its_pattern_names() -> None:
    catalogue = small()

    assert catalogue.is_example("penalties.t5.seconds")
    assert not catalogue.is_example("penalties.dt.seconds")


def test_the_canonical_form_reads_back_as_the_same_ruleset() -> None:
    catalogue = small()

    assert of_canonical(catalogue.text) == catalogue


def test_the_reference_names_the_content_and_not_its_layout() -> None:
    assert small("version: 3\n", "version:   3  # third\n").reference == small().reference
    assert small("seconds: 5", "seconds: 6").reference != small().reference


@pytest.mark.parametrize(
    ("old", "new", "line", "path"),
    [
        ("seconds: 5", "second: 5", 8, "penalties.t5.second: is not a known key"),
        ("seconds: 5", "seconds: five", 8, "penalties.t5.seconds: must be a number"),
        ("seconds: 5", "seconds: -5", 8, "penalties.t5.seconds: must be between"),
        ("seconds: 5", "seconds: .nan", 8, "penalties.t5.seconds: must be"),
        ("seconds: 5", "seconds: true", 8, "penalties.t5.seconds: must be a number"),
        ("seconds: 5, ", "", 8, "penalties.t5: a time penalty needs “seconds”"),
        ("type: time", "type: tyme", 8, "penalties.t5.type: Input should be"),
        ("key: five", "key: t95", 8, "penalties.t5: “t95” means more than one of the penalties"),
        ("key: five", "key: nfa", 8, "penalties.t5: “nfa” already means nfa"),
        ("key: o", "key: w", 6, "codes.OTH: “w” means more than one of the codes"),
        ("key: o", "key: O1", 6, "codes.OTH.key: String should match"),
        ("id: small", "id: Small one", 1, "id: String should match"),
        ("version: 3\n", "", 1, "version: is missing"),
        ("version: 3", "version: 1.5", 2, "version: Input should be a valid integer"),
        ("penalties.t*", "penalties.x*", 3, "example_values.0: “penalties.x*.seconds” is not in this file"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_path(old: str, new: str, line: int, path: str) -> None:
    with pytest.raises(BadInput) as refused:
        small(old, new)

    assert f"line {line}, {path}" in refused.value.what


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        small(
            "key: w, aliases: [White line crossed]}\n  OTH: {label: Other, key: o",
            "key: W}\n  OTH: {label: Other, ky: o",
        )

    assert "line 5, codes.WL.key" in refused.value.what
    assert "line 6, codes.OTH.ky" in refused.value.what


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: [1", "line 1"),
        ("id: a\nid: b", "line 2: “id” stands twice"),
        ("a: &x 1\nb: *x", "line 2: anchors are not read"),
        ("a: 1\n---\nb: 1", "line 2"),
        ("\x00", "not readable YAML"),
        ("", "line 1, file"),
        ("[" * 3000, "x.yaml"),
    ],
)
def test_what_is_not_yaml_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_catalogue(text, "x.yaml")

    assert said in refused.value.what


@given(st.text() | st.text(alphabet='id: versonpalt{}[]",\n\t#&*!|>-0123456789'))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        read_catalogue(text, "x.yaml")
    except BadInput as refused:
        assert refused.remedy  # noqa: PT017 - a refusal is as good as a ruleset


def test_every_type_that_needs_an_amount_says_so() -> None:
    without = {
        kind
        for kind in PenaltyType
        if "needs" in _refusal(f"id: x\nversion: 1\npenalties: {{a: {{type: {kind.value}}}}}")
    }

    assert without == {
        PenaltyType.TIME,
        PenaltyType.TIME_AT_STOP,
        PenaltyType.STOP_GO,
        PenaltyType.STOP_EXTRA,
        PenaltyType.LAP,
        PenaltyType.GRID,
        PenaltyType.POINTS,
    }


def _refusal(text: str) -> str:
    try:
        read_catalogue(text, "x.yaml")
    except BadInput as refused:
        return refused.what
    return ""
