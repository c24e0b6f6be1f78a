"""Which feed is it? Every format of the table by its marks, junk without a vote, and reasons in words."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from core.timing.detect import Detector, Finding, detect, detect_streams
from core.timing.signatures import FORMATS
from core.timing.simulate import Plan, recording_lines, simulate
from core.timing.sources import recognise
from portal.cli.timing import app

SCHEMAS = Path(__file__).parents[3] / "config" / "schemas"

APEX = "init|r|\nbest|hide|\ncss|no1|x\ntitle1||Heat\nr5c6|tn|59.938\nr5|*|59938|\n"
RMONITOR = '$F,14,"00:12:45","13:34:23","00:09:47","Green "\r\n'
SMS = '{"T":1,"CE":1,"CS":1,"D":[{"K":"2","L":6,"T":64740}]}'
CLUB_SPEED = '{"race":{"racers":[],"laps":[]},"scoreboard":[],"sectorsCount":3}'
CLOCK = "02:47:42 GMT+0000 (Coordinated Universal Time)"
SIGNALR = '{{"C":"d-1","M":[{{"H":"{}","M":"{}","A":["x",{{}}]}}]}}'
SCANNERS = ["GET / HTTP/1.1\nHost: 10.0.0.1:8310\nUser-Agent: Mozilla zgrab/0.x\n", "\x16\x03\x01\x00\ufffd", "\x00"]

TABLE = {
    "apex": [APEX],
    "rmonitor": [RMONITOR] * 3,
    "race_monitor": ["$RMS,race\n$RMCA,1700000000000\n" + RMONITOR, "$RMDTL"],
    "sms_timing": [SMS, "{}", SMS, SMS],
    "club_speed": [CLOCK, "1", CLUB_SPEED, CLOCK, CLUB_SPEED, CLUB_SPEED],
    "racefacer": ['0{"sid":"x"}', "40", '42["ch",{"event_name":"e","track_configuration_id":1,"runs":[]}]', "2"],
    "alkamel": [
        "o",
        'a["{\\"msg\\":\\"added\\",\\"collection\\":\\"s\\"}"]',
        "h",
        *['a["{\\"msg\\":\\"changed\\"}"]'] * 2,
    ],
    "alphahub": [
        '{"event":"pusher:connection_established","data":"{}"}',
        '{"event":"pusher_internal:subscription_succeeded","channel":"private-x","data":"{}"}',
        '{"event":"update","channel":"private-x","data":"{}"}',
    ],
    "f1_signalr": ["{}", *[SIGNALR.format("Streaming", "feed")] * 3],
    "tsl": [SIGNALR.format("livetiming", "updateSession")] * 3,
    "getraceresults": ['{"C":"d","M":[{"M":"r_c","A":[[1,2,3]]}]}'] * 3,
    "natsoft": ['<?xml version="1.0"?><New/>', '<P ID="1"/>', "<C/>"],
    "timing71": ["PK\x03\x04\x14\x00 manifest.json"],
    "plain text": [f"line {number} of somebody's diary" for number in range(30)],
    "unknown JSON": ['{"temperature":21}'] * 30,
    "scanners": SCANNERS * 10,
}


@pytest.mark.parametrize("name", TABLE)
def test_every_row_of_the_table_is_known_by_name(name: str) -> None:
    found = detect(TABLE[name])

    assert found.format == (name if name in FORMATS else None)
    assert found.why


@pytest.mark.parametrize("name", [name for name in TABLE if name in FORMATS])
def test_junk_has_no_vote(name: str) -> None:
    clean, dirty = detect(TABLE[name]), detect([*SCANNERS, *TABLE[name], *SCANNERS])

    assert (dirty.format, dirty.explained, dirty.confidence) == (name, clean.explained, clean.confidence)
    assert any("junk" in reason for reason in dirty.why)


def test_an_idle_link_is_not_unknown_before_it_has_spoken() -> None:
    assert detect(["\n"] * 500 + [APEX]).messages_needed == 1


def test_empty_states_are_neither_for_nor_against() -> None:
    assert detect(["{}"] * 50 + [SMS] * 3) == Finding(
        "sms_timing",
        1.0,
        53,
        1.0,
        (
            "3 of 3 pieces with a vote (100%) belong to SMS-Timing, in 3 messages.",
            "Seen: states of a heat (D, CE, CS) × 3.",
            "50 idle messages had no vote.",
        ),
    )


def test_one_state_is_named_with_less_confidence() -> None:
    assert detect([SMS]).format == "sms_timing"
    assert detect([SMS]).confidence == pytest.approx(1 / 3, abs=0.001)


def test_marks_that_others_bear_too_are_worth_less() -> None:
    assert detect(TABLE["natsoft"]).confidence == 0.5


def test_a_feed_half_of_which_is_something_else_is_not_named() -> None:
    found = detect([RMONITOR, "something else"] * 10)

    assert (found.format, found.explained, found.confidence) == (None, 0.5, 0.0)
    assert any("something else" in reason for reason in found.why)


def test_streams_are_judged_one_by_one() -> None:
    mixed = [("flags", '[{"f":1}]'), ("rmonitor", RMONITOR), ("ftcar", '[{"speed":63}]'), ("ftcar", "[1]")] * 5

    found = detect_streams(mixed)

    assert (found.format, found.messages_needed, found.explained) == ("rmonitor", 10, 1.0)
    assert "flags, rmonitor, ftcar" in found.why[0]


@pytest.mark.parametrize(
    "prefix", ["\ufeff", "##2026-08-02 13:08:45.374|rmonitor\n", "2026-08-02T13:08:45.374Z ", "2026-08-02 13:08:45\n"]
)
def test_what_containers_put_before_a_message_is_not_judged(prefix: str) -> None:
    assert detect([prefix + RMONITOR] * 3).explained == 1.0


def test_a_detector_that_was_put_away_goes_on_as_before() -> None:
    detector = Detector()
    detector.hear(RMONITOR)
    detector.hear(RMONITOR)

    again = deepcopy(detector)

    assert again.hear(RMONITOR) == "rmonitor"


def test_a_relay_of_race_monitor_is_read_by_the_parser_of_rmonitor() -> None:
    assert recognise(TABLE["apex"]) == "apex"
    assert recognise(TABLE["tsl"]) is None


@given(st.lists(st.one_of(st.text(), st.sampled_from([APEX, RMONITOR, SMS, *SCANNERS])), max_size=30))
def test_whatever_comes_the_figures_are_shares(frames: list[str]) -> None:
    found = detect(frames)

    assert 0 <= found.confidence <= found.explained <= 1
    assert (found.format is None) == (found.confidence == 0) == (found.messages_needed is None)
    assert found.why


def told(file: Path) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["detect", str(file), "--json"])
    assert result.exit_code == 0, result.output
    value: dict[str, Any] = json.loads(result.stdout)
    schema = json.loads((SCHEMAS / "timing-detect.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(value)
    assert set(schema["properties"]["format"]["enum"]) == {*FORMATS, None}
    return value


def test_the_command_names_the_feed_of_a_recording(tmp_path: Path) -> None:
    file = tmp_path / "race.jsonl"
    file.write_text("\n".join(recording_lines(simulate(Plan(seed=1, karts=4, duration_s=30)))), encoding="utf-8")

    assert (told(file)["format"], told(file)["messages_needed"]) == ("apex", 1)
    assert "race.jsonl: Apex Timing" in CliRunner().invoke(app, ["detect", str(file)]).output


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("table.csv", b"\xef\xbb\xbfNUMBER; LAP_TIME\n11;1:53.921\n"),
        ("replay.hhreplay", b"2023-07-02 09:38:03.2005932|PFNFU1M+\n"),
        ("empty.txt", b""),
        ("bytes.bin", bytes(range(256))),
        ("cut.gz", b"\x1f\x8b\x08\x00garbage"),
        ("document.json", b'[\n  {"slug": "x"}\n]'),
    ],
)
def test_any_file_gets_an_honest_answer(tmp_path: Path, name: str, body: bytes) -> None:
    (tmp_path / name).write_bytes(body)

    value = told(tmp_path / name)

    assert (value["format"], value["confidence"]) == (None, 0.0)
    assert value["why"]


@pytest.mark.parametrize(("member", "expected"), [("manifest.json", "timing71"), ("photo.txt", None)])
def test_an_archive_is_judged_by_its_contents(tmp_path: Path, member: str, expected: str | None) -> None:
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(member, "{}")

    assert told(tmp_path / "a.zip")["format"] == expected


def test_a_file_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["detect", str(tmp_path / "nothing.log")])

    assert (result.exit_code, "cannot be opened" in result.output) == (2, True)


def test_the_example_keeps_to_the_schema() -> None:
    schema = json.loads((SCHEMAS / "timing-detect.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(json.loads((SCHEMAS / "timing-detect.example.json").read_text()))
