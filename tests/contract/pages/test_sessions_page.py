"""The Sessions page: what it tells of a session, and files in both directions, from the form to the log."""

import threading
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.accounts.model import Role
from core.io.runtime import Runtime
from core.io.session_jobs import make_ready
from core.sessions.model import SessionState
from portal.running import set_runtime
from tests.contract.pages.test_pages import bugs, opened, words
from tests.e2e.stage import Stage, furnish
from tests.quick_passwords import hurry

TABLE = b"time,kart,code,note\n2026-05-02 14:03:07,42,WL,=1+1\n2026-05-02 14:04:00,17,CON,\n"


@pytest.fixture
def stage(owner_runtime: Runtime, app_runtime: Runtime) -> Iterator[Stage]:
    hurry(app_runtime)
    set_runtime(app_runtime)
    yield furnish(owner_runtime, app_runtime)
    set_runtime(None)


@pytest.fixture
def working(stage: Stage) -> Iterator[None]:
    done = threading.Event()

    def work() -> None:
        while not done.wait(0.05):
            make_ready(stage.owner)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    done.set()
    thread.join()


def with_file(stage: Stage, name: str, content: bytes) -> AppTest:
    app = opened(stage.clerk, "sessions")
    app.file_uploader(key="session-file").upload(name, content)
    return app.run()


def test_the_page_tells_rules_with_their_hash_and_what_closing_does(stage: Stage) -> None:
    app = opened(stage.clerk, "sessions")

    assert bugs(app) == []
    assert "endurance@" in words(app)
    assert "frozen with it" in words(app)


def test_a_closed_session_says_that_it_is_being_frozen(stage: Stage) -> None:
    app = opened(stage.clerk, "sessions")

    app.button(key=f"close-{stage.session.id}").click().run()

    assert bugs(app) == []
    assert stage.app.race_sessions.get(stage.session.id).state is SessionState.CLOSED


@pytest.mark.usefixtures("working")
def test_a_table_becomes_a_session_after_a_look(stage: Stage) -> None:
    app = with_file(stage, "table.csv", TABLE)
    looked = words(app)
    app.text_input(key="import-name").input("From a table").run()
    app.button(key="import-session-go").click().run()

    made = next(one for one in stage.app.race_sessions.all() if one.name == "From a table")
    notes = [one.text for one in stage.app.penalties(made.id).state().incidents.values()]
    assert "2 incidents" in looked
    assert notes == ["=1+1", ""]


def test_what_cannot_be_taken_is_said_row_by_row(stage: Stage) -> None:
    before = stage.app.race_sessions.all()

    app = with_file(stage, "table.csv", TABLE.replace(b",CON,", b",NONE,"))

    assert "incidents row 3, code" in str(app.error[0].value)
    assert stage.app.race_sessions.all() == before


def test_who_only_reads_may_neither_import_nor_delete(stage: Stage) -> None:
    app = opened(stage.entered("steward", Role.STEWARD), "sessions")

    assert bugs(app) == []
    assert not [one for one in app.button if str(one.key).startswith(("close-", "put_away-", "import-"))]
