"""Every regulation's own scenarios: what each ruleset of the installation makes of a few events, often at the edges."""

from functools import cache
from pathlib import Path

import pytest

from core.io.rulesets import RulesetFiles
from core.penalties.catalogue import Catalogue
from core.penalties.rules.scenarios import Scenario, read_scenarios, run

FOLDER = Path(__file__).parent / "scenarios"
SCENARIOS = [one for file in sorted(FOLDER.glob("*.yaml")) for one in read_scenarios(file.read_text(), file.name)]


@cache
def ruleset(name: str) -> Catalogue:
    return RulesetFiles().load(name)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: str(one.name))
def test_the_scenario_comes_out_as_the_regulation_says(scenario: Scenario) -> None:
    assert run(scenario, ruleset).differs == ()


def test_every_scenario_expects_something() -> None:
    assert all(scenario.expected for scenario in SCENARIOS)


def test_no_two_scenarios_have_one_name() -> None:
    assert len({str(scenario.name) for scenario in SCENARIOS}) == len(SCENARIOS)
