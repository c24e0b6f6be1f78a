"""`paddock rules`: what it prints, and with which exit code."""

import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from typer.testing import CliRunner, Result

from core.penalties.bodies import RulesetPinned
from core.penalties.catalogue import read_catalogue
from core.penalties.events import LogEvent
from core.penalties.rules.schema import json_schema
from portal.cli import app
from tests.unit.penalties.log import recorded, rows
from tests.unit.penalties.rules.play import RULES, WL, ladder

CONFIG = Path(__file__).parents[4] / "config" / "rulesets"
SCENARIOS = """\
- {n: P1, rules: club, ev: [[i, a, 0, WL, 42]], exp: {count: {a: 1}, outcome: {a: warning}, pens: []}}
- {n: 2, rules: club, ev: [[i, a, 0.5, DEC, 42], [decide, a, t5, RD]]}
"""
FAILING = """\
- n: P3
  rules: club
  ev: [[i, a, 0, WL, 42]]
  exp: {count: {a: 2}, pens: [[a, t5, time, 5, due]], review: [x], luck: 1}
- {n: P4, rules: nowhere, ev: [[i, a, 0, WL, 42]], exp: {}}
- {n: P5, rules: club, ev: [[dance, 1]], exp: {}}
"""


def paddock(*words: object) -> Result:
    return CliRunner().invoke(app, ["rules", *map(str, words)])


@pytest.fixture
def club(tmp_path: Path) -> Path:
    file = tmp_path / "rules_club.yaml"
    file.write_text(RULES + WL)
    return file


def scenarios(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "scenarios.yaml"
    file.write_text(text)
    return file


def test_scenarios_are_told_as_json(tmp_path: Path, club: Path) -> None:
    ran = paddock("scenarios", scenarios(tmp_path, SCENARIOS), "--rulesets", club, "--json")

    told = json.loads(ran.stdout)
    assert ran.exit_code == 0
    assert [(each["n"], each["passed"]) for each in told] == [("P1", True), (2, None)]
    assert told[1]["result"]["penalties"]["a/decision"] == {
        "id": "a/decision",
        "incident": "a",
        "kart": 42,
        "driver": 42,
        "code": "t5",
        "type": "time",
        "origin": "manual",
        "state": "due",
        "why": ["Decided by RD: t5.", f"Ruleset {read_catalogue(club.read_text(), 'x').reference}."],
        "seconds": 5,
    }


def test_a_scenario_that_differs_says_in_what(tmp_path: Path, club: Path) -> None:
    ran = paddock("scenarios", scenarios(tmp_path, SCENARIOS + FAILING), "--rulesets", club)

    lines = ran.stdout.splitlines()
    assert ran.exit_code == 1
    assert lines[:2] == ["P1: passed", "2: ran, nothing was expected"]
    assert "count of a: 1 instead of 2" in lines[2]
    assert "missing penalty: a, t5, time, 5, due" in lines[2]
    assert "review: nothing instead of x" in lines[2]
    assert "“luck” cannot be expected" in lines[2]
    assert "There is no ruleset “nowhere”" in lines[3]
    assert "'dance' is not an event" in lines[4]


def test_numbers_in_expectations_compare_by_value(tmp_path: Path, club: Path) -> None:
    text = "- {n: 1, rules: club, ev: [[i, a, 0, X, 1], [decide, a, t5, RD]], exp: {pens: [[a, t5, time, 5.0, due]]}}"

    assert paddock("scenarios", scenarios(tmp_path, text), "--rulesets", club).exit_code == 0


@pytest.mark.parametrize("text", ["x: 1", "- {n: 1}", "- {n: 1, rules: club, ev: [[i, a]], exp: {}}", "["])
def test_what_is_no_list_of_scenarios_is_refused(tmp_path: Path, club: Path, text: str) -> None:
    assert paddock("scenarios", scenarios(tmp_path, text), "--rulesets", club).exit_code in (1, 2)


def test_a_file_that_holds_together_is_named_with_its_hash(club: Path) -> None:
    ran = paddock("check", club)

    assert (ran.exit_code, ran.stdout) == (
        0,
        f"club: {read_catalogue(club.read_text(), 'x').reference} holds together.\n",
    )


def test_each_ruleset_of_a_file_is_checked_with_lines_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "rulesets.yaml"
    file.write_text(
        "good:\n  id: good\n  version: 1\n  penalties: {t: {type: time, seconds: 1}}\n"
        "bad:\n  id: bad\n  version: 1\n  penalties:\n    t: {type: time, second: 1}\n"
    )

    ran = paddock("check", file)

    assert ran.exit_code == 1
    assert ran.stdout.startswith("good: good@1#")
    assert "line 9, bad.penalties.t.second: is not a known key" in ran.stderr


def test_the_published_schema_is_the_one_in_use() -> None:
    assert json.loads((CONFIG / "schema.json").read_text()) == json_schema()
    assert json.loads(paddock("schema").stdout) == json_schema()


def test_another_ruleset_is_tried_on_the_events_of_a_session(tmp_path: Path, club: Path) -> None:
    pinned = read_catalogue(club.read_text(), "club.yaml")
    events, strict = tmp_path / "events.json", tmp_path / "strict.yaml"
    log = rows(RulesetPinned(pinned.reference, pinned.text), recorded(1), recorded(2, "7", "CON"))
    events.write_bytes(TypeAdapter(list[LogEvent]).dump_json(log))
    strict.write_text(ladder("id: wl\nmatch: {code: WL}\nscope: kart\nsteps: [{at: 1, do: t10}]"))

    ran = paddock("dry-run", "--ruleset", strict, "--events", events)
    told = json.loads(paddock("dry-run", "--ruleset", strict, "--events", events, "--json").stdout)

    assert "kart 42 WL: noted → t10 (time, 10 seconds)" in ran.stdout
    assert "1 of 2 incidents would be judged differently." in ran.stdout
    assert told["differences"][0]["then"] == "t10 (time, 10 seconds)"


def test_a_dry_run_without_events_of_a_session_is_refused(tmp_path: Path, club: Path) -> None:
    events = tmp_path / "events.json"
    events.write_text("[]")

    ran = paddock("dry-run", "--ruleset", club, "--events", events)

    assert ran.exit_code == 1
    assert "no ruleset yet" in ran.stderr
