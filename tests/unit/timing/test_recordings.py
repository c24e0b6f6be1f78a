"""Recordings of every kind, whole, cut and full of rubbish."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UnreadableFile
from core.timing.recordings import CONTAINERS, Damage, RecordedFrame, read_recording, spoken
from core.timing.simulate import Plan, recording_lines, simulate

START = datetime(2026, 5, 2, 10, tzinfo=UTC)
LATER = datetime(2026, 5, 2, 10, 0, 1, 500_000, tzinfo=UTC)

HEAD = '{"v": 1, "circuit_url": "", "ws_port": 8003, "name": "x", "started_at": "2026-05-02T10:00:00+00:00"}'

FILES = {
    "jsonl-relative": HEAD + '\n{"t": 0, "msg": "r1|*||\\n"}\n{"event_meta": {"a": 1}}\n{"t": 1.5, "msg": "\\n"}\n',
    "jsonl-iso": (
        '{"metadata": {"circuit": "x"}}\n{"timestamp": "2026-05-02T10:00:00Z", "event": "CONNECTED", "url": "wss://x"}\n'
        '{"timestamp": "2026-05-02T10:00:00Z", "data": "r1|*||\\n"}\n'
        '{"timestamp": "2026-05-02T10:00:01.500Z", "data": "\\n"}\n{"endMetadata": {}}\n'
    ),
    "jsonl-epoch": '{"t": 1777716000000, "raw": "r1|*||\\n"}\n{"t": 1777716001500, "raw": "\\n"}\n',
    "headed-blocks": "\ufeff##2026-05-02 10:00:00.000|rmonitor\r\nr1|*||\r\n\r\n##2026-05-02 10:00:01.500\r\n##2026-0",
    "stamped-lines": "# capture\n2026-05-02T10:00:00.000Z r1|*||\n2026-05-02T10:00:01.500Z \n",
}
"""One recording of two frames in each kind of file that has a clock finer than a second."""


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "recording"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_gives_the_same_frames(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]) -> None:
    recording = read_recording(written(tmp_path, pack(FILES[name].encode())))

    assert (recording.container, recording.has_clock) == (name, True)
    assert [(frame.at, frame.text.rstrip("\n")) for frame in recording] == [(START, "r1|*||"), (LATER, "")]


def test_a_block_is_one_frame_and_an_empty_one_is_a_keep_alive(tmp_path: Path) -> None:
    content = (
        b"2026-05-02 10:00:00\n\n\n\n2026-05-02 10:00:07\nr1|*||\nr1|#|1\n\x16\x03\xff\x00|\n\n2026-05-02 10:00:08"
    )

    recording = read_recording(written(tmp_path, content))

    assert recording.container == "blocks"
    assert [(frame.at.second, frame.text) for frame in recording] == [
        (0, ""),
        (7, "r1|*||\nr1|#|1\n\x16\x03\ufffd\x00|"),
        (8, ""),
    ]


def test_streams_of_one_file_are_told_apart(tmp_path: Path) -> None:
    content = '##2026-05-02 10:00:00.000|rmonitor\n$F,1\n\n##2026-05-02 10:00:00.100|flags\n[{"f":1}]\n'

    assert [frame.stream for frame in read_recording(written(tmp_path, content))] == ["rmonitor", "flags"]


def test_files_without_a_clock_say_so(tmp_path: Path) -> None:
    recording = read_recording(written(tmp_path, '{"T": 1, "D": []}\n{}\n'))

    assert (recording.container, recording.has_clock) == ("jsonl-state", False)
    assert [frame.at.second for frame in recording] == [0, 1]


def test_bare_records_have_the_clock_of_their_heartbeats(tmp_path: Path) -> None:
    content = '$A,"7"\r\n$F,0,"","23:59:58","",""\r\n$A,"8"\r\n$F,0,"","00:00:01","",""\n$F,0,"","soon","",""\n'
    recording = read_recording(written(tmp_path, content))

    assert (recording.container, recording.has_clock) == ("bare-records", True)
    assert [(f"{frame.at:%d %H:%M:%S}", frame.text.count("$")) for frame in recording] == [
        ("01 00:00:00", 1),
        ("01 23:59:58", 2),
        ("02 00:00:01", 2),
    ]


def test_records_are_latin_1_where_they_are_not_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b'$A,"7","7",1,"J\xf6rg","",""\n$A,"8","8",1,"J\xc3\xb6rg","",""\n')

    assert ["Jörg" in line for frame in read_recording(file) for line in frame.text.split("\n")] == [True, True]


def test_of_several_streams_only_the_protocols_is_read(tmp_path: Path) -> None:
    content = '##2026-05-02 10:00:00.000|rmonitor\n$F,1\n\n##2026-05-02 10:00:00.100|flags\n[{"f":1}]\n'

    assert [frame.text for frame in spoken(read_recording(written(tmp_path, content)), "rmonitor")] == ["$F,1"]


def test_a_recording_can_be_read_again(tmp_path: Path) -> None:
    recording = read_recording(written(tmp_path, FILES["jsonl-iso"]))

    assert list(recording) == list(recording)


def test_damaged_lines_are_counted_and_cost_nothing_else(tmp_path: Path) -> None:
    first, last = '{"t": 0, "msg": "a"}', '{"t": 2, "msg": "c"}'
    lines = (HEAD, first, "rubbish", '{"t": 1, "ms', '{"t": NaN, "msg": "b"}', last, '{"t"')
    recording = read_recording(written(tmp_path, "\n".join(lines)))

    assert [frame.text for frame in recording] == ["a", "c"]
    assert recording.damage.lines == 3


def test_a_packed_file_that_ends_too_early_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    packed = gzip.compress("\n".join(recording_lines(simulate(Plan(duration_s=60)))).encode())

    frames = list(read_recording(written(tmp_path, packed[: len(packed) // 2])))

    assert 0 < len(frames) < len(simulate(Plan(duration_s=60)).frames)


def test_a_simulated_race_is_written_as_it_was_told(tmp_path: Path) -> None:
    race = simulate(Plan(duration_s=60))
    path = written(tmp_path, "\n".join(recording_lines(race)))

    assert tuple(read_recording(path)) == race.frames


@pytest.mark.parametrize("content", ["", "hello\nworld\n", "\x7fELF\x02", "[1, 2]\n"])
def test_a_file_of_another_kind_is_refused_with_the_kinds_we_read(tmp_path: Path, content: str) -> None:
    with pytest.raises(UnreadableFile, match="JSON lines"):
        read_recording(written(tmp_path, content))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        read_recording(tmp_path / "missing")


@settings(max_examples=60)
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=200), st.integers(0, 400))
def test_no_rubbish_can_break_a_reader(name: str, rubbish: bytes, place: int) -> None:
    content = FILES[name].encode()
    lines = (content[:place] + rubbish + content[place:]).decode("latin-1").split("\n")

    for container in CONTAINERS:
        any(container.is_mine(line) for line in lines)
        assert all(isinstance(frame, RecordedFrame) for frame in container.read(lines, Damage()))


@given(
    st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.dictionaries(st.text(), inner))
)
def test_no_json_can_break_a_reader(value: object) -> None:
    line = json.dumps({"t": value, "msg": value, "data": value, "raw": value, "timestamp": value, "started_at": value})

    for container in CONTAINERS:
        assert all(isinstance(frame, RecordedFrame) for frame in container.read([line], Damage()))
