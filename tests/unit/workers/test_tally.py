"""What came in is counted once, however often it is folded, and strangers cannot fill the database."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.io.recorder import Place, Recorded
from core.io.transports import Frame
from core.timing.events import Event, Junk, Novelty, Unread
from core.tracks.links import FeedCount, Strange
from workers.tally import Tally

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def note(tally: Tally, text: str, at: datetime, events: Iterable[Event] = (), epoch: int = 1) -> None:
    tally.note(Recorded(Place(epoch, 0), Frame(text, at), at, 0), events)


def test_a_minute_is_told_with_everything_that_came_in_it() -> None:
    tally = Tally()
    note(tally, "r1|#|2\nr1|*|\n", NOON)
    tally.add_laps(1)
    note(tally, "ü", NOON + MINUTE / 2, [Junk("ü"), Unread("r1", "why")])

    assert tally.take_rows().counts == {(1, NOON): FeedCount(NOON, 2, 3, 15, 1, 1, 1, NOON + MINUTE / 2)}


def test_totals_grow_and_a_new_minute_and_a_new_epoch_begin_from_nought() -> None:
    tally = Tally()
    note(tally, "a", NOON)
    tally.take_rows()
    for at, epoch in ((NOON, 1), (NOON + MINUTE, 1), (NOON + MINUTE, 2)):
        note(tally, "a", at, epoch=epoch)

    frames = {key: count.frames for key, count in tally.take_rows().counts.items()}

    assert frames == {(1, NOON): 2, (1, NOON + MINUTE): 1, (2, NOON + MINUTE): 1}


def test_what_looks_alike_is_counted_together_with_its_first_sample() -> None:
    tally = Tally()
    for second, value in enumerate(("1:02.3", "59.876")):
        note(tally, "x", NOON + timedelta(seconds=second), [Novelty("class", f"r{second}c4|zz|{value}")])
    note(tally, "x", NOON, [Novelty("class", "r7c4|zz|4:44.4")])

    told = tally.take_rows().strange

    assert told[1, "class", "r0c0|zz|0:0.0"] == Strange("class", "r0c0|zz|0:0.0", "r0c4|zz|1:02.3", 2, NOON, NOON)
    assert told[1, "class", "r0c0|zz|0.0"].count == 1


@given(st.lists(st.text(min_size=1), max_size=600))
def test_strangers_are_counted_all_and_kept_few(lines: list[str]) -> None:
    tally = Tally()
    for line in lines * 3:
        note(tally, line, NOON, [Junk(line * 99)])

    rows = tally.take_rows()

    assert sum(strange.count for strange in rows.strange.values()) == 3 * len(lines)
    assert len(rows.strange) <= 201
    assert all(len(strange.sample) <= 200 and len(strange.what) <= 60 for strange in rows.strange.values())
