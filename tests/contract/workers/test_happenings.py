"""What happened is on the bus once and numbered without a hole, whatever happens to the worker."""

import json
from functools import partial

from core.tracks.model import Circuit
from tests.apex_feed import Told, race
from tests.contract.workers.conftest import Paddock, StartWorker, until


def told_laps(paddock: Paddock, circuit: Circuit) -> list[Told]:
    bodies = [json.loads(one.body) for one in paddock.runtime.bus.happenings(circuit.id, limit=20_000)]
    laps = [(body["source_id"], body["body"]) for body in bodies if body["kind"] == "lap"]
    return [Told(source_id, lap["number"], lap["lap"], lap["lap_ms"]) for source_id, lap in laps]


def test_a_killed_worker_tells_no_lap_twice_and_leaves_none_out(paddock: Paddock, start_worker: StartWorker) -> None:
    told = race(karts=6, laps=25)
    circuit = paddock.run(told)

    for laps in (45, 90):
        worker = start_worker()
        until(partial(_are_told, paddock, circuit, laps))
        worker.kill()
        worker.wait()
    start_worker()
    until(partial(_are_told, paddock, circuit, len(told.laps)))

    assert told_laps(paddock, circuit) == list(told.laps)
    numbers = [one.n for one in paddock.runtime.bus.happenings(circuit.id, limit=20_000)]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))


def _are_told(paddock: Paddock, circuit: Circuit, laps: int) -> bool:
    return len(told_laps(paddock, circuit)) >= laps
