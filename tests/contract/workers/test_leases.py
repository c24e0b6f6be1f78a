"""One worker at a time has a source, on the database's clock; whoever lost it writes nothing."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from core.io.database.leases import Fenced, Lease, Leases, Owner, hold
from core.io.runtime import Runtime
from core.tracks.model import Circuit
from tests.apex_feed import race
from tests.contract.workers.conftest import Paddock

Worker = Callable[..., Leases]


@pytest.fixture
def worker(owner_runtime: Runtime) -> Worker:
    def made(node: str, process: str = "1", lasts_s: float = 60) -> Leases:
        return Leases(owner_runtime.control, Owner(node, process), timedelta(seconds=lasts_s))

    return made


@pytest.fixture
def ring(paddock: Paddock) -> Circuit:
    return paddock.run(race(karts=1, laps=1))


def take(worker: Leases, circuit: Circuit, *, above: int = 0, alone_on_node: bool = False) -> Lease | None:
    return worker.take(circuit.id, above=above, alone_on_node=alone_on_node)


def test_a_source_is_taken_once(worker: Worker, ring: Circuit) -> None:
    assert take(worker("north"), ring) == Lease(ring.id, 1)
    assert take(worker("south"), ring) is None
    assert take(worker("south"), ring, alone_on_node=True) is None


def test_an_expired_lease_is_taken_over_with_the_next_epoch(worker: Worker, ring: Circuit) -> None:
    hung = worker("north", lasts_s=0.05)
    lost = take(hung, ring)
    assert lost is not None
    time.sleep(0.1)

    assert take(worker("south"), ring) == Lease(ring.id, 2)
    assert hung.renew([lost]) == frozenset()


def test_a_renewed_lease_stays(worker: Worker, ring: Circuit) -> None:
    north = worker("north", lasts_s=0.3)
    lease = take(north, ring)
    assert lease is not None

    for _ in range(4):
        time.sleep(0.1)
        assert north.renew([lease]) == {lease}
    assert take(worker("south"), ring) is None


def test_a_dead_process_is_replaced_at_once_on_its_node(worker: Worker, ring: Circuit) -> None:
    take(worker("north", "1"), ring)

    assert take(worker("north", "2"), ring) is None
    assert take(worker("north", "2"), ring, alone_on_node=True) == Lease(ring.id, 2)


def test_a_lease_given_back_is_free(worker: Worker, ring: Circuit) -> None:
    north = worker("north")
    lease = take(north, ring)
    assert lease is not None

    north.give_back(lease)

    assert take(worker("south"), ring) == Lease(ring.id, 2)


def test_a_lost_lease_cannot_be_given_back(worker: Worker, ring: Circuit) -> None:
    north = worker("north", lasts_s=0.05)
    lost = take(north, ring)
    assert lost is not None
    time.sleep(0.1)
    take(worker("south"), ring)

    north.give_back(lost)

    assert take(worker("east"), ring) is None


def test_the_epoch_is_above_all_that_the_spool_has_seen(worker: Worker, ring: Circuit) -> None:
    assert take(worker("north"), ring, above=41) == Lease(ring.id, 42)


def test_whoever_lost_the_lease_is_fenced_off(worker: Worker, ring: Circuit, owner_runtime: Runtime) -> None:
    lost = take(worker("north", "1"), ring)
    held = take(worker("north", "2"), ring, alone_on_node=True)
    assert lost is not None
    assert held is not None

    with owner_runtime.control.begin() as connection:
        hold(connection, held)
        with pytest.raises(Fenced, match="epoch 1"):
            hold(connection, lost)


def test_a_takeover_waits_for_a_write_that_holds_the_lease(
    worker: Worker, ring: Circuit, owner_runtime: Runtime
) -> None:
    lease = take(worker("north", "1"), ring)
    assert lease is not None
    taken: list[Lease | None] = []
    successor = threading.Thread(target=lambda: taken.append(take(worker("north", "2"), ring, alone_on_node=True)))

    with owner_runtime.control.begin() as connection:
        hold(connection, lease)
        successor.start()
        successor.join(0.3)
        assert taken == []
    successor.join(5)

    assert taken == [Lease(ring.id, 2)]


def test_of_many_that_want_a_source_one_gets_it(worker: Worker, ring: Circuit) -> None:
    workers = [worker(f"node {number}") for number in range(8)]
    taken: list[Lease | None] = []
    threads = [threading.Thread(target=lambda each=each: taken.append(take(each, ring))) for each in workers]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(bool, taken)) == [False] * 7 + [True]
