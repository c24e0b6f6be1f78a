"""Every recording is recognised within twenty messages, and what is no live feed is not taken for one."""

from pathlib import Path

import pytest

from core.timing.detect import MOST_MESSAGES
from portal.cli.detect import finding_of
from tests.conformance.data import folder

TIMING = folder() / "timing"

FEEDS = {
    **dict.fromkeys(sorted((TIMING / "apex").glob("*.gz")), "apex"),
    **dict.fromkeys(sorted((TIMING / "rmonitor").glob("*.gz")), "rmonitor"),
    TIMING / "sms_timing" / "frames.ndjson": "sms_timing",
    TIMING / "other" / "f1_signalr_2024_silverstone_fp1_live.txt.gz": "f1_signalr",
    TIMING / "other" / "f1_signalr_2024_silverstone_fp1_subscribe.txt.gz": "f1_signalr",
    TIMING / "other" / "timing71_2021_lm24_analysis.json.gz": "timing71",
}

OTHERS = (
    TIMING / "other" / "alkamel_analysis.csv",
    TIMING / "other" / "hhtiming_test.hhreplay",
    TIMING / "apex" / "known_tracks_lt_analyzer.json",
    TIMING / "apex_http" / "apex_timing_viewer_laps_45teams.tar.gz",
    TIMING / "MANIFEST.md",
)


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.name)
def test_every_recording_is_recognised_within_twenty_messages(path: Path) -> None:
    found = finding_of(path)

    assert (found.format, found.confidence, found.explained) == (FEEDS[path], 1.0, 1.0)
    assert found.messages_needed is not None
    assert found.messages_needed <= MOST_MESSAGES


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
def test_what_is_no_live_feed_is_not_taken_for_one(path: Path) -> None:
    found = finding_of(path)

    assert (found.format, found.confidence, found.messages_needed) == (None, 0.0, None)
