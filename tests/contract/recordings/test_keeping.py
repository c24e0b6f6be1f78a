"""What is kept and for how long: the age of journals, pieces somebody wants, and imports that are deleted."""

import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from core.accounts.model import Role
from core.errors import BadInput, Conflict, NotFound
from core.io.clock import utc_now
from core.io.opened import opened
from core.io.runtime import Runtime
from core.timing.recordings_desk import Imported, Wanted
from core.tracks.model import Circuit, CircuitPlan, Recording
from tests.contract.recordings.test_recordings import FRAMES, HALF, as_file
from tests.portal_server import Portal, behind_the_gate, serving

ADDRESS = "/api/v1/settings/recording-retention"


@pytest.fixture
def circuit(app_runtime: Runtime) -> Circuit:
    return made(app_runtime, "kartway")


@pytest.fixture
def portal(app_runtime: Runtime) -> Iterator[Portal]:
    with serving(behind_the_gate(), app_runtime) as served:
        yield served


def made(runtime: Runtime, slug: str) -> Circuit:
    plan = CircuitPlan(slug, slug.title(), "apex", Recording("recordings/none.jsonl"))
    return runtime.circuits.create(plan, by=None, now=utc_now())


def bring_in(runtime: Runtime, circuit: Circuit, content: bytes) -> Imported:
    return runtime.recordings.bring_in(circuit.id, io.BytesIO(content), "race.jsonl", by=None, now=utc_now())[0]


def remove(runtime: Runtime, one: Imported) -> None:
    runtime.recordings.remove_import(one.id, by=None, now=utc_now())


def copies(runtime: Runtime) -> list[str]:
    return [path.name for path in (runtime.settings.data / "dvr").iterdir()]


def test_an_import_is_deleted_with_its_file_and_its_copy(app_runtime: Runtime, circuit: Circuit) -> None:
    one = bring_in(app_runtime, circuit, as_file(FRAMES))
    opened(app_runtime, one.id)
    assert copies(app_runtime)

    remove(app_runtime, one)

    assert app_runtime.recordings.all(circuit.id) == ()
    assert not app_runtime.blobs.path(one.sha256).exists()
    assert copies(app_runtime) == []
    with pytest.raises(NotFound):
        remove(app_runtime, one)


def test_files_that_are_one_recording_go_together(app_runtime: Runtime, circuit: Circuit) -> None:
    first = bring_in(app_runtime, circuit, as_file(FRAMES[: HALF + 40]))
    second = bring_in(app_runtime, circuit, as_file(FRAMES[HALF - 40 :]))

    remove(app_runtime, second)

    assert app_runtime.recordings.all(circuit.id) == ()
    assert [app_runtime.blobs.path(one.sha256).exists() for one in (first, second)] == [False, False]


def test_the_same_file_of_another_circuit_stays(app_runtime: Runtime, circuit: Circuit) -> None:
    one = bring_in(app_runtime, circuit, as_file(FRAMES))
    other = bring_in(app_runtime, made(app_runtime, "second"), as_file(FRAMES))

    remove(app_runtime, one)

    assert opened(app_runtime, other.id).dvr is not None
    assert app_runtime.blobs.path(other.sha256).exists()


def test_a_bookmarked_import_is_not_deleted(app_runtime: Runtime, circuit: Circuit) -> None:
    one = bring_in(app_runtime, circuit, as_file(FRAMES))
    wanted = Wanted(circuit.id, one.id, "Restart", FRAMES[5].at)
    mark = app_runtime.recordings.bookmark(wanted, by=None, now=utc_now())

    with pytest.raises(Conflict, match="Remove its bookmarks first"):
        remove(app_runtime, one)

    assert app_runtime.blobs.path(one.sha256).exists()
    app_runtime.recordings.forget_bookmark(mark.id, by=None, now=utc_now())
    remove(app_runtime, one)
    assert app_runtime.recordings.all(circuit.id) == ()


@pytest.mark.parametrize("days", [0, -1, 36_501])
def test_a_time_that_nobody_means_is_refused(app_runtime: Runtime, days: int) -> None:
    with pytest.raises(BadInput):
        app_runtime.recordings.keep_for(days, by=None, now=utc_now())

    assert app_runtime.recordings.kept_days() is None


def test_who_operates_says_over_the_api_how_long_frames_are_kept(portal: Portal, app_runtime: Runtime) -> None:
    boss = portal.token(portal.account("boss", Role.ADMIN), Role.ADMIN)
    engineer = portal.token(portal.account("eng", Role.ENGINEER), Role.ENGINEER)

    def put(days: object, headers: dict[str, str] = boss) -> Any:
        return httpx.put(f"{portal.origin}{ADDRESS}", json={"days": days}, headers=headers, timeout=10)

    before = portal.ask("GET", ADDRESS, boss).json()
    answers = [put(30).json(), portal.ask("GET", ADDRESS, boss).json(), put(None).json()]

    assert (before, answers) == ({"days": None}, [{"days": 30}, {"days": 30}, {"days": None}])
    assert app_runtime.recordings.kept_days() is None
    assert [put(0).status_code, put("x").status_code, put(7, engineer).status_code] == [422, 422, 403]
    assert portal.ask("GET", ADDRESS, engineer).status_code == 403


def test_who_operates_deletes_an_import_over_the_api(portal: Portal, app_runtime: Runtime, circuit: Circuit) -> None:
    boss = portal.token(portal.account("boss", Role.ADMIN), Role.ADMIN)
    engineer = portal.token(portal.account("eng", Role.ENGINEER), Role.ENGINEER)
    one = bring_in(app_runtime, circuit, as_file(FRAMES))
    path = f"/api/v1/recordings/{one.id}"

    answers = [portal.ask("DELETE", path, headers).status_code for headers in (engineer, boss, boss)]

    assert answers == [403, 204, 404]
    assert portal.ask("DELETE", f"/api/v1/recordings/{UUID(int=7)}", boss).status_code == 404
