"""The spool gives back what was appended, as far as it is whole, and never a frame that is not sound."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Unavailable
from core.io.recorder import Place, Recorder, drop_sealed, mark_sealed, newest_epoch, segments, tail, unpacked
from core.io.transports import Channel, Frame

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
START = Place(0, -1)

instants = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
frames = st.builds(
    Frame, st.text(), instants, st.none() | st.integers(0, 2**40), st.sampled_from(Channel), st.none() | instants
)


def texts(folder: Path, after: Place = START) -> list[str]:
    return [recorded.frame.text for recorded in tail(folder, after)]


def record(folder: Path, epoch: int, *wanted: str) -> Recorder:
    recorder = Recorder(folder, epoch)
    for text in wanted:
        recorder.append(Frame(text, NOON), NOON)
    return recorder


@settings(deadline=None)  # each file is brought to the disk itself
@given(st.lists(st.tuples(frames, instants), max_size=30), st.integers(1, 2000))
def test_what_is_appended_is_read_back_whole(wanted: list[tuple[Frame, datetime]], segment_bytes: int) -> None:
    with TemporaryDirectory() as name:
        recorder = Recorder(Path(name), 1, segment_bytes=segment_bytes)
        appended = [recorder.append(frame, received_at) for frame, received_at in wanted]

        read = list(tail(Path(name), START))
        recorder.close()

    assert [(recorded.frame, recorded.received_at) for recorded in read] == wanted
    assert read == appended


@given(st.lists(st.text(), min_size=1, max_size=8), st.data())
def test_a_cut_file_gives_a_prefix_of_what_was_appended(wanted: list[str], data: st.DataObject) -> None:
    with TemporaryDirectory() as name:
        record(Path(name), 1, *wanted).close()
        [file] = Path(name).iterdir()
        os.truncate(file, data.draw(st.integers(0, file.stat().st_size)))

        read = texts(Path(name))

    assert read == wanted[: len(read)]


def test_a_segment_of_the_first_kind_is_read_like_any_other(tmp_path: Path) -> None:
    record(tmp_path, 1, "one", "two").close()
    [file] = tmp_path.iterdir()
    file.write_bytes(b"PADDOCK1" + file.read_bytes()[8:])

    assert texts(tmp_path) == ["one", "two"]
    assert [recorded.frame.channel for recorded in tail(tmp_path, START)] == [Channel.FEED, Channel.FEED]


@given(st.binary())
def test_no_bytes_break_the_reader(data: bytes) -> None:
    assert list(unpacked(data, 1, 0)) == []


def test_a_flipped_bit_ends_the_segment_before_it(tmp_path: Path) -> None:
    record(tmp_path, 1, "one", "two").close()
    [file] = tmp_path.iterdir()
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)

    assert texts(tmp_path) == ["one"]


def test_the_tail_goes_on_through_epochs_in_order(tmp_path: Path) -> None:
    record(tmp_path, 9, "one", "two").close()
    record(tmp_path, 10, "three").close()

    assert texts(tmp_path, Place(9, 0)) == ["two", "three"]
    assert newest_epoch(tmp_path) == 10


def test_a_segment_in_use_is_not_sealed(tmp_path: Path) -> None:
    recorder = record(tmp_path, 1, "one")

    assert list(segments(tmp_path)) == []
    recorder.close()
    assert [segment.frames for segment in segments(tmp_path)] == [1]


def test_a_sealed_segment_stays_until_a_restart_does_not_need_it(tmp_path: Path) -> None:
    record(tmp_path, 1, "one", "two").close()
    [segment] = segments(tmp_path)
    mark_sealed(segment)

    drop_sealed(tmp_path, through=Place(1, 0))
    assert texts(tmp_path) == ["one", "two"]
    drop_sealed(tmp_path, through=Place(1, 1))
    assert texts(tmp_path) == []


def test_a_segment_without_a_whole_frame_is_removed(tmp_path: Path) -> None:
    record(tmp_path, 1, "one").close()
    [file] = tmp_path.iterdir()
    os.truncate(file, 5)

    assert list(segments(tmp_path)) == []
    assert list(tmp_path.iterdir()) == []


def test_a_full_segment_is_followed_by_the_next(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, 1, segment_bytes=20)
    for text in "abc":
        recorder.append(Frame(text, NOON), NOON)

    assert [(segment.first_frame, segment.frames) for segment in segments(tmp_path)] == [(0, 1), (1, 1)]
    recorder.close()


def test_an_old_segment_is_followed_by_the_next(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, 1, segment_s=0)
    recorder.append(Frame("one", NOON), NOON)
    recorder.append(Frame("two", NOON), NOON)
    recorder.close()

    assert len(list(tmp_path.iterdir())) == 2


def test_a_full_disk_is_told_and_leaves_the_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = record(tmp_path, 1, "one")
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:5]))

    with pytest.raises(Unavailable, match="No space left on device. Free space"):
        recorder.append(Frame("two", NOON), NOON)
    monkeypatch.undo()
    recorder.append(Frame("three", NOON + timedelta(seconds=1)), NOON)

    assert texts(tmp_path) == ["one", "three"]
    recorder.close()
