"""Files come in once, are played and exported without a worker, and come back as they were."""

import gzip
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # has no types
import pytest

from core.accounts.model import Role
from core.errors import BadInput, NotFound, UnreadableFile
from core.io.carrying import laps_of
from core.io.clock import utc_now
from core.io.dvr import Player
from core.io.opened import Format, Range, bring_in_path, opened, span_of, told, write_timing71
from core.io.recorder import Recorder
from core.io.runtime import Runtime
from core.io.transports import Frame
from core.timing.about import About
from core.timing.exports import SessionLap, to_jsonl
from core.timing.recordings import RecordedFrame
from core.timing.recordings_desk import Imported, Origin, Wanted
from core.timing.replay import replay
from core.timing.sources.apex import Apex
from core.tracks.model import Circuit, CircuitPlan, Recording
from tests.portal_server import Portal, behind_the_gate, serving
from tests.unit.dvr.shelf import folded, race
from workers.jobs import keep_key_frames, seal_recordings

FRAMES = race()
HALF = len(FRAMES) // 2


@pytest.fixture
def circuit(app_runtime: Runtime) -> Circuit:
    plan = CircuitPlan("kartway", "Example Kartway", "apex", Recording("recordings/none.jsonl"))
    return app_runtime.circuits.create(plan, by=None, now=utc_now())


@pytest.fixture
def portal(app_runtime: Runtime) -> Iterator[Portal]:
    with serving(behind_the_gate(), app_runtime) as served:
        yield served


def as_file(frames: tuple[RecordedFrame, ...]) -> bytes:
    return b"".join(to_jsonl(frames, About("race", "apex", frames[0].at, frames[-1].at)))


def bring_in(runtime: Runtime, circuit: Circuit, content: bytes, name: str = "race.jsonl") -> tuple[Imported, bool]:
    return runtime.recordings.bring_in(circuit.id, io.BytesIO(content), name, by=None, now=utc_now())


def whole(runtime: Runtime, one: Imported) -> Range:
    return span_of(opened(runtime, one.id), None, None)


def laps(runtime: Runtime, one: Imported) -> list[SessionLap]:
    span = whole(runtime, one)
    return list(laps_of(opened(runtime, one.id).dvr, span.since, span.until))


def test_an_imported_file_is_played_without_a_worker(app_runtime: Runtime, circuit: Circuit) -> None:
    one, is_new = bring_in(app_runtime, circuit, gzip.compress(as_file(FRAMES)))
    player = Player(opened(app_runtime, one.id).dvr)

    player.seek(FRAMES[HALF].at)

    assert is_new
    assert (one.protocol, one.frames, one.container) == ("apex", len(FRAMES), "jsonl-iso")
    assert player.board() == folded([frame for frame in FRAMES if frame.at <= FRAMES[HALF].at])


def test_the_same_file_twice_is_one_recording(app_runtime: Runtime, circuit: Circuit) -> None:
    first, _ = bring_in(app_runtime, circuit, as_file(FRAMES))

    second, is_new = bring_in(app_runtime, circuit, as_file(FRAMES), "under another name.jsonl")

    assert (second, is_new) == (first, False)
    assert len(app_runtime.recordings.all(circuit.id)) == 1


def test_overlapping_files_are_one_recording_and_add_nothing_twice(app_runtime: Runtime, circuit: Circuit) -> None:
    bring_in(app_runtime, circuit, as_file(FRAMES[: HALF + 40]))
    later, _ = bring_in(app_runtime, circuit, as_file(FRAMES[HALF - 40 :]))

    [kept] = app_runtime.recordings.all(circuit.id)

    assert (kept.origin, len(kept.parts)) == (Origin.IMPORT, 2)
    assert [one.lap for one in laps(app_runtime, later)] == all_laps()


def test_what_is_exported_comes_back_with_the_same_laps(app_runtime: Runtime, circuit: Circuit) -> None:
    one, _ = bring_in(app_runtime, circuit, as_file(FRAMES))
    exported = b"".join(told(opened(app_runtime, one.id), Format.JSONL, whole(app_runtime, one)))
    other = app_runtime.circuits.create(
        CircuitPlan("second", "Second", "apex", Recording("recordings/none.jsonl")), by=None, now=utc_now()
    )

    back, _ = bring_in(app_runtime, other, exported)

    assert laps(app_runtime, back) == laps(app_runtime, one)
    assert [lap.lap for lap in laps(app_runtime, back)] == all_laps()


