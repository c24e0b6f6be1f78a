"""Tests 1 and 2 of the crash tests: `kill -9` of each part, and of everything, while eight officials write.

What was acknowledged is stored, once, in an unbroken chain. `make bench` drills longer: 20 kills of the API and at
least 10,000 acknowledged writes.
"""

from collections.abc import Callable, Iterator

import pytest

from core.io.children import LINUX
from tests.contract.io.processes import soon
from tests.e2e.drill import (
    WRITERS,
    add_circuit,
    drill,
    kill_backend,
    kill_everything,
    kill_postmaster,
    running_api,
    some_time,
)
from tests.e2e.installation import Installation, installed

pytestmark = pytest.mark.skipif(not LINUX, reason="only Linux ends children with their parent")

API_KILLS = 3
Kill = Callable[[Installation], None]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PADDOCK_REQUESTS_PER_MINUTE", "0")
        with installed(tmp_path_factory.mktemp("drill") / "data") as running:
            add_circuit(running)
            yield running


@pytest.fixture(scope="module")
def control(installation: Installation) -> dict[str, str]:
    return installation.token("race_control")


def test_no_acknowledged_write_is_lost_doubled_or_halved_by_kills_of_the_api(
    installation: Installation, control: dict[str, str]
) -> None:
    with running_api(installation) as api, drill(api.url, control, "Kills of the API") as under_way:
        with under_way.officials():
            for _ in range(API_KILLS):
                some_time(1.0)
                api.kill()
                soon(api.answers, within_s=120)
            some_time(1.0)

        figures = under_way.audit()

    say("the API", API_KILLS, figures)


@pytest.mark.parametrize(
    ("victim", "times"),
    [
        pytest.param(kill_backend, 2, id="a backend of PostgreSQL"),
        pytest.param(kill_postmaster, 1, id="the postmaster"),
        pytest.param(kill_everything, 1, id="everything"),
    ],
)
def test_no_acknowledged_write_is_lost_doubled_or_halved_by_kills_of(
    installation: Installation, control: dict[str, str], victim: Kill, times: int
) -> None:
    with drill(installation.api, control, victim.__name__) as under_way:
        with under_way.officials():
            for _ in range(times):
                some_time(1.0)
                victim(installation)
            some_time(1.0)

        figures = under_way.audit()

    say(victim.__name__, times, figures)


def say(victim: str, times: int, figures: dict[str, int]) -> None:
    print(f"\n{times} kills of {victim}: {figures}")  # noqa: T201 - the figures of the drill
    assert figures["acknowledged"] > WRITERS
