"""Laps, analysis, plans and files of a running race over the API."""

import asyncio
from collections.abc import Iterator
from io import BytesIO
from uuid import UUID, uuid4

import httpx
import openpyxl
import pandas as pd
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from core.accounts.model import Identity, Right, Role, Via
from core.io.clock import utc_now
from core.io.runtime import Runtime
from core.timing.simulate import Plan
from core.tracks.model import CircuitPlan, Recording
from portal import frames
from portal.api import api
from portal.frame_files import read_csv
from portal.running import set_runtime
from tests.e2e.race_stage import Race, race_on
from tests.portal_server import behind_the_gate, serving

READER = Identity(UUID(int=7), "ada", "Ada", Role.ENGINEER, frozenset(Right), None, UUID(int=8), Via.COOKIE)
SMALL = Plan(seed=5, karts=10, duration_s=1_500, stint_s=300, title="Short race")


@pytest.fixture
def race(owner_runtime: Runtime, app_runtime: Runtime) -> Iterator[Race]:
    plan = CircuitPlan("ring", "Ring", "apex", Recording("recordings/none.jsonl"))
    circuit = app_runtime.circuits.create(plan, by=None, now=utc_now())
    app_runtime.circuits.start(circuit.id, by=None, now=utc_now())
    set_runtime(app_runtime)
    yield race_on(owner_runtime, circuit, SMALL, until_s=1_200)
    set_runtime(None)


def get(path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(_entered(api))
        async with httpx.AsyncClient(transport=transport, base_url="http://paddock") as client:
            return await client.get(f"/circuits/ring/{path}")

    return asyncio.run(ask())


def test_the_lap_book_has_every_lap_and_a_part_has_those_after_it(race: Race) -> None:
    whole = get("lap-book").json()
    middle = whole["laps"]["at"][len(race.laps) // 2]

    part = get(f"lap-book?after={middle}").json()

    assert len(whole["laps"]["lap"]) == whole["total"] == part["total"] == len(race.laps)
    assert min(part["laps"]["at"]) >= middle
    assert len(part["laps"]["lap"]) == pytest.approx(len(race.laps) / 2, abs=3)
    assert len(whole["cars"]) == len(part["cars"]) == 10


def test_the_analysis_judges_every_team_once(race: Race) -> None:
    told = get("race-analysis?stops=4&min_stop_s=60").json()

    assert {one["source_id"] for one in told["teams"]} == {lap.source_id for lap in race.laps}
    assert sorted(one["position"] for one in told["adjusted"]) == list(range(1, 11))
    assert all(one["debt_ms"] >= 60_000 * max(0, 4 - one["stops"]) for one in told["adjusted"])
    assert told["stop_loss_ms"] > 40_000
    assert get(f"race-analysis?feed_session={race.session.id}").json()["clean_laps"] == told["clean_laps"]


def test_a_stop_plan_lies_inside_what_is_left(race: Race) -> None:
    told = get(f"stop-plan?source_id={race.laps[0].source_id}&stops=9&min_stop_s=10&max_stint_s=1000").json()

    assert told["plan"]["window"][1] <= SMALL.duration_s * 1000
    assert told["plan"]["stops"] == len(told["plan"]["planned"])
    assert {one["source_id"] for one in told["traffic"]} < {lap.source_id for lap in race.laps}


WRONG = ["lap-book?after=-1", "race-analysis?stops=-1", "stop-plan", "frames/laps.doc", "frames/lapz.csv"]


@pytest.mark.parametrize("path", WRONG)
def test_what_makes_no_sense_is_refused_with_a_remedy(race: Race, path: str) -> None:
    assert race
    answer = get(path)

    assert (answer.status_code, bool(answer.json()["remedy"])) == (422, True)


def test_another_circuits_session_is_not_told(race: Race) -> None:
    assert race
    for path in ("lap-book", "race-analysis", "stop-plan", "frames/laps.csv"):
        assert get(f"{path}?feed_session={uuid4()}&source_id=r1").status_code == 404


def test_a_table_is_the_same_in_every_kind_of_file(race: Race) -> None:
    answers = {ending: get(f"frames/laps.{ending}") for ending in ("csv", "parquet", "xlsx")}

    csv = read_csv(answers["csv"].text, frames.COLUMNS["laps"])
    parquet = pd.read_parquet(BytesIO(answers["parquet"].content))
    sheet = openpyxl.load_workbook(BytesIO(answers["xlsx"].content)).worksheets[0]

    pd.testing.assert_frame_equal(csv, parquet)
    assert sheet.max_row - 1 == len(csv) == len(race.laps)
    assert sorted(csv.lap_ms.dropna()) == sorted(lap.lap_ms for lap in race.laps if lap.lap_ms is not None)
    assert answers["csv"].headers["content-disposition"].startswith('attachment; filename="ring-')


def test_a_notebook_reads_a_table_with_a_token(race: Race, app_runtime: Runtime) -> None:
    with serving(behind_the_gate(), app_runtime) as portal:
        header = portal.token(portal.account("engineer", Role.ENGINEER), Role.ENGINEER)

        laps = frames.frame_from_api(portal.origin, header["Authorization"].split()[1], "ring", "laps")

    assert laps.dtypes.astype(str).to_dict() == dict(frames.COLUMNS["laps"])
    assert len(laps) == len(race.laps)


def _entered(app: ASGIApp) -> ASGIApp:
    """The API behind an open gate."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        scope["paddock_identity"] = READER
        await app(scope, receive, send)

    return call
