"""The worked scenarios of the specification, judged by our own rulesets: the same expectations hold."""

import pytest

from core.io.rulesets import RulesetFiles
from core.penalties.catalogue import read_ruleset_file
from core.penalties.rules.scenarios import Scenario, read_scenarios, run
from tests.conformance.data import folder

FOLDER = folder() / "penalties"
FILES = RulesetFiles()
SCENARIOS = read_scenarios((FOLDER / "scenarios.yaml").read_text(), "scenarios.yaml")
GIVEN = {
    name: file.catalogue(name).rules
    for path in ("rulesets.yaml", "rules_dubai.yaml")
    for file in [read_ruleset_file((FOLDER / path).read_text(), path)]
    for name in file.names
}
SPLIT = "kart_valles"
"""Holds two regulations in the given file; ours are two files."""


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: str(one.name))
def test_our_ruleset_judges_a_given_scenario_as_expected(scenario: Scenario) -> None:
    assert run(scenario, FILES.load).differs == ()


@pytest.mark.parametrize("name", GIVEN)
def test_our_ruleset_of_the_same_name_has_the_same_penalties_ladders_and_measures(name: str) -> None:
    given, ours = GIVEN[name], FILES.load(name).rules

    assert name == SPLIT or given.penalties.keys() <= ours.penalties.keys()
    assert name == SPLIT or {one.id for one in given.measures} <= {one.id for one in ours.measures}
    assert {one.id for one in given.ladders} <= {one.id for one in ours.ladders}
