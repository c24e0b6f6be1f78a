"""The connection log, holes, novelties and counts: twice is once, epochs add up, old rows become few."""

from datetime import UTC, datetime, timedelta

import pytest

from core.io.database.leases import Lease
from core.io.database.links import LinkBatch, LinkRows
from core.io.database.timing import Batch
from core.tracks.links import FeedCount, Hole, LinkEvent, Strange
from core.tracks.links_desk import LinksDesk
from core.tracks.model import Circuit
from tests.apex_feed import race
from tests.contract.workers.conftest import Paddock

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def ring(paddock: Paddock) -> Circuit:
    return paddock.run(race(karts=1, laps=1))


@pytest.fixture
def lease(paddock: Paddock, ring: Circuit) -> Lease:
    lease = paddock.leases.take(ring.id, above=0, alone_on_node=False)
    assert lease is not None
    return lease


@pytest.fixture
def rows(paddock: Paddock) -> LinkRows:
    return LinkRows(paddock.runtime.control)


def test_a_batch_comes_back_as_it_was_written(paddock: Paddock, lease: Lease, rows: LinkRows) -> None:
    events = [LinkEvent(NOON, "lost", "no answer"), LinkEvent(NOON + MINUTE, "connecting", "again", 2)]
    strange = Strange("class", "r0c0|zz|0", "r1c4|zz|7", 3, NOON, NOON + MINUTE)
    count = FeedCount(NOON, 10, 20, 300, 4, 1, 2, NOON + MINUTE / 2)
    holes = [Hole(NOON, NOON + MINUTE), Hole(NOON, NOON + MINUTE, 7)]
    batch = LinkBatch(events, holes, {(1, "class", strange.what): strange}, {(1, NOON): count})

    paddock.rows.write(lease, Batch(links=batch))
    paddock.rows.write(lease, Batch(links=batch))

    desk = LinksDesk(rows)
    assert desk.log(lease.circuit_id) == tuple(reversed(events))
    assert desk.log(lease.circuit_id, limit=1) == (events[1],)
    assert desk.holes(lease.circuit_id) == (holes[1],)
    assert desk.novelties(lease.circuit_id) == (strange,)
    assert desk.counts(lease.circuit_id, NOON) == (count,)
    assert desk.counts(lease.circuit_id, NOON + MINUTE) == ()
    assert desk.last_heard(lease.circuit_id) == count.last_at


def test_epochs_add_up(paddock: Paddock, lease: Lease, rows: LinkRows) -> None:
    for epoch in (1, 2):
        strange = Strange("junk", "GET", "GET", epoch, NOON + epoch * MINUTE, NOON + epoch * HOUR)
        count = FeedCount(NOON, 10, 20, 300, 4, 1, 2, NOON + timedelta(seconds=epoch))
        paddock.rows.write(
            lease, Batch(links=LinkBatch(strange={(epoch, "junk", "GET"): strange}, counts={(epoch, NOON): count}))
        )

    assert rows.strange(lease.circuit_id, 9) == (Strange("junk", "GET", "GET", 3, NOON + MINUTE, NOON + 2 * HOUR),)
    total = FeedCount(NOON, 20, 40, 600, 8, 2, 4, NOON + timedelta(seconds=2))
    assert rows.counts(lease.circuit_id, NOON) == (total,)
    assert LinksDesk(rows).total(lease.circuit_id, NOON) == total


def test_old_rows_become_few_and_sums_stay(paddock: Paddock, lease: Lease, rows: LinkRows) -> None:
    events = [
        LinkEvent(NOON + n * DAY, "connecting", "again", attempt) for n, attempt in ((0, 0), (1, 5), (1.5, 1), (3, 9))
    ]
    minutes = [NOON, NOON + MINUTE, NOON + 59 * MINUTE, NOON + HOUR, NOON + 3 * DAY + MINUTE]
    counts = {(1, at): FeedCount(at, 1, 2, 3, 4, 5, 6, at + MINUTE / 2) for at in minutes}
    paddock.rows.write(lease, Batch(links=LinkBatch(events, counts=counts)))

    for _ in range(2):
        rows.thin(retries=NOON + 2 * DAY, log=NOON + DAY / 2, minutes=NOON + 2 * DAY)

    assert [event.attempt for event in rows.log(lease.circuit_id, 9)] == [9, 1]
    assert rows.counts(lease.circuit_id, NOON) == (
        FeedCount(NOON, 3, 6, 9, 12, 15, 18, minutes[2] + MINUTE / 2),
        FeedCount(NOON + HOUR, 1, 2, 3, 4, 5, 6, NOON + HOUR + MINUTE / 2),
        counts[1, minutes[-1]],
    )
