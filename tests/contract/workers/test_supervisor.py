"""Sources that fail, change, stop and start over: the supervisor copes, and the board says what is the matter."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import delete, update

from core.io.clock import utc_now
from core.io.database.leases import Leases, Owner, source_lease
from core.io.recorder import Place, newest_epoch, tail
from core.timing.events import Event
from core.timing.model import Board, SourceStatus
from core.timing.sources import SOURCES
from core.timing.sources.apex import Apex
from core.tracks.model import Circuit, CircuitPlan, Recording
from tests.apex_feed import race
from tests.contract.workers.conftest import Paddock, until
from workers import checkpoint
from workers.follow import Ground
from workers.supervisor import Supervisor


@pytest.fixture
def supervisor(paddock: Paddock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    """A worker's supervisor in a thread of the test, in a hurry."""
    monkeypatch.setattr("workers.supervisor.ROUND_S", 0.1)
    with running(paddock) as supervisor:
        yield supervisor


@contextmanager
def running(paddock: Paddock) -> Iterator[Supervisor]:
    leases = Leases(paddock.runtime.control, Owner("here", "1"), timedelta(seconds=5))
    ground = Ground(paddock.data, paddock.runtime.bus, paddock.rows, utc_now, maps=paddock.runtime.maps.maps)
    supervisor = Supervisor(paddock.circuits.running, leases, ground)
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    try:
        yield supervisor
    finally:
        supervisor.stop()
        thread.join(10)
    assert not thread.is_alive()
    assert supervisor.ended_well


def board_of(paddock: Paddock, circuit: Circuit) -> Board:
    board = paddock.board(circuit)
    assert board is not None
    return board


def has_laps(paddock: Paddock, circuit: Circuit, laps: int) -> bool:
    return len(paddock.laps(circuit)) >= laps


class Fragile(Apex):
    """A parser of ours with a bug."""

    def feed(self, frame: str, at: datetime) -> list[Event]:
        if "bug" in frame:
            raise KeyError("bug")
        return super().feed(frame, at)


def test_a_frame_that_breaks_the_parser_is_left_out_and_kept(
    paddock: Paddock, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SOURCES, "apex", Fragile)
    told = race(karts=3, laps=12)
    frames = list(told.frames)
    frames.insert(10, (frames[10][0], "bug\n"))
    circuit = paddock.run(told._replace(frames=tuple(frames)))

    supervisor.look()
    until(lambda: paddock.has_ended(circuit))
    until(lambda: len(paddock.laps(circuit)) == len(told.laps))

    assert paddock.laps(circuit) == list(told.laps)
    recorded = [each.frame.text for each in tail(paddock.spool(circuit), Place(0, -1))]
    assert recorded == [text for _, text in frames]


@pytest.mark.usefixtures("supervisor")
def test_a_missing_recording_is_shown_with_its_cause_and_found_when_it_comes(paddock: Paddock) -> None:
    circuit = paddock.run(race(karts=2, laps=2))
    file = paddock.data / "recordings" / "ring.jsonl.gz"
    hidden = file.rename(file.with_suffix(".hidden"))

    until(lambda: paddock.shows(circuit, SourceStatus.LOST))
    source = board_of(paddock, circuit).source
    assert source is not None
    assert "ring.jsonl.gz" in str(source.cause)
    hidden.rename(file)
    until(lambda: paddock.has_ended(circuit))

    assert len(board_of(paddock, circuit).cars) == 2


