"""Each regulation of the specification is a ruleset of the installation, with its source and scenarios of its own."""

import json
from pathlib import Path

import pytest

from core.io.rulesets import RulesetFiles
from core.penalties.rules.schema import RULES
from core.penalties.yaml_lines import read_yaml

SCENARIOS = Path(__file__).parent / "scenarios"
FILES = RulesetFiles()
REGULATIONS = {
    "F1": "f1_2025",
    "MSUK": "msuk_track_limits",
    "HUN16": "f1_2016_hungary",
    "SILV20": "f1_2020_silverstone",
    "FFSA": "ffsa_bwp",
    "FIM": "fim_points",
    "UKGPL": "ukgpl_points",
    "CIK15": "cik_fairing",
    "AT": "charity",
    "IT": "italian_karting",
    "ES": "kart_valles",
    "GA": "georgia_enduro",
    "K7H": "kart7h",
    "PKRA": "pkra_enduro",
    "MY": "mykart_8h",
    "RU": "pitstop_ru",
    "SCO": "sco",
    "FAIR": "fairracing",
    "24H-AT": "at_24h",
    "KC05": "kartchamp",
    "MBK": "monterey_bay",
    "ISC": "isc",
    "DXB": "dubai",
}
"""The key of the table in the specification, and the file."""


@pytest.mark.parametrize("name", [*REGULATIONS.values(), "endurance"])
def test_a_ruleset_names_its_source_and_every_entry(name: str) -> None:
    rules = FILES.load(name).rules

    assert rules.source
    assert rules.title
    assert rules.codes
    assert all(code.key for code in rules.codes.values())
    assert all(penalty.label for penalty in rules.penalties.values())


@pytest.mark.parametrize("name", [*REGULATIONS.values(), "endurance"])
def test_a_regulation_has_scenarios_of_its_own(name: str) -> None:
    scenarios = read_yaml((SCENARIOS / f"{name}.yaml").read_text(), name).values

    assert isinstance(scenarios, list)
    assert {one["rules"] for one in scenarios} == {name}


def test_no_ruleset_is_without_its_place_in_the_table() -> None:
    assert {*FILES.names()} == {*REGULATIONS.values(), "endurance", "demo"}


@pytest.mark.parametrize("name", FILES.names())
def test_a_ruleset_can_be_shown_by_the_api(name: str) -> None:
    rules = FILES.load(name).rules
    shown = json.loads(RULES.dump_json(rules))

    assert [ladder["match"] for ladder in shown["ladders"]] == [
        {field: list(values) for field, values in ladder.match.items()} for ladder in rules.ladders
    ]
