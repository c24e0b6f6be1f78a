"""Rows reach the database in batches, once and in order, however often it fails."""

import threading
import time
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from core.errors import Unavailable
from core.io.database.timing import Batch
from core.timing.model import Lap, LapKind
from workers.ingest import BATCH_ROWS, Ingest

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SESSION = UUID(int=1)


class Shelf:
    """A database that answers only while it is open."""

    def __init__(self) -> None:
        self.is_open = True
        self.batches: list[list[int]] = []

    def write(self, rows: Batch) -> None:
        if not self.is_open:
            raise Unavailable("The database does not answer.", "Wait.")
        self.batches.append([lap.lap for _, lap in rows.laps])

    @property
    def laps(self) -> list[int]:
        return [lap for batch in self.batches for lap in batch]


def rows(*laps: int) -> Batch:
    return Batch(laps=[(SESSION, Lap("r1", "7", lap, 60_000, LapKind.LAP, NOON)) for lap in laps])


def ingest(shelf: Shelf) -> Ingest:
    ingest = Ingest(shelf.write, lambda: None)
    ingest.stop()  # `run` then does one round: the tests need no second thread
    return ingest


def test_what_came_together_is_written_together() -> None:
    shelf = Shelf()
    pen = ingest(shelf)

    pen.put(rows(1, 2))
    pen.put(rows(3))
    pen.run()
    pen.run()

    assert shelf.batches == [[1, 2, 3]]


@given(st.lists(st.booleans()))
def test_a_failing_database_costs_neither_rows_nor_their_order(answers: list[bool]) -> None:
    shelf = Shelf()
    pen = ingest(shelf)

    for lap, shelf.is_open in enumerate(answers):
        pen.put(rows(lap))
        pen.run()  # what failed before goes first, and alone
        pen.run()
        assert pen.settled() is shelf.is_open
    shelf.is_open = True
    pen.run()
    pen.run()

    assert shelf.laps == list(range(len(answers)))
    assert pen.settled()


def test_a_full_batch_does_not_wait_for_its_time() -> None:
    shelf = Shelf()
    pen = Ingest(shelf.write, lambda: None)
    thread = threading.Thread(target=pen.run)
    began = time.monotonic()
    pen.put(rows(*range(BATCH_ROWS)))
    thread.start()

    while not shelf.batches:
        time.sleep(0.001)
    waited_s = time.monotonic() - began
    pen.stop()
    thread.join()

    assert waited_s < 0.15


def test_the_house_is_kept_only_while_the_database_answers() -> None:
    shelf, kept = Shelf(), []
    pen = Ingest(shelf.write, lambda: kept.append(1))
    pen.stop()

    shelf.is_open = False
    pen.put(rows(1))
    pen.run()
    assert kept == []
    shelf.is_open = True
    pen.run()
    assert kept == [1]
