"""Real feeds, given to the analyser as if nobody knew them."""

from core.timing.mapping import Meaning, Notation
from core.timing.mapping_guess import propose
from tests.conformance.data import folder

TIMING = folder() / "timing"


def test_heats_of_sms_timing_are_understood_from_three_messages() -> None:
    found = propose((TIMING / "sms_timing" / "frames.ndjson").read_text().splitlines())

    assert found is not None
    meanings = {one.meaning: (one.path, one.notation) for one in found.feed.fields}
    assert found.feed.at == "D"
    assert {
        Meaning.POSITION: meanings[Meaning.POSITION][0],
        Meaning.NUMBER: meanings[Meaning.NUMBER][0],
        Meaning.DRIVER: meanings[Meaning.DRIVER][0],
        Meaning.LAPS: meanings[Meaning.LAPS][0],
    } == {Meaning.POSITION: "P", Meaning.NUMBER: "K", Meaning.DRIVER: "N", Meaning.LAPS: "L"}
    assert meanings[Meaning.LAST] == ("T", Notation.MILLISECONDS)
    assert meanings[Meaning.BEST] == ("B", Notation.MILLISECONDS)
    assert meanings[Meaning.GAP] == ("G", Notation.SECONDS)


def test_a_table_of_results_is_understood_by_its_headings() -> None:
    lines = (TIMING / "other" / "alkamel_analysis.csv").read_text(encoding="utf-8-sig").splitlines()

    found = propose(lines[:60])

    assert found is not None
    headings = {one.meaning: one.heading for one in found.feed.fields}
    assert headings[Meaning.NUMBER] == "NUMBER"
    assert headings[Meaning.LAPS] == "LAP_NUMBER"
    assert headings[Meaning.LAST] == "LAP_TIME"
    assert headings[Meaning.SECTOR_2] == "S2"
    assert headings[Meaning.DRIVER] == "DRIVER_NAME"
    assert found.feed.identity == "0"
