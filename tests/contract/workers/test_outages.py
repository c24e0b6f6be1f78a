"""Bus and database go away and come back: the board is there again by itself, and no lap is lost."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from core.io.binaries import binaries
from core.io.runtime import open_runtime
from core.io.settings import Settings
from core.io.sockets import bus_url
from core.io.valkey import Valkey
from tests.apex_feed import race
from tests.contract.workers.conftest import Paddock, until, worker_process

END_ALL_OTHERS = text("""
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()""")


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A bus of the test's own, which may be killed."""
    folder = Path(tempfile.mkdtemp(prefix="paddock-bus-"))
    valkey = Valkey(binaries().valkey, folder, folder / "log", user=None)
    valkey.start()
    yield valkey
    valkey.stop()
    shutil.rmtree(folder)


def test_the_board_is_back_by_itself_after_the_bus_was_lost(settings: Settings, valkey: Valkey) -> None:
    settings = settings.model_copy(update={"redis_url": bus_url(valkey.sockets)})
    told = race(karts=3, laps=20)
    with open_runtime(settings, owner=True) as runtime, worker_process(settings):
        paddock = Paddock(runtime)
        circuit = paddock.run(told)
        until(lambda: paddock.has_ended(circuit))
        board = paddock.board(circuit)
        assert board is not None

        valkey.stop()
        time.sleep(0.3)
        assert paddock.board(circuit) is None
        valkey.start()
        began = time.monotonic()
        until(lambda: paddock.board(circuit) is not None)

        assert time.monotonic() - began < 3
        assert paddock.board(circuit) == board


def test_laps_wait_for_a_database_that_drops_its_connections(paddock: Paddock, settings: Settings) -> None:
    told = race(karts=4, laps=30)
    with worker_process(settings, lease_s=5):
        circuit = paddock.run(told)
        until(lambda: paddock.board(circuit))
        for _ in range(6):
            with paddock.runtime.control.connect() as connection:
                connection.execute(END_ALL_OTHERS)
            time.sleep(0.3)
        until(lambda: len(paddock.laps(circuit)) >= len(told.laps))

    assert paddock.laps(circuit) == list(told.laps)
