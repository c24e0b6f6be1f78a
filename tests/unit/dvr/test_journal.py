"""A journal is one sequence, wherever its segments lie."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from core.io.journal import Reader
from core.io.recorder import Place
from core.timing.recordings import RecordedFrame
from tests.unit.dvr.shelf import Shelf

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def frames(first: int, count: int) -> list[RecordedFrame]:
    return [RecordedFrame(NOON + timedelta(seconds=n), f"frame {n}") for n in range(first, first + count)]


def texts(reader: Reader) -> list[str]:
    return [told.frame.text for told in reader.read()]


def test_an_empty_journal_has_no_frames(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)

    assert texts(Reader(shelf.journal)) == []
    assert shelf.journal.begins_at() is None


@settings(deadline=None)
@given(st.lists(st.sampled_from(["record", "seal", "drop", "restart", "read"]), max_size=14), st.data())
def test_every_frame_is_read_once_wherever_it_lies(acts: list[str], data: st.DataObject) -> None:
    with TemporaryDirectory() as name:
        shelf, count, followed = Shelf(Path(name)), 0, list[str]()
        reader = Reader(shelf.journal)
        for act in acts:
            if act == "record":
                more = data.draw(st.integers(1, 20))
                shelf.record(frames(count, more))
                count += more
            elif act == "restart":
                shelf.recorder.close()
                shelf.begin(segment_bytes=data.draw(st.sampled_from([60, 300, 5000])))
            elif act == "read":
                followed += texts(reader)
            else:
                shelf.seal(drop=act == "drop")
        followed += texts(reader)

        whole = [told.place for told in Reader(shelf.journal).read()]
        after = data.draw(st.sampled_from(whole)) if whole else Place(-1, -1)
        rest = [told.place for told in Reader(shelf.journal, after).read()]
        shelf.recorder.close()

    assert followed == [f"frame {n}" for n in range(count)]
    assert rest == [place for place in whole if place > after]
    assert len(whole) == count


def test_time_does_not_run_backwards(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.record([RecordedFrame(NOON, "a"), RecordedFrame(NOON - timedelta(hours=1), "b")])

    assert [told.at for told in Reader(shelf.journal).read()] == [NOON, NOON]


def test_a_file_that_vanishes_while_it_is_read_goes_on_in_its_blob(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.record(frames(0, 5))
    reader = Reader(shelf.journal)
    followed = texts(reader)
    shelf.record(frames(5, 5))
    shelf.recorder.close()
    shelf.begin()
    shelf.seal(drop=True)

    assert followed + texts(reader) == [f"frame {n}" for n in range(10)]
