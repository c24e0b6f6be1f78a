"""A worker follows a source through everything that happens to processes."""

import os
import signal
import time

from core.io.recorder import Place, newest_epoch, tail
from core.tracks.model import Circuit
from tests.apex_feed import Race, race
from tests.contract.workers.conftest import Paddock, StartWorker, until


def wait_for_laps(paddock: Paddock, circuit: Circuit, laps: int) -> None:
    until(lambda: len(paddock.laps(circuit)) >= laps)


def recorded(paddock: Paddock, circuit: Circuit) -> list[str]:
    return [each.frame.text for each in tail(paddock.spool(circuit), Place(0, -1))]


def texts(told: Race) -> list[str]:
    return [text for _, text in told.frames]


def test_a_recording_is_followed_to_its_end(paddock: Paddock, start_worker: StartWorker) -> None:
    told = race(karts=5, laps=4)
    circuit = paddock.run(told)

    start_worker()
    until(lambda: paddock.has_ended(circuit))
    wait_for_laps(paddock, circuit, len(told.laps))

    board = paddock.board(circuit)
    assert board is not None
    assert [(car.number, car.laps) for car in board.cars] == [(str(kart), 4) for kart in range(1, 6)]
    assert paddock.laps(circuit) == list(told.laps)
    assert recorded(paddock, circuit) == texts(told)


def test_a_killed_worker_loses_no_frame_and_tells_no_lap_twice(paddock: Paddock, start_worker: StartWorker) -> None:
    told = race(karts=6, laps=25)
    circuit = paddock.run(told)

    for laps in (45, 90):
        worker = start_worker()
        wait_for_laps(paddock, circuit, laps)
        worker.kill()
        worker.wait()
        assert not paddock.has_ended(circuit)
    start_worker()
    until(lambda: paddock.has_ended(circuit))
    wait_for_laps(paddock, circuit, len(told.laps))

    assert paddock.laps(circuit) == list(told.laps)
    assert paddock.sessions(circuit.id) == 1
    assert recorded(paddock, circuit) == texts(told)


def test_a_hung_worker_that_wakes_writes_nothing(paddock: Paddock, start_worker: StartWorker) -> None:
    told = race(karts=4, laps=200)
    circuit = paddock.run(told)
    hung = start_worker()
    wait_for_laps(paddock, circuit, 40)

    os.kill(hung.pid, signal.SIGSTOP)
    start_worker()
    until(lambda: newest_epoch(paddock.spool(circuit)) > 1)
    paddock.stop(circuit)
    until(lambda: paddock.has_ended(circuit))
    time.sleep(0.5)  # its last laps may come behind its last board
    laps, board = paddock.laps(circuit), paddock.board(circuit)
    os.kill(hung.pid, signal.SIGCONT)
    time.sleep(1.5)

    assert paddock.laps(circuit) == laps
    assert paddock.board(circuit) == board


def test_a_stopped_worker_ends_fast_and_leaves_its_sources_to_others(
    paddock: Paddock, start_worker: StartWorker
) -> None:
    circuit = paddock.run(race(karts=4, laps=100), speed=1)
    worker = start_worker()
    until(lambda: paddock.board(circuit))

    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)

    assert worker.wait(5) == 0
    assert time.monotonic() - began < 2
    assert paddock.leases.take(circuit.id, above=0, alone_on_node=False)
