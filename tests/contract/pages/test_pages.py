"""Every page opens for every role that may use it, says what belongs on it, and acts through its desk."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.accounts.model import Identity, Role
from core.accounts.plan import AccountPlan
from core.accounts.policy import rights_of
from core.io.clock import utc_now
from core.io.runtime import Runtime
from core.io.session_jobs import make_ready
from core.sessions.model import SessionState
from core.tracks.model import CircuitPlan, Recording, TcpSocket
from portal.menu import MENU, Item
from portal.running import set_runtime
from tests.e2e.stage import PASSWORD, Stage, furnish
from tests.quick_passwords import hurry

APP = Path(__file__).parents[3] / "portal" / "app.py"


@pytest.fixture
def portal(app_runtime: Runtime) -> Iterator[Runtime]:
    hurry(app_runtime)
    set_runtime(app_runtime)
    yield app_runtime
    set_runtime(None)


@pytest.fixture
def stage(owner_runtime: Runtime, portal: Runtime) -> Stage:
    return furnish(owner_runtime, portal)


def opened(reader: Identity, page: str | None = None, **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=30)
    app.user = {"account": str(reader.account_id), "entry": str(reader.entry_id)}
    app.run()
    for name, value in query.items():
        app.query_params[name] = value
    return app if page is None else turned(app, page)


def turned(app: AppTest, page: str) -> AppTest:
    return app.switch_page(f"../pages/{page}.py").run()


def words(app: AppTest) -> str:
    """Everything that is said on the page."""
    kinds = (app.markdown, app.error, app.caption, app.toast, app.warning)
    return " ".join(str(element.value) for kind in kinds for element in kind)


def bugs(app: AppTest) -> list[str]:
    return [*(str(error.message) for error in app.exception), *(str(error.value) for error in app.error)]


@contextmanager
def worker(stage: Stage) -> Iterator[None]:
    """Does the jobs on sessions meanwhile, as a worker would."""
    done = threading.Event()

    def work() -> None:
        while not done.wait(0.05):
            make_ready(stage.owner)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    done.set()
    thread.join()


@pytest.mark.parametrize("role", Role)
def test_every_page_of_a_role_opens(stage: Stage, role: Role) -> None:
    app = opened(stage.entered("somebody", role))

    for item in MENU:
        if item.right in rights_of(role):
            assert (item.name, bugs(turned(app, item.name))) == (item.name, [])


@pytest.mark.parametrize("item", MENU, ids=lambda item: item.name)
def test_every_page_opens_on_an_empty_installation(portal: Runtime, item: Item) -> None:
    role = next(role for role in Role if item.right in rights_of(role))
    portal.accounts.create_account(AccountPlan("first", "", role, PASSWORD), by=None, now=utc_now())
    key = portal.accounts.sign_in("first", PASSWORD, client="", now=utc_now())
    reader = portal.accounts.identify_cookie(key, utc_now())
    assert reader is not None

    assert bugs(opened(reader, item.name)) == []


def test_a_page_that_a_role_may_not_use_cannot_be_opened(stage: Stage) -> None:
    app = opened(stage.entered("guest", Role.VIEWER))

    with pytest.raises(ValueError, match="Could not find a navigation page"):
        turned(app, "desk")


def test_whoever_was_signed_out_meanwhile_is_told(stage: Stage) -> None:
    app = opened(stage.clerk, "desk")
    stage.app.accounts.revoke_all(stage.clerk.account_id, by=None, now=utc_now())

    app.run()

    assert "You are signed out" in words(app)
    assert not app.button


def test_another_circuit_is_chosen_in_the_frame_and_stays_chosen(stage: Stage) -> None:
    plan = CircuitPlan("north", "Kartway north", "apex", Recording("recordings/none.jsonl"))
    stage.app.circuits.create(plan, by=None, now=utc_now())
    app = opened(stage.clerk, "desk")

    app.menu_button(key="circuit").click("north").run()
    turned(app, "sessions")

    assert (bugs(app), "This circuit has no race session yet." in words(app)) == ([], True)


def test_the_desk_and_the_file_of_an_incident_open_for_who_only_reads(stage: Stage) -> None:
    timekeeper = stage.entered("timekeeper", Role.TIMEKEEPER)

    for page, more in (("desk", {}), ("incidents", {"incident": "2"})):
        app = opened(timekeeper, page, **more)
        assert (bugs(app), app.error.values) == ([], [])


def test_an_incident_of_the_address_that_there_is_not_chooses_nothing(stage: Stage) -> None:
    app = opened(stage.clerk, "incidents", incident="99")

    assert (bugs(app), "No incident is chosen." in words(app)) == ([], True)


def test_a_pinned_session_says_so_and_shows_its_own_incidents(stage: Stage) -> None:
    second = stage.new_session("Race 2")
    stage.open(second.id)

    app = opened(stage.clerk, "incidents", session=str(stage.session.number))

    assert "does not follow the circuit" in words(app)
    assert bugs(app) == []


def test_a_session_that_is_not_there_is_named_with_the_remedy(stage: Stage) -> None:
    app = opened(stage.clerk, "incidents", session="99")

    assert "no race session 99" in str(app.error[0].value)


def test_a_session_is_created_and_opened_in_one_go(stage: Stage) -> None:
    app = opened(stage.clerk, "sessions")
    app.text_input(key="new-session").input("Race 2")

    with worker(stage):
        app.button(key="create-session-submit").click().run()

    active = stage.app.race_sessions.active(stage.circuit.id)
    assert (bugs(app), active and active.name) == ([], "Race 2")


def test_a_session_whose_name_is_taken_is_refused_and_the_name_stays_typed(stage: Stage) -> None:
    app = opened(stage.clerk, "sessions")
    app.text_input(key="new-session").input("Race 1")

    app.button(key="create-session-submit").click().run()

    assert "Race 1" in str(app.error[0].value)
    assert app.text_input(key="new-session").value == "Race 1"


def test_closing_the_active_session_leaves_the_circuit_without_one(stage: Stage) -> None:
    app = opened(stage.clerk, "sessions")

    app.button(key=f"close-{stage.session.id}").click().run()

    assert bugs(app) == []
    assert stage.app.race_sessions.active(stage.circuit.id) is None
    assert stage.app.race_sessions.get(stage.session.id).state is SessionState.CLOSED


def test_an_admin_stops_and_starts_a_source(stage: Stage) -> None:
    admin = stage.entered("admin", Role.ADMIN)
    app = opened(admin, "circuits")

    app.button(key=f"Stop-{stage.circuit.id}").click().run()
    assert not stage.app.circuits.get(stage.circuit.id).running
    app.button(key=f"Start-{stage.circuit.id}").click().run()

    assert (bugs(app), stage.app.circuits.get(stage.circuit.id).running) == ([], True)


def test_a_circuit_with_a_bad_short_name_is_refused_and_stays_typed(stage: Stage) -> None:
    app = opened(stage.entered("admin", Role.ADMIN), "circuits")
    app.text_input(key="new-circuit-name").input("Kartway north")
    app.text_input(key="new-circuit-slug").input("Kartway North!")
    app.text_input(key="new-circuit-apex-page").input("https://timing.example/kartway/index.html")

    app.button(key="create-circuit-submit").click().run()

    assert "short name" in str(app.error[0].value)
    assert app.text_input(key="new-circuit-name").value == "Kartway north"


def test_a_circuit_is_made_of_an_rmonitor_feed_and_named_by_itself(stage: Stage) -> None:
    app = opened(stage.entered("admin", Role.ADMIN), "circuits")
    app.selectbox(key="new-circuit-kind").select("tcp").run()
    app.text_input(key="new-circuit-name").input("Kartway Süd")
    app.text_input(key="new-circuit-tcp-host").input("192.168.1.20")

    app.button(key="create-circuit-submit").click().run()

    made = stage.app.circuits.find("kartway-sud")
    assert (bugs(app), made.transport, made.protocol) == ([], TcpSocket("192.168.1.20", 50_000), "rmonitor")


def test_the_address_of_a_circuit_is_changed_where_it_stands(stage: Stage) -> None:
    app = opened(stage.entered("admin", Role.ADMIN), "circuits")
    key = f"circuit-{stage.circuit.id}"
    app.text_input(key=f"{key}-recording-path").input("recordings/other.jsonl")

    app.button(key=f"{key}-save").click().run()

    assert (bugs(app), stage.app.circuits.get(stage.circuit.id).transport) == ([], Recording("recordings/other.jsonl"))


def test_an_address_that_cannot_be_used_is_refused_with_the_remedy(stage: Stage) -> None:
    app = opened(stage.entered("admin", Role.ADMIN), "circuits")
    app.text_input(key="new-circuit-name").input("Kartway north")

    app.button(key="create-circuit-submit").click().run()

    assert "page's address, or a host and a port" in str(app.error[0].value)


def test_a_token_is_shown_once(stage: Stage) -> None:
    app = opened(stage.clerk, "account")
    app.text_input(key="token-label").input("pit wall")

    app.button(key="token-submit").click().run()
    first = [code.value for code in app.code]
    app.run()

    assert len(first) == 1
    assert stage.app.accounts.identify_token(first[0], utc_now()) is not None
    assert not app.code


def test_an_admin_makes_an_account_that_can_sign_in(stage: Stage) -> None:
    app = opened(stage.entered("admin", Role.ADMIN), "accounts")
    app.text_input(key="account-name").input("marshal")
    app.text_input(key="account-password").input(PASSWORD)

    app.button(key="create-account-submit").click().run()

    assert bugs(app) == []
    assert stage.app.accounts.sign_in("marshal", PASSWORD, client="", now=utc_now())