def test_damaged_frames_are_counted_told_and_stop_nothing(
    paddock: Paddock, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("workers.follow.REPORT_S", 0.1)
    told = race(karts=3, laps=8)
    junk = [
        "\x16\x03\x01\x02\x00",
        "GET / HTTP/1.1\nHost: 10.0.0.1:8310",
        "r1",
        "grid||<tbody",
        "init|r|\n",
        "\ud800\x00",
    ]
    frames = [frame for at, frame in enumerate(told.frames) for frame in (frame, (frame[0], junk[at % len(junk)]))]
    circuit = paddock.run(told._replace(frames=tuple(frames)))

    supervisor.look()
    until(lambda: paddock.has_ended(circuit))
    until(lambda: len(paddock.laps(circuit)) == len(told.laps))

    assert paddock.laps(circuit) == list(told.laps)
    board = board_of(paddock, circuit)
    assert (board.junk > 0, board.unread > 0) == (True, True)
    until(lambda: "lines could not be read" in caplog.text)
    assert "10.0.0.1" not in caplog.text


@pytest.mark.usefixtures("supervisor")
def test_a_changed_transport_is_followed_anew(paddock: Paddock) -> None:
    circuit = paddock.run(race(karts=2, laps=50), speed=1)
    until(lambda: len(board_of(paddock, circuit).cars) == 2 if paddock.board(circuit) else False)
    race(karts=4, laps=1).write(paddock.data / "recordings" / "other.jsonl.gz")

    other = Recording("recordings/other.jsonl.gz", speed=100)
    paddock.circuits.change(circuit.id, CircuitPlan("ring", "Ring", "apex", other), None, utc_now())

    until(lambda: len(board_of(paddock, circuit).cars) == 4)


@pytest.mark.usefixtures("supervisor")
def test_a_stopped_replay_leaves_its_board_and_begins_again_at_its_start(paddock: Paddock) -> None:
    told = race(karts=2, laps=15)
    circuit = paddock.run(told)
    until(lambda: len(paddock.laps(circuit)) > 4)

    paddock.stop(circuit)
    until(lambda: paddock.has_ended(circuit))
    stopped, laps = board_of(paddock, circuit), paddock.laps(circuit)
    time.sleep(0.5)
    assert board_of(paddock, circuit) == stopped
    assert len(stopped.cars) == 2
    assert 4 < len(laps) < len(told.laps)
    paddock.circuits.set_running(circuit.id, None, utc_now(), running=True)
    until(lambda: not paddock.has_ended(circuit))
    until(lambda: paddock.has_ended(circuit))
    until(partial(has_laps, paddock, circuit, len(told.laps)))

    assert paddock.laps(circuit) == list(told.laps)
    assert paddock.sessions(circuit.id) == 1


@pytest.mark.usefixtures("supervisor")
def test_a_looped_race_is_a_new_session_each_round(paddock: Paddock) -> None:
    told = race(karts=2, laps=3)
    circuit = paddock.run(told, loop=True)

    until(lambda: paddock.sessions(circuit.id) >= 3)

    ended = paddock.rows.feed_sessions(circuit.id, 9)[1:]
    for session in ended:
        laps = paddock.rows.laps(session.id, None)
        assert [(lap.source_id, lap.lap) for lap in laps] == [(lap.source_id, lap.lap) for lap in told.laps]
        assert session.ended_at is not None


@pytest.mark.usefixtures("supervisor")
def test_two_circuits_do_not_disturb_each_other(paddock: Paddock) -> None:
    ring = paddock.run(race(karts=3, laps=5, title="Ring"), slug="ring")
    lost = paddock.run(race(karts=3, laps=5), slug="lost")
    (paddock.data / "recordings" / "lost.jsonl.gz").unlink()
    oval = paddock.run(race(karts=2, laps=5, title="Oval"), slug="oval")

    until(lambda: paddock.shows(lost, SourceStatus.LOST))
    until(lambda: all(paddock.has_ended(circuit) for circuit in (ring, oval)))

    assert [board_of(paddock, circuit).title for circuit in (ring, oval, lost)] == ["Ring – Heat", "Oval – Heat", ""]


@pytest.mark.usefixtures("supervisor")
def test_a_board_runs_at_the_time_of_the_wall_whatever_the_speed(paddock: Paddock) -> None:
    circuit = paddock.run(race(karts=2, laps=40))
    until(lambda: len(paddock.laps(circuit)) > 40)

    board = board_of(paddock, circuit)

    assert board.at is not None
    assert abs(utc_now() - board.at) < timedelta(seconds=2)


def test_a_worker_that_ends_leaves_the_next_one_where_it_was(paddock: Paddock) -> None:
    told = race(karts=4, laps=20)
    circuit = paddock.run(told)

    for part in (0.25, 0.6, 1):
        with running(paddock):
            until(partial(has_laps, paddock, circuit, round(part * len(told.laps))))

    assert paddock.laps(circuit) == list(told.laps)
    assert paddock.sessions(circuit.id) == 1


@pytest.mark.usefixtures("supervisor")
def test_a_checkpoint_follows_the_fold(paddock: Paddock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.follow.CHECKPOINT_S", 0.2)
    monkeypatch.setattr("workers.follow.SYNC_S", 0.1)
    circuit = paddock.run(race(karts=4, laps=20))

    until(lambda: (place := checkpoint.place(paddock.spool(circuit))) is not None and place.ordinal > 20)

    assert not paddock.has_ended(circuit)


@pytest.mark.usefixtures("supervisor")
def test_a_source_that_another_worker_has_taken_is_left_without_a_word(paddock: Paddock) -> None:
    circuit = paddock.run(race(karts=4, laps=50))
    until(partial(has_laps, paddock, circuit, 10))

    with paddock.runtime.control.begin() as connection:
        taken = {"owner": "elsewhere:1", "epoch": 2, "expires_at": utc_now() + timedelta(minutes=1)}
        connection.execute(update(source_lease).values(**taken))
    time.sleep(0.5)
    laps, board = paddock.laps(circuit), paddock.board(circuit)
    time.sleep(0.5)

    assert len(laps) < 200
    assert (paddock.laps(circuit), paddock.board(circuit)) == (laps, board)
    assert paddock.shows(circuit, SourceStatus.RUNNING)


def test_a_database_that_was_brought_back_does_not_count_from_below_the_spool(paddock: Paddock) -> None:
    told = race(karts=4, laps=20)
    circuit = paddock.run(told)
    with running(paddock):
        until(partial(has_laps, paddock, circuit, 20))
    with paddock.runtime.control.begin() as connection:
        connection.execute(delete(source_lease))

    with running(paddock):
        until(partial(has_laps, paddock, circuit, len(told.laps)))

    assert paddock.laps(circuit) == list(told.laps)
    assert newest_epoch(paddock.spool(circuit)) == 2
