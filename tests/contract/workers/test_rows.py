"""Laps and stops in batches: whole or not at all, twice is once, and what is known stays known."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from core.io.database.leases import Fenced, Lease
from core.io.database.timing import Batch, Before
from core.timing.desk import KeptSession
from core.timing.model import Lap, LapKind, Provenance, SessionKind, Stop
from core.timing.withdrawn import Reason, Withdrawal, WithdrawnLap
from core.tracks.model import Circuit
from tests.apex_feed import race
from tests.contract.workers.conftest import Paddock

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LAP = Lap("r1", "7", 1, 61_234, LapKind.LAP, NOON, "Driver 7A")
STOP = Stop("r1", NOON, NOON + timedelta(seconds=90), 90_000, 12)


@pytest.fixture
def ring(paddock: Paddock) -> Circuit:
    return paddock.run(race(karts=1, laps=1))


@pytest.fixture
def lease(paddock: Paddock, ring: Circuit) -> Lease:
    lease = paddock.leases.take(ring.id, above=0, alone_on_node=False)
    assert lease is not None
    return lease


@pytest.fixture
def session(ring: Circuit) -> KeptSession:
    return KeptSession(UUID(int=1), ring.id, "Heat 1", SessionKind.RACE, "Ring", NOON)


def test_a_batch_comes_back_as_it_was_written(paddock: Paddock, lease: Lease, session: KeptSession) -> None:
    batch = Batch([session], [(session.id, LAP)], [(session.id, 1, STOP)])

    paddock.rows.write(lease, batch)
    paddock.rows.write(lease, batch)

    assert paddock.rows.feed_session(session.id) == session
    assert paddock.rows.laps(session.id, None) == (LAP,)
    assert paddock.rows.stops(session.id, None) == (STOP,)


def test_a_batch_of_a_lost_lease_leaves_nothing(paddock: Paddock, lease: Lease, session: KeptSession) -> None:
    lost = replace(lease, epoch=lease.epoch - 1)

    with pytest.raises(Fenced):
        paddock.rows.write(lost, Batch([session], [(session.id, LAP)], []))

    assert paddock.rows.feed_session(session.id) is None


def test_what_was_not_known_is_filled_in_and_what_is_known_stays(
    paddock: Paddock, lease: Lease, session: KeptSession
) -> None:
    untimed, open_stop = replace(LAP, lap_ms=None), replace(STOP, out_at=None, duration_ms=None)

    for lap, stop in ((untimed, open_stop), (LAP, STOP), (replace(LAP, lap_ms=9), open_stop)):
        paddock.rows.write(lease, Batch([session], [(session.id, lap)], [(session.id, 1, stop)]))

    assert paddock.rows.laps(session.id, None) == (LAP,)
    assert paddock.rows.stops(session.id, None) == (STOP,)


def test_a_session_that_nobody_ended_ends_with_the_next(paddock: Paddock, lease: Lease, session: KeptSession) -> None:
    later = replace(session, id=UUID(int=2), title="Heat 2", started_at=NOON + timedelta(hours=1))

    paddock.rows.write(lease, Batch([session]))
    paddock.rows.write(lease, Batch([later]))

    assert paddock.rows.feed_sessions(session.circuit_id, 9) == (later, replace(session, ended_at=later.started_at))


def test_a_successor_learns_where_the_session_stands(paddock: Paddock, lease: Lease, session: KeptSession) -> None:
    assert paddock.rows.open_session(session.circuit_id) is None
    laps = [(session.id, replace(LAP, lap=number)) for number in (1, 2, 3)]
    stops = [(session.id, number, STOP) for number in (1, 2)]

    paddock.rows.write(lease, Batch([session], laps, stops))
    assert paddock.rows.open_session(session.circuit_id) == Before(session, 3, Counter({"r1": 2}))

    paddock.rows.write(lease, Batch([replace(session, ended_at=NOON)]))
    assert paddock.rows.open_session(session.circuit_id) is None


def test_a_lap_that_is_taken_back_leaves_the_laps_and_is_kept_beside_them(
    paddock: Paddock, lease: Lease, session: KeptSession
) -> None:
    gone = Withdrawal("r1", "7", 1, NOON + timedelta(seconds=2))
    again = replace(LAP, lap_ms=123_000, at=NOON + timedelta(seconds=62))
    paddock.rows.write(lease, Batch([session], [(session.id, LAP)]))

    for _ in range(2):
        paddock.rows.write(lease, Batch(laps=[(session.id, LAP)], withdrawn=[(session.id, gone)]))
    without = paddock.rows.laps(session.id, None)
    for _ in range(2):
        paddock.rows.write(lease, Batch(laps=[(session.id, LAP), (session.id, again)], withdrawn=[(session.id, gone)]))

    assert without == ()
    assert paddock.rows.laps(session.id, None) == (again,)
    assert paddock.rows.withdrawn_laps(session.id, "r1") == (WithdrawnLap(LAP, gone.at, Reason.WITHDRAWN),)


def test_a_corrected_time_replaces_the_one_before_which_is_kept_beside(
    paddock: Paddock, lease: Lease, session: KeptSession
) -> None:
    later, better = NOON + timedelta(seconds=1), replace(LAP, lap_ms=61_240)
    paddock.rows.write(lease, Batch([session], [(session.id, LAP)]))

    for _ in range(2):
        paddock.rows.write(lease, Batch(laps=[(session.id, LAP)], corrected=[(session.id, better, later)]))

    assert paddock.rows.laps(session.id, None) == (better,)
    assert paddock.rows.withdrawn_laps(session.id, None) == (WithdrawnLap(LAP, later, Reason.CORRECTED),)


def test_a_correction_puts_no_lap_where_there_is_none_and_leaves_what_a_person_entered(
    paddock: Paddock, lease: Lease, session: KeptSession
) -> None:
    typed = replace(LAP, lap=2, provenance=Provenance.MANUAL)
    paddock.rows.write(lease, Batch([session], [(session.id, typed)]))

    for lap in (LAP, replace(typed, lap_ms=1)):
        paddock.rows.write(lease, Batch(corrected=[(session.id, lap, NOON)]))

    assert paddock.rows.laps(session.id, None) == (typed,)
    assert paddock.rows.withdrawn_laps(session.id, None) == ()


def test_a_replay_of_laps_that_are_known_takes_back_only_its_own(
    paddock: Paddock, lease: Lease, session: KeptSession
) -> None:
    replay = replace(session, id=UUID(int=2), started_at=NOON + timedelta(hours=5), recorded_at=NOON)
    shown = replace(LAP, lap=2, at=NOON + timedelta(hours=5, seconds=61))
    known = replace(LAP, lap=2, at=NOON + timedelta(seconds=61))
    paddock.rows.write(lease, Batch([replace(session, ended_at=NOON)], [(session.id, known)]))
    gone = Withdrawal("r1", "7", 2, shown.at + timedelta(seconds=2))

    paddock.rows.write(
        lease,
        Batch([replay], [(replay.id, shown)], shifts={replay.id: timedelta(hours=-5)}, withdrawn=[(replay.id, gone)]),
    )

    assert paddock.rows.laps(session.id, None) == (known,)
    assert paddock.rows.laps(replay.id, None) == ()
    assert paddock.rows.withdrawn_laps(replay.id, None) == ()
