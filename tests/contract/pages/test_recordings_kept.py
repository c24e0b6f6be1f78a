"""On the recordings page, those who operate keep pieces, delete imports and say how long frames are kept."""

import io
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.accounts.model import Identity, Role
from core.io.clock import utc_now
from core.io.recorder import Recorder
from core.io.runtime import Runtime
from core.io.transports import Frame
from core.timing.about import About
from core.timing.exports import to_jsonl
from core.timing.recordings_desk import Kept, Wanted
from portal.running import set_runtime
from tests.contract.pages.test_pages import bugs, opened, turned, words
from tests.e2e.stage import Stage, furnish
from tests.quick_passwords import hurry
from tests.unit.dvr.shelf import race

FRAMES = race(200)
FILE = b"".join(to_jsonl(FRAMES, About("race", "apex", FRAMES[0].at, FRAMES[-1].at)))


@pytest.fixture
def stage(owner_runtime: Runtime, app_runtime: Runtime) -> Iterator[Stage]:
    hurry(app_runtime)
    set_runtime(app_runtime)
    yield furnish(owner_runtime, app_runtime)
    set_runtime(None)


@pytest.fixture
def admin(stage: Stage) -> Identity:
    return stage.entered("admin", Role.ADMIN)


def journal(stage: Stage) -> Kept:
    recorder = Recorder(stage.app.settings.data / "spool" / str(stage.circuit.id), 1)
    for frame in FRAMES:
        recorder.append(Frame(frame.text, frame.at), frame.at)
    recorder.close()
    return stage.app.recordings.all(stage.circuit.id)[0]


def imported(stage: Stage) -> Kept:
    now = utc_now()
    stage.app.recordings.bring_in(stage.circuit.id, io.BytesIO(FILE), "heat.jsonl", by=None, now=now)
    return stage.app.recordings.all(stage.circuit.id)[0]


def shown(reader: Identity, kept: Kept) -> AppTest:
    """The page with this recording chosen."""
    app = turned(opened(reader), "recordings")
    app.query_params["recording"] = f"{kept.id}.{kept.started_at:%Y%m%d%H%M%S}"
    return app.run()


def buttons(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button} & {"keep-piece-submit", "delete-import", "retention-submit"}


def test_a_piece_is_kept_whatever_its_age_and_then_needs_no_button(stage: Stage, admin: Identity) -> None:
    app = shown(admin, journal(stage))
    app.text_input(key="keep-piece-name").input("The final")

    app.button(key="keep-piece-submit").click().run()

    [mark] = stage.app.recordings.bookmarks(stage.circuit.id, None)
    assert (bugs(app), mark.name, mark.at, mark.until) == ([], "The final", FRAMES[0].at, FRAMES[-1].at)
    assert "“The final” is kept." in words(app)
    assert buttons(app) == {"retention-submit"}


def test_a_piece_without_a_name_is_refused_with_the_remedy(stage: Stage, admin: Identity) -> None:
    app = shown(admin, journal(stage))

    app.button(key="keep-piece-submit").click().run()

    assert "A bookmark needs a name." in words(app)
    assert stage.app.recordings.bookmarks(stage.circuit.id, None) == ()


def test_an_import_is_deleted_after_what_goes_was_said(stage: Stage, admin: Identity) -> None:
    app = shown(admin, imported(stage))
    assert r"**heat\.jsonl** will be gone" in words(app)
    assert buttons(app) == {"delete-import", "retention-submit"}

    app.button(key="delete-import").click().run()

    assert (bugs(app), stage.app.recordings.all(stage.circuit.id)) == ([], ())
    assert r"“heat\.jsonl” is deleted." in words(app)


def test_a_bookmarked_import_stays_and_the_page_says_why(stage: Stage, admin: Identity) -> None:
    kept = imported(stage)
    wanted = Wanted(stage.circuit.id, kept.id, "Restart", FRAMES[5].at)
    stage.app.recordings.bookmark(wanted, by=None, now=utc_now())
    app = shown(admin, kept)

    app.button(key="delete-import").click().run()

    assert "Remove its bookmarks first." in words(app)
    assert stage.app.recordings.all(stage.circuit.id) == (kept,)


def test_how_long_frames_are_kept_is_said_and_changed(stage: Stage, admin: Identity) -> None:
    app = turned(opened(admin), "recordings")
    assert "Raw frames are kept for ever." in words(app)
    app.number_input(key="retention-days").set_value(30)

    app.button(key="retention-submit").click().run()

    assert (bugs(app), stage.app.recordings.kept_days()) == ([], 30)
    assert "Raw frames are kept 30 days; kept pieces stay." in words(app)


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.RACE_CONTROL], ids=str)
def test_who_does_not_operate_keeps_and_deletes_nothing(stage: Stage, role: Role) -> None:
    reader = stage.entered("reader", role)

    assert buttons(shown(reader, journal(stage))) == set()
    assert buttons(shown(reader, imported(stage))) == set()
