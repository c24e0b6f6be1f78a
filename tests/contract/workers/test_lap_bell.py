"""The bell about laps rings after the laps are stored, and when the board shows somebody in the pits."""

import threading

from core.io.bus import Bell, Topic
from tests.apex_feed import Race, race
from tests.contract.workers.conftest import Paddock, StartWorker, until

IN_S, OUT_S = 120.0, 320.0
"""Long after the last lap, so that no bell about a lap can be meant."""


def test_whoever_hears_of_laps_and_of_stops_finds_them(paddock: Paddock, start_worker: StartWorker) -> None:
    driven = race(karts=3, laps=4)
    frames = (*driven.frames, (IN_S, "r101|*in|0\n"), (OUT_S, "r101|*out|0\n"))
    circuit, stop = paddock.run(Race(frames, driven.laps)), threading.Event()
    found: list[int] = []
    in_pit: list[str] = []

    def listen() -> None:
        for bell in paddock.runtime.bus.bells(stop):
            if bell == Bell(Topic.LAPS, str(circuit.id)):
                board = paddock.board(circuit)
                found.append(len(paddock.laps(circuit)))
                in_pit.extend(car.source_id for car in (board.cars if board else ()) if car.in_pit_since)

    listener = threading.Thread(target=listen)
    listener.start()
    start_worker()
    try:
        until(lambda: in_pit and found[-1] == 12, timeout_s=40)
    finally:
        stop.set()
        listener.join()

    assert found[0] > 0
    assert found == sorted(found)
    assert set(in_pit) == {"r101"}
