"""The pad's live reading of a line and the server's are one: two grammars that differ would mislead an official."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TypedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadInput
from core.penalties.catalogue import read_catalogue
from core.penalties.commands import (
    AcceptServing,
    Amend,
    Approve,
    Cancel,
    Command,
    ConfirmUnserved,
    Decide,
    Issue,
    Merge,
    Notify,
    Record,
    RefuseReport,
    Say,
    Serve,
    SetTrack,
    ShowSignal,
    VerifyServing,
    Void,
)
from core.penalties.entry import parse
from core.penalties.model import Amount, TrackState
from portal.components.entry_pad import words_of

ROOT = Path(__file__).parents[3]
CATALOGUE = read_catalogue((ROOT / "config/rulesets/endurance.yaml").read_text(), "endurance.yaml")

IN_CI = os.environ.get("CI") == "true"  # noqa: TID251 - a switch of the test run, not of Paddock
pytestmark = pytest.mark.skipif(shutil.which("node") is None and not IN_CI, reason="node is not installed")

numbers = st.sampled_from(["1", "42", "12B", "007", "1234567", "4a", "42B7", ""])
codes = st.sampled_from(["w", "W", "c", "o", "wl", "z", "é", "ww", "", "t", "x"])
turns = st.sampled_from(["7", "07", "999", "1000", "7b", "", "", ""])
notes = st.sampled_from(["", "", "a note", "7 karts", "=", "=t5", "=nfa", "=nope", "=dq ", " = t5", "text =inv", "“x”",
                         "v:cam3@1:02", "v:7 behind =t5", "a v:x  note", "v: note", "av:7", "v:1 v:2"])  # fmt: skip
seconds = st.sampled_from(["", "", ">17", "> 17", ">42", ",17", ", 42", ",", ">"])
backs = st.sampled_from(["", "", "", "-30 ", "-30s ", "-30", "-12345 ", "- 3 "])
spaces = st.sampled_from(["", " ", "  ", "\t"])
records = st.tuples(backs, numbers, seconds, spaces, codes, spaces, turns, spaces, notes).map("".join)
deeds = ["!", "! ", "!!", "=t5", "= t5", "=", "=zz", "x", "x wrong kart", "xwrong", "X why", "7", ""]
life = [
    "s",
    "s 5",
    "s5.25",
    "s 5,2 ",
    "s 5 s",
    "s 1.2345",
    "v",
    "v now",
    "u",
    "n",
    "f",
    "ok",
    "oké",
    "c",
    "c why",
    "a late",
    "av",
]
changes = [
    "k43 misread",
    "k 43",
    "k43B x",
    "k43b",
    "t8 no",
    "t 8 no",
    "l12 no",
    "l1234 no",
    "m16 same",
    "m",
    "m16",
    "t",
    "kart",
]
acts = st.tuples(
    st.sampled_from(["#17", "# 17", "#", "#1234567890", " #5"]), spaces, st.sampled_from([*deeds, *life, *changes])
).map("".join)
values = st.sampled_from(["117.2", "117,25", "5 short", "1.2345", "5.", "7 8", ""])
measured = st.tuples(numbers, spaces, st.sampled_from(["p", "s"]), spaces, values).map("".join)
track = st.sampled_from(
    ["sc", "SC ", "vsc", "fcy", "red", "green", "pw", "sc 7", "yellow", "__proto__", "! damp", "!", "!x "]
)
judged = st.tuples(
    st.sampled_from(["@3", "@ 3", "@", "@1234567890", " @5"]),
    spaces,
    records | st.sampled_from(["", "=t5", "= t5", "=", "=zz", "=t5 =t5", "x", "x seen twice", "xseen", "X why", "!"]),
).map("".join)
free = st.text("@#=!x>,-42wckmtlspok .Bév:", max_size=12)
lines = st.lists(st.one_of(records, acts, judged, measured, track, free), min_size=40, max_size=120)


class Reading(TypedDict, total=False):
    kind: str
    problem: str | None
    incident: int
    karts: list[str]
    second: str | None
    code: str | None
    turn: str | None
    text: str
    back: int
    outcome: str | None
    reason: str
    report: int
    video: str
    value: str | None
    state: str
    into: int
    changes: dict[str, str | int]


@given(lines)
@settings(max_examples=12, deadline=None)
def test_the_pad_reads_a_line_as_the_server_does(typed: list[str]) -> None:
    for line, reading in zip(typed, read_by_the_pad(typed), strict=True):
        assert of_the_pad(reading) == of_the_server(line), line


def read_by_the_pad(typed: list[str]) -> list[Reading]:
    question = json.dumps({"catalogue": words_of(CATALOGUE), "lines": typed})
    script = ROOT / "tests/unit/portal/read_lines.mjs"
    run = subprocess.run(["node", str(script)], input=question, capture_output=True, text=True, check=True, timeout=30)
    readings: list[Reading] = json.loads(run.stdout)
    return readings


def of_the_server(line: str) -> Command | None:
    try:
        return parse(line, CATALOGUE)
    except BadInput:
        return None


def of_the_pad(said: Reading) -> Command | None:
    """None where the pad sees no complete line."""
    if said["problem"] is not None or said["kind"] == "nothing":
        return None
    if said["kind"] != "record":
        return act_of_the_pad(said)
    turn = None if said["turn"] is None else int(said["turn"])
    return Record(
        tuple(said["karts"]),
        said["code"] or "",
        said["second"],
        turn,
        said["text"],
        said["back"],
        said["outcome"],
        video=said["video"],
        value=amount(said["value"]),
        report=said.get("report"),
    )


def act_of_the_pad(said: Reading) -> Command:
    return (OF_PENALTY.get(said["kind"]) or OTHERS[said["kind"]])(said)


def amount(words: str | None) -> Amount | None:
    if words is None:
        return None
    return Decimal(words.replace(",", ".")) if "." in words or "," in words else int(words)


OF_PENALTY: dict[str, Callable[[Reading], Command]] = {
    "serve": lambda said: Serve(str(said["incident"]), seconds=amount(said["value"])),
    "verify": lambda said: VerifyServing(str(said["incident"])),
    "unserved": lambda said: ConfirmUnserved(str(said["incident"])),
    "notify": lambda said: Notify(str(said["incident"])),
    "cancel": lambda said: Cancel(str(said["incident"]), said["reason"]),
    "accept": lambda said: AcceptServing(str(said["incident"]), said["reason"]),
}
OTHERS: dict[str, Callable[[Reading], Command]] = {
    "decide": lambda said: Decide(said["incident"], said["outcome"] or ""),
    "issue": lambda said: Issue(said["incident"]),
    "void": lambda said: Void(said["incident"], said["reason"]),
    "approve": lambda said: Approve(said["incident"]),
    "signal": lambda said: ShowSignal(said["incident"]),
    "amend": lambda said: Amend(said["incident"], said["changes"], said["reason"]),
    "merge": lambda said: Merge(said["incident"], said["into"], said["reason"]),
    "refuse": lambda said: RefuseReport(said["report"], said["reason"]),
    "track": lambda said: SetTrack(TrackState(said["state"])),
    "say": lambda said: Say(said["text"]),
}


def test_every_key_and_word_of_the_ruleset_reaches_the_pad() -> None:
    words = words_of(CATALOGUE)

    assert {entry["code"] for entry in words["codes"]} == set(CATALOGUE.rules.codes)
    assert {entry["code"] for entry in words["outcomes"]} == {"nfa", "investigating", *CATALOGUE.rules.penalties}
