"""Lines of real recordings, mutilated: nothing that was ever received, however torn, stops a source or the fold."""

from pathlib import Path

import pytest

from core.timing.model import Board
from core.timing.recordings import read_recording, spoken
from tests.conformance.data import folder
from tests.feeds.mutilated import survive

RECORDINGS = {
    "apex": ("apex/kartevora_pt_20260528.jsonl.gz", "apex/onlykart_20260528.jsonl.gz", "apex/ariza_2026-05-02.log.gz"),
    "rmonitor": ("rmonitor/redmist_TestMissingLaps.txt.gz", "rmonitor/2009_Sebring_ALMS_Session_4.txt.gz"),
    "sms_timing": ("sms_timing/frames.ndjson",),
}
SHARES = {"apex": 100_000, "rmonitor": 150_000, "sms_timing": 10_000}
ROOT = folder() / "timing"


@pytest.mark.parametrize("protocol", RECORDINGS)
def test_no_mutilated_line_of_a_recording_stops_a_source_or_the_fold(protocol: str) -> None:
    lines = [line for name in RECORDINGS[protocol] for line in lines_of(ROOT / name, protocol)]

    board = survive(protocol, lines, SHARES[protocol], nothing)

    assert board.junk > 0


def lines_of(path: Path, protocol: str) -> list[str]:
    return [line for frame in spoken(read_recording(path), protocol) for line in frame.text.split("\n") if line.strip()]


def nothing(_board: Board) -> None:
    """The wire is enough of a check."""
