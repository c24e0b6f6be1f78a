"""`paddock timing replay`: JSON that keeps to its schema, a summary for people, plain words for a bad file."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from core.timing.simulate import Plan, recording_lines, simulate
from portal.cli.timing import app

SCHEMAS = Path(__file__).parents[3] / "config" / "schemas"
PLAN = Plan(seed=6, karts=20, duration_s=600, stint_s=200)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recordings") / "race.jsonl"
    path.write_text("\n".join(recording_lines(simulate(PLAN))), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((SCHEMAS / "timing-replay.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def replayed(*arguments: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["replay", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def test_the_example_keeps_to_the_schema(validator: jsonschema.Draft202012Validator) -> None:
    validator.validate(json.loads((SCHEMAS / "timing-replay.example.json").read_text()))


def test_the_schema_refuses_what_nobody_promised(validator: jsonschema.Draft202012Validator) -> None:
    example = json.loads((SCHEMAS / "timing-replay.example.json").read_text())

    assert not validator.is_valid(example | {"extra": 1})
    assert not validator.is_valid({key: value for key, value in example.items() if key != "sessions"})


def test_a_race_is_told_with_every_lap_and_stop(recording: Path, validator: jsonschema.Draft202012Validator) -> None:
    truth = simulate(PLAN)

    told = replayed(str(recording), "--laps")

    validator.validate(told)
    (session,) = told["sessions"]
    assert (told["format"], told["frames"], told["junk"]) == ("apex", len(truth.frames), truth.junk)
    assert (told["grids"], told["layouts"], told["unmapped_columns"]) == (truth.grids, 2, [])
    assert (session["name"], session["kind"]) == ("Test endurance – Race", "race")
    assert [car["position"] for car in session["cars"]] == list(range(1, 21))
    assert len(session["laps"]) == len(truth.laps)
    assert {lap["kind"] for lap in session["laps"]} == {"lap", "pit"}


def test_laps_are_left_out_unless_asked_for(recording: Path, validator: jsonschema.Draft202012Validator) -> None:
    told = replayed(str(recording))

    validator.validate(told)
    assert "laps" not in told["sessions"][0]


def test_a_part_of_a_recording_is_a_recording(recording: Path, validator: jsonschema.Draft202012Validator) -> None:
    told = replayed(str(recording), "--at", "200", "--laps")

    validator.validate(told)
    assert max(lap["at"] for lap in told["sessions"][0]["laps"]) <= "2026-05-02T10:03:21"


def test_people_get_a_summary(recording: Path) -> None:
    result = CliRunner().invoke(app, ["replay", str(recording), "--laps"])

    assert result.exit_code == 0
    assert "race.jsonl: apex in jsonl-relative" in result.stdout
    assert "Test endurance – Race (race)" in result.stdout
    assert "Team" in result.stdout


@pytest.mark.parametrize(
    ("content", "words"),
    [("no recording at all\n", "is not a recording"), ('{"lap": 3}\n{"lap": 4}\n', "its protocol is unknown")],
)
def test_a_file_nobody_reads_is_refused_in_plain_words(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "file"
    file.write_text(content)

    result = CliRunner().invoke(app, ["replay", str(file), "--json"])

    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


def test_the_command_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys, portal.cli.timing; print(sorted({'streamlit', 'pandas', 'numpy', 'fastapi'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
