"""The real frames of SMS-Timing that there are: two states of one heat, one of another, and idle."""

import json

from typer.testing import CliRunner

from portal.cli.timing import app
from tests.conformance.data import folder

FRAMES = folder() / "timing" / "sms_timing" / "frames.ndjson"


def test_two_heats_with_their_standings() -> None:
    result = CliRunner().invoke(app, ["replay", str(FRAMES), "--laps", "--json"])
    told = json.loads(result.stdout)

    assert (told["format"], told["frames"], told["unread"], told["junk"]) == ("sms_timing", 4, 0, 0)
    first, second = told["sessions"]
    assert (first["kind"], second["kind"]) == ("race", "best_time")
    assert [(car["number"], car["laps"], car["gap_ms"]) for car in first["cars"]] == [
        ("2", 11, None),
        ("14", 11, 195),
        ("1", 11, 1044),
        ("19", 11, 1502),
        ("41", 11, 2048),
        ("10", 11, 3286),
    ]
    assert [(lap["number"], lap["lap"], lap["lap_ms"]) for lap in first["laps"]] == [
        ("2", 11, 64_216),
        ("14", 11, 62_897),
        ("1", 11, 63_450),
        ("19", 11, 63_216),
        ("41", 11, 62_536),
        ("10", 11, 64_265),
    ]
    assert [(car["number"], car["best_ms"]) for car in second["cars"]][:2] == [("13", 63_360), ("38", 63_610)]
