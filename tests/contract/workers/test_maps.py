"""A source is read by what people have said of its layout, anew as soon as they say it; layouts are noted."""

import json

import pytest

from core.io.clock import utc_now
from core.timing.mapping import Meaning
from core.timing.mapping_guess import propose
from core.timing.maps_desk import By
from core.tracks.model import CircuitPlan, Recording
from tests.apex_feed import race as heat
from tests.contract.workers.conftest import Paddock, until
from tests.contract.workers.test_supervisor import board_of, supervisor
from tests.unit.timing.mapped_feeds import messages, race
from workers.supervisor import Supervisor

__all__ = ["supervisor"]


def test_a_feed_nobody_knows_is_read_by_its_confirmed_map(paddock: Paddock, supervisor: Supervisor) -> None:
    told = race(1)
    frames = list(messages(told, "json_list"))
    lines = [json.dumps({"t": 1_000 * n, "raw": text}) for n, text in enumerate(frames)]
    file = paddock.data / "recordings" / "unknown.ndjson"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines))
    found = propose(frames[:20])
    assert found is not None
    plan = CircuitPlan("ring", "Ring", "mapped", Recording("recordings/unknown.ndjson", speed=100))
    circuit = paddock.runtime.circuits.create(plan, by=None, now=utc_now())

    paddock.runtime.maps.confirm(circuit.id, found.feed, frames[:20], By(None, utc_now()))
    paddock.runtime.circuits.start(circuit.id, by=None, now=utc_now())
    supervisor.look()
    until(lambda: paddock.has_ended(circuit))
    until(lambda: len(paddock.laps(circuit)) == 30)

    assert sorted((lap.number, lap.lap_ms) for lap in paddock.laps(circuit)) == sorted(
        (number, ms) for number, laps in told.laps().items() for ms in laps
    )
    assert [one.fingerprint for one in paddock.runtime.maps.layouts(circuit.id)] == [found.feed.fingerprint]
    folding, reader = paddock.runtime.dvrs.journal(circuit.id, "mapped").at(utc_now())
    for frame in reader.read():
        folding.take(frame)
    assert sum(car.laps or 0 for car in folding.board().cars) == 30


@pytest.mark.usefixtures("supervisor")
def test_a_running_source_is_read_anew_when_a_column_is_given_a_meaning(paddock: Paddock) -> None:
    circuit = paddock.run(heat(karts=3, laps=8), loop=True)
    desk = paddock.runtime.maps
    until(lambda: desk.layouts(circuit.id))
    (layout,) = desk.layouts(circuit.id)
    team = next(column.id for column in layout.columns if column.field == "team")

    desk.put_columns(circuit.id, layout.fingerprint, {team: Meaning.CATEGORY}, By(None, utc_now()))

    until(lambda: any(car.category for car in board_of(paddock, circuit).cars))
    until(lambda: {one.field for one in desk.layouts(circuit.id)[0].columns if one.id == team} == {"category"})
    assert desk.notices(circuit.id) == ()