def all_laps() -> list[object]:
    return [lap for session in replay(FRAMES, Apex()).sessions for lap in session.laps]


@pytest.mark.parametrize("content", [b"", b"hello\n", b'{"metadata":{}}\n', b"PK\x03\x04nothing"])
def test_what_is_no_recording_is_refused(app_runtime: Runtime, circuit: Circuit, content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        bring_in(app_runtime, circuit, content)

    assert app_runtime.recordings.all(circuit.id) == ()


def test_a_file_of_the_data_folder_is_brought_in_and_none_outside_it(app_runtime: Runtime, circuit: Circuit) -> None:
    folder = app_runtime.settings.data / "recordings"
    folder.mkdir(parents=True)
    (folder / "race.jsonl").write_bytes(as_file(FRAMES))

    _, is_new = bring_in_path(app_runtime, circuit.id, "recordings/race.jsonl", by=None, now=utc_now())

    assert is_new
    with pytest.raises(BadInput):
        bring_in_path(app_runtime, circuit.id, "../../etc/passwd", by=None, now=utc_now())
    with pytest.raises(NotFound):
        bring_in_path(app_runtime, circuit.id, "recordings/other.jsonl", by=None, now=utc_now())


def test_the_journal_is_listed_in_pieces_whether_sealed_or_not(owner_runtime: Runtime, app_runtime: Runtime) -> None:
    plan = CircuitPlan("kartway", "Example Kartway", "apex", Recording("recordings/none.jsonl"))
    circuit = app_runtime.circuits.create(plan, by=None, now=utc_now())
    folder = app_runtime.settings.data / "spool" / str(circuit.id)
    record(folder, 1, FRAMES[:HALF], timedelta())
    seal_recordings(owner_runtime)
    recorder = record(folder, 2, FRAMES[HALF:], timedelta(hours=2))

    listed = app_runtime.recordings.all(circuit.id)

    recorder.close()
    assert [(one.origin, one.frames) for one in listed] == [
        (Origin.JOURNAL, len(FRAMES) - HALF),
        (Origin.JOURNAL, HALF),
    ]
    assert listed[1].started_at == FRAMES[0].at
    assert Player(opened(app_runtime, circuit.id).dvr).playhead().ends_at == FRAMES[-1].at + timedelta(hours=2)


def record(folder: Path, epoch: int, frames: tuple[RecordedFrame, ...], late: timedelta) -> Recorder:
    recorder = Recorder(folder, epoch)
    for frame in frames:
        recorder.append(Frame(frame.text, frame.at), frame.at + late)
    if epoch == 1:
        recorder.close()
    return recorder


def test_bookmarks_are_kept_and_removed(app_runtime: Runtime, circuit: Circuit) -> None:
    desk = app_runtime.recordings
    one = desk.bookmark(Wanted(circuit.id, None, " Restart ", FRAMES[5].at), by=None, now=utc_now())

    assert desk.bookmarks(circuit.id, None) == (one,)
    assert one.name == "Restart"
    desk.forget_bookmark(one.id, by=None, now=utc_now())
    assert desk.bookmarks(circuit.id, None) == ()
    with pytest.raises(NotFound):
        desk.forget_bookmark(one.id, by=None, now=utc_now())
    with pytest.raises(BadInput):
        desk.bookmark(Wanted(circuit.id, None, "  ", FRAMES[5].at), by=None, now=utc_now())


@pytest.mark.usefixtures("circuit")
def test_a_file_goes_in_and_out_over_the_api(portal: Portal) -> None:
    admin = portal.token(portal.account("boss", Role.ADMIN), Role.ADMIN)
    with httpx.Client(base_url=f"{portal.origin}/api/v1", headers=admin, timeout=30) as api:
        first = api.post("/recordings?circuit=kartway&name=race.jsonl", content=as_file(FRAMES))
        again = api.post("/recordings?circuit=kartway&name=race.jsonl", content=as_file(FRAMES))
        [listed] = api.get("/circuits/kartway/recordings").json()
        files = {
            kind: api.get(f"/recordings/{listed['id']}/export?format={kind}")
            for kind in ("jsonl", "csv", "parquet", "parquet-frames", "timing71")
        }

    assert (first.status_code, first.json()["is_new"]) == (201, True)
    assert (again.status_code, again.json()["is_new"]) == (200, False)
    assert files["jsonl"].content.splitlines()[1:-1] == as_file(FRAMES).splitlines()[1:-1]
    count = len(all_laps())
    assert len(files["csv"].content.splitlines()) == count + 1
    assert pq.read_table(io.BytesIO(files["parquet"].content)).num_rows == count
    assert pq.read_table(io.BytesIO(files["parquet-frames"].content)).num_rows == len(FRAMES)
    assert files["timing71"].content.startswith(b"PK")
    assert "kartway-20260502" in files["csv"].headers["content-disposition"]


def test_a_range_is_exported(portal: Portal, circuit: Circuit, app_runtime: Runtime) -> None:
    one, _ = bring_in(app_runtime, circuit, as_file(FRAMES))
    admin = portal.token(portal.account("boss", Role.ADMIN), Role.ADMIN)
    since, until = FRAMES[10].at, FRAMES[20].at
    with httpx.Client(base_url=f"{portal.origin}/api/v1", headers=admin, timeout=30) as api:
        query = {"from": since.isoformat(), "to": until.isoformat()}
        lines = api.get(f"/recordings/{one.id}/export", params=query).content.splitlines()

    assert json.loads(lines[-1])["endMetadata"]["frames"] == len(lines) - 2
    assert json.loads(lines[1])["timestamp"] == since.isoformat()


def test_a_zip_of_timing71_is_brought_in_and_played(app_runtime: Runtime, circuit: Circuit) -> None:
    one, _ = bring_in(app_runtime, circuit, as_file(FRAMES))
    packed = io.BytesIO()
    write_timing71(opened(app_runtime, one.id), whole(app_runtime, one), packed)
    other = app_runtime.circuits.create(
        CircuitPlan("second", "Second", "apex", Recording("recordings/none.jsonl")), by=None, now=utc_now()
    )

    back, _ = bring_in(app_runtime, other, packed.getvalue(), "race.zip")
    player = Player(opened(app_runtime, back.id).dvr)
    player.seek(back.ended_at)

    assert (back.protocol, back.container) == ("timing71", "timing71-zip")
    last = {car.number: (car.position, car.laps) for car in folded(FRAMES).cars}
    assert {car.number: (car.position, car.laps) for car in player.board().cars} == last


def test_the_worker_keeps_key_frames_of_what_its_node_records(owner_runtime: Runtime) -> None:
    plan = CircuitPlan("kartway", "Example Kartway", "apex", Recording("recordings/none.jsonl"))
    circuit = owner_runtime.circuits.create(plan, by=None, now=utc_now())
    record(owner_runtime.settings.data / "spool" / str(circuit.id), 1, FRAMES, timedelta())

    keep_key_frames(owner_runtime)

    kept = owner_runtime.settings.data / "dvr" / f"{circuit.id}.keys"
    assert kept.stat().st_size > 10_000
    assert kept.parent.stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("circuit")
def test_an_engineer_may_export_but_not_import(portal: Portal) -> None:
    token = portal.token(portal.account("eng", Role.ENGINEER), Role.ENGINEER)
    with httpx.Client(base_url=f"{portal.origin}/api/v1", headers=token, timeout=10) as api:
        refused = api.post("/recordings?circuit=kartway", content=b"x")
        marked = api.post("/circuits/kartway/bookmarks", json={"name": "Here", "at": FRAMES[0].at.isoformat()})
        kept = {"name": "Keep", "at": FRAMES[0].at.isoformat(), "until": FRAMES[9].at.isoformat()}
        not_kept = api.post("/circuits/kartway/bookmarks", json=kept)
        gone = api.delete(f"/bookmarks/{marked.json()['id']}")

    assert (refused.status_code, marked.status_code, not_kept.status_code, gone.status_code) == (403, 201, 403, 204)
