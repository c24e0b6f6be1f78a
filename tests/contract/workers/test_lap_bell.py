"""The bell about laps rings after the laps are stored, so that whoever is woken by it finds them."""

import threading

from core.io.bus import Bell, Topic
from tests.apex_feed import race
from tests.contract.workers.conftest import Paddock, StartWorker, until


def test_whoever_hears_of_laps_finds_them(paddock: Paddock, start_worker: StartWorker) -> None:
    circuit, stop = paddock.run(race(karts=3, laps=4)), threading.Event()
    found: list[int] = []

    def listen() -> None:
        for bell in paddock.runtime.bus.bells(stop):
            if bell == Bell(Topic.LAPS, str(circuit.id)):
                found.append(len(paddock.laps(circuit)))  # noqa: PERF401 - each is counted when it rings

    listener = threading.Thread(target=listen)
    listener.start()
    start_worker()
    try:
        until(lambda: found and found[-1] == 12, timeout_s=40)
    finally:
        stop.set()
        listener.join()

    assert found[0] > 0
    assert found == sorted(found)
