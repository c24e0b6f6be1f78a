"""Karts told from the drivers that sat in them."""

from random import Random

import pytest

from core.timing.analysis import analyse
from core.timing.analysis_karts import kart_qualities
from core.timing.model import Lap
from core.timing.pace import Clean, Confidence
from tests.unit.timing.analysis.laps import chance, noisy, stint

TRUE_MS = {"1": -300, "2": -100, "3": 0, "4": 150, "5": 250}


def swapped(draw: Random, laps: int = 40) -> list[Lap]:
    """Five teams take five karts by turns; the teams differ by more than the karts."""
    driven: list[Lap] = []
    for team in range(5):
        for turn in range(4):
            kart = str((team + turn) % 5 + 1)
            pace = noisy(draw, 60_000 + team * 400 + TRUE_MS[kart], 150)
            driven += stint(
                f"r{team}", f"Driver {team}A", kart, pace, first=turn * laps + 1, began_s=turn * 2_600, laps=laps
            )
    return driven


def test_kart_and_driver_are_told_apart() -> None:
    found = analyse(swapped(chance(1)), ()).karts

    assert {one.number: one.offset_ms for one in found} == {
        kart: pytest.approx(ms, abs=80) for kart, ms in TRUE_MS.items()
    }
    assert [one.number for one in found] == ["1", "2", "3", "4", "5"]
    assert {one.confidence for one in found} == {Confidence.HIGH}


def exact(team: str, kart: str, ms: float, laps: int = 6) -> list[Clean]:
    return [Clean(team, kart, None, round(ms), ms)] * laps


def test_the_shares_of_noiseless_laps_are_exact() -> None:
    laps = [*exact("a", "1", 60_000), *exact("a", "2", 60_200), *exact("b", "2", 61_200), *exact("b", "3", 61_100)]

    assert {one.number: one.offset_ms for one in kart_qualities(laps)} == {"1": -100, "2": 100, "3": 0}


def test_a_kart_that_nobody_shares_is_not_judged() -> None:
    laps = [*exact("a", "1", 60_000), *exact("a", "2", 60_200), *exact("c", "9", 59_000)]

    last = kart_qualities(laps)[-1]

    assert (last.number, last.offset_ms, last.confidence) == ("9", None, None)


def test_karts_without_a_driver_in_common_are_compared_only_among_themselves() -> None:
    laps = [*exact("a", "1", 60_000), *exact("a", "2", 60_200), *exact("b", "3", 70_000), *exact("b", "4", 70_400)]

    assert {one.number: one.offset_ms for one in kart_qualities(laps)} == {"1": -100, "2": 100, "3": -200, "4": 200}
