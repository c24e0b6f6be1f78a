"""What a long drill loses: nothing. Twenty kills of the API at random instants, ten thousand acknowledged writes."""

import time
from collections.abc import Iterator

import pytest

from core.io.children import LINUX
from tests.contract.io.processes import soon
from tests.e2e.drill import Drill, add_circuit, drill, kill_backend, kill_postmaster, running_api, some_time
from tests.e2e.installation import Installation, installed

pytestmark = pytest.mark.skipif(not LINUX, reason="only Linux ends children with their parent")

KILLS = 20
WRITES = 10_000
PATIENCE_S = 3_600


@pytest.fixture
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PADDOCK_REQUESTS_PER_MINUTE", "0")
        with installed(tmp_path_factory.mktemp("drill") / "data") as running:
            add_circuit(running)
            yield running


def test_ten_thousand_acknowledged_writes_under_twenty_kills_lose_nothing(installation: Installation) -> None:
    began = time.monotonic()
    token = installation.token("race_control")
    with running_api(installation) as api, drill(api.url, token, "Long drill") as under_way:
        with under_way.officials():
            for number in range(1, KILLS + 1):
                _until(under_way, number * WRITES // KILLS, began)
                some_time(0.5)
                api.kill()
            _until(under_way, WRITES, began)
            for victim in (kill_backend, kill_postmaster):
                victim(installation)
                some_time(2)
            soon(api.answers, within_s=120)
        figures = under_way.audit()

    print(f"\n{KILLS} kills of the API, 2 of PostgreSQL, {time.monotonic() - began:.0f} s: {figures}", end="")  # noqa: T201
    assert figures["acknowledged"] >= WRITES


def _until(under_way: Drill, acknowledged: int, began: float) -> None:
    while len(under_way.acknowledged) < acknowledged:
        assert time.monotonic() - began < PATIENCE_S, f"only {len(under_way.acknowledged)} were acknowledged"
        time.sleep(0.05)
