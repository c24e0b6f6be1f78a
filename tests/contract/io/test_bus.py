"""The bus keeps its promises: bells arrive, boards are fenced, and everything comes back after the server was lost."""

import asyncio
import threading
from collections.abc import Iterator
from itertools import islice
from uuid import UUID, uuid4

import pytest

from core.io.bus import Bell, Bus, Topic
from tests.conftest import Servers

CIRCUIT = UUID(int=7)
BELL = Bell(Topic.SESSION, "17", 4)


@pytest.fixture
def bus(servers: Servers) -> Iterator[Bus]:
    bus = Bus(servers.redis_url, f"test-{uuid4().hex}")
    yield bus
    bus.close()


def test_a_bell_is_heard_by_a_thread_that_listens(bus: Bus) -> None:
    bells = bus.bells(threading.Event())
    next(bells)

    bus.ring(BELL)

    assert next(bells) == BELL


def test_a_listener_is_told_about_once_a_second_to_look_for_itself(bus: Bus) -> None:
    assert list(islice(bus.bells(threading.Event()), 2)) == [None, None]


def test_a_listener_ends_when_it_is_told_to(bus: Bus) -> None:
    stop = threading.Event()
    bells = bus.bells(stop)
    next(bells)

    stop.set()

    assert list(bells) == []


def test_a_bell_of_another_make_counts_as_a_look_for_yourself(bus: Bus, caplog: pytest.LogCaptureFixture) -> None:
    bells = bus.bells(threading.Event())
    next(bells)

    bus._client.publish(bus._name("bell"), b"\xff not ours")

    assert next(bells) is None
    assert "a bell of another make" in caplog.messages


def test_two_installations_on_one_server_do_not_hear_each_other(bus: Bus, servers: Servers) -> None:
    other = Bus(servers.redis_url, f"test-{uuid4().hex}")
    bells = bus.bells(threading.Event())
    next(bells)

    other.ring(Bell(Topic.SESSION, "theirs"))
    bus.ring(BELL)

    assert next(bells) == BELL
    other.close()


def test_the_newest_board_is_kept(bus: Bus) -> None:
    assert bus.board(CIRCUIT) is None

    assert bus.publish_board(CIRCUIT, 3, b"first")
    assert bus.publish_board(CIRCUIT, 3, b"second")

    assert bus.board(CIRCUIT) == b"second"


def test_a_worker_of_an_older_epoch_is_fenced_off(bus: Bus) -> None:
    bus.publish_board(CIRCUIT, 10, b"successor")

    assert not bus.publish_board(CIRCUIT, 9, b"late")

    assert bus.board(CIRCUIT) == b"successor"


def test_epochs_of_one_circuit_do_not_fence_another(bus: Bus) -> None:
    bus.publish_board(CIRCUIT, 10, b"here")

    assert bus.publish_board(uuid4(), 1, b"there")


async def _heard(bus: Bus) -> list[bytes | Bell | None]:
    boards, bells = bus.boards(CIRCUIT), bus.abells()
    found: list[bytes | Bell | None] = [await anext(boards), await anext(bells)]
    await asyncio.to_thread(bus.publish_board, CIRCUIT, 1, b"new")
    await asyncio.to_thread(bus.ring, BELL)
    return [*found, await anext(boards), await anext(bells)]


def test_an_event_loop_gets_the_stored_board_then_what_is_published(bus: Bus) -> None:
    bus.publish_board(CIRCUIT, 1, b"stored")

    assert asyncio.run(_heard(bus)) == [b"stored", None, b"new", BELL]


def test_without_a_bus_nothing_raises_and_the_loss_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    bus = Bus("unix:///nowhere/valkey.sock")

    bus.ring(BELL)
    outcome = (
        bus.publish_board(CIRCUIT, 1, b""),
        bus.board(CIRCUIT),
        bus.reachable(),
        next(bus.bells(threading.Event())),
    )

    assert outcome == (True, None, False, None)
    assert caplog.messages == ["bus lost"]
