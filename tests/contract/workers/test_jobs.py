"""The timetable's jobs on real stores."""

import gzip
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select, update

from core.io.clock import utc_now
from core.io.database.account_tables import account, sign_in
from core.io.database.recordings import bookmark
from core.io.database.retention import set_retention
from core.io.database.timing import recording_segment
from core.io.recorder import Place, Recorder, unpacked
from core.io.runtime import Runtime
from core.io.transports import Frame
from core.tracks.model import Circuit
from tests.apex_feed import race
from tests.contract.workers.conftest import Paddock
from workers import checkpoint
from workers.jobs import drop_old_recordings, seal_recordings, sweep_sign_ins, thin_links
from workers.timetable import Job, Timetable

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def ring(paddock: Paddock) -> Circuit:
    return paddock.run(race(karts=1, laps=1))


def record(paddock: Paddock, circuit: Circuit, epoch: int, texts: str) -> None:
    recorder = Recorder(paddock.spool(circuit), epoch, segment_bytes=60)
    for letter in texts:
        recorder.append(Frame(letter, NOON), NOON)
    recorder.close()


def journal(runtime: Runtime, circuit: Circuit) -> list[str]:
    """Every frame of the circuit, read back from the blobs by way of the index."""
    order = recording_segment.c.epoch, recording_segment.c.first_frame
    wanted = select(recording_segment).where(recording_segment.c.circuit_id == circuit.id).order_by(*order)
    texts = []
    with runtime.control.connect() as connection:
        for row in connection.execute(wanted).mappings():
            with runtime.blobs.open(row["sha256"]) as blob, gzip.open(blob) as data:
                frames = list(unpacked(data.read(), row["epoch"], row["first_frame"]))
            assert len(frames) == row["frames"]
            texts += [frame.frame.text for frame in frames]
    return texts


def test_finished_segments_become_blobs_and_can_be_read_back(paddock: Paddock, ring: Circuit) -> None:
    record(paddock, ring, 1, "abcdef")
    record(paddock, ring, 2, "gh")

    seal_recordings(paddock.runtime)
    seal_recordings(paddock.runtime)

    assert journal(paddock.runtime, ring) == list("abcdefgh")


def test_a_restart_has_its_tail_until_a_checkpoint_covers_it(paddock: Paddock, ring: Circuit) -> None:
    record(paddock, ring, 1, "abc")
    folder = paddock.spool(ring)

    seal_recordings(paddock.runtime)
    assert list(folder.glob("*.sealed"))
    checkpoint.save(folder, "source", 1, Place(1, 2), checkpoint.freeze(None))
    seal_recordings(paddock.runtime)

    assert not list(folder.glob("*.sealed"))
    assert journal(paddock.runtime, ring) == list("abc")


def test_the_spool_of_an_unknown_circuit_stays(paddock: Paddock, ring: Circuit) -> None:
    stranger = replace(ring, id=UUID(int=404))
    record(paddock, stranger, 1, "a")
    record(paddock, ring, 1, "b")

    seal_recordings(paddock.runtime)

    assert list(paddock.spool(stranger).glob("*.spool"))
    assert journal(paddock.runtime, ring) == ["b"]


def test_sealing_without_a_spool_does_nothing(owner_runtime: Runtime) -> None:
    seal_recordings(owner_runtime)


def test_old_recordings_go_when_an_admin_wants_it_and_marked_ones_stay(paddock: Paddock, ring: Circuit) -> None:
    for epoch, letter in enumerate("abc", 1):
        record(paddock, ring, epoch, letter)
    seal_recordings(paddock.runtime)
    control, now = paddock.runtime.control, utc_now()
    blobs = paddock.runtime.blobs
    segments = select(recording_segment.c.sha256).order_by(recording_segment.c.epoch)
    with control.begin() as connection:
        hashes = list(connection.execute(segments).scalars())
        fresh = update(recording_segment).where(recording_segment.c.epoch == 3)
        connection.execute(fresh.values(started_at=now, ended_at=now))
        mark = {"id": UUID(int=1), "circuit_id": ring.id, "name": "Start", "at": NOON, "made_at": now}
        connection.execute(insert(bookmark).values(**mark))
        moved = update(recording_segment).where(recording_segment.c.epoch == 1)
        connection.execute(moved.values(started_at=NOON - timedelta(hours=2), ended_at=NOON - timedelta(hours=1)))

    drop_old_recordings(paddock.runtime)
    assert journal(paddock.runtime, ring) == list("abc")
    set_retention(control, 30, None, now)
    drop_old_recordings(paddock.runtime)
    drop_old_recordings(paddock.runtime)

    assert journal(paddock.runtime, ring) == list("bc")
    assert [blobs.path(sha256).exists() for sha256 in hashes] == [False, True, True]


def test_thinning_links_without_any_does_nothing(owner_runtime: Runtime) -> None:
    thin_links(owner_runtime)


def test_only_entries_that_ended_long_ago_are_forgotten(owner_runtime: Runtime) -> None:
    now = utc_now()
    ends = [now + timedelta(days=days) for days in (1, -1, -31)]
    with owner_runtime.control.begin() as connection:
        who = {"id": UUID(int=1), "name": "ada", "display_name": "Ada", "role": "viewer", "password_hash": ""}
        connection.execute(insert(account).values(**who, active=True, failures=0, created_at=now))
        for number, expires_at in enumerate(ends):
            key = {"token_sha256": bytes([number]), "id": UUID(int=number), "account_id": who["id"], "client": ""}
            connection.execute(insert(sign_in).values(**key, created_at=now, expires_at=expires_at))

    sweep_sign_ins(owner_runtime)

    with owner_runtime.control.connect() as connection:
        assert connection.execute(select(func.count()).select_from(sign_in)).scalar_one() == 2


def test_a_job_that_fails_comes_again_and_one_that_runs_is_not_started_twice(owner_runtime: Runtime) -> None:
    runs: list[str] = []
    held = threading.Event()

    def fails(_: Runtime) -> None:
        runs.append("fails")
        raise KeyError("bug")

    def lasts(_: Runtime) -> None:
        runs.append("lasts")
        held.wait(5)

    timetable = Timetable(owner_runtime, (Job(fails, every_s=1), Job(lasts, every_s=1)))
    timetable.start()
    deadline = time.monotonic() + 5
    while runs.count("fails") < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
        timetable.hurry(fails)
        timetable.hurry(lasts)
    held.set()
    timetable.stop()

    assert runs.count("fails") >= 2
    assert runs.count("lasts") == 1
