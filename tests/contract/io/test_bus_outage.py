"""The bus comes back by itself: a Valkey that is killed and started again is found by everybody who listens."""

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from core.io.binaries import binaries
from core.io.bus import Bell, Bus, Topic
from core.io.children import servant
from core.io.sockets import bus_url, private_folder, sockets_folder
from core.io.valkey import Valkey

CIRCUIT = UUID(int=7)
BELL = Bell(Topic.POINTER, "7", 2)


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    user = servant(tmp_path)
    sockets = private_folder(sockets_folder(tmp_path), user)
    valkey = Valkey(binaries(user).valkey, sockets, tmp_path / "valkey.log", user)
    valkey.start()
    yield valkey
    valkey.stop()
    shutil.rmtree(sockets)


@pytest.fixture
def bus(valkey: Valkey) -> Iterator[Bus]:
    bus = Bus(bus_url(valkey.sockets))
    yield bus
    bus.close()


def test_a_restart_costs_no_ring_and_no_board_that_is_sent_again(valkey: Valkey, bus: Bus) -> None:
    bus.ring(BELL)
    valkey.stop()

    valkey.start()

    assert bus.publish_board(CIRCUIT, 1, b"again")
    assert bus.board(CIRCUIT) == b"again"


def test_a_thread_that_listens_hears_bells_again(valkey: Valkey, bus: Bus, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    bells = bus.bells(threading.Event())
    next(bells)
    valkey.stop()
    next(bells)
    valkey.start()

    while BELL not in (heard := [next(bells)]):
        bus.ring(BELL)

    assert heard == [BELL]
    assert caplog.messages == ["bus lost", "bus back"]


async def _until(wanted: bytes, boards: AsyncIterator[bytes | None]) -> bytes | None:
    async for body in boards:
        if body == wanted:
            return body
    return None


async def _over_a_restart(valkey: Valkey, bus: Bus) -> bytes | None:
    boards = bus.boards(CIRCUIT)
    await _until(b"before", boards)
    valkey.stop()
    valkey.start()
    bus.publish_board(CIRCUIT, 1, b"after")
    return await asyncio.wait_for(_until(b"after", boards), 10)


def test_an_event_loop_gets_the_board_that_was_published_while_it_was_cut_off(valkey: Valkey, bus: Bus) -> None:
    bus.publish_board(CIRCUIT, 1, b"before")

    assert asyncio.run(_over_a_restart(valkey, bus)) == b"after"
