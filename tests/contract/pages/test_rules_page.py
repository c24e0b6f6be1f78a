"""The Rules page: read in words, a mistake with its line, stored, tried on the session, changed with a reason."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.accounts.model import Identity, Role
from core.io.runtime import Runtime
from portal.running import set_runtime
from tests.contract.pages.test_pages import bugs, opened, words
from tests.e2e.stage import Stage, furnish
from tests.quick_passwords import hurry

STRICT = """\
id: strict
version: 1
codes:
  WL: {label: White line, key: w}
  CON: {label: Contact, key: c, second_kart: true}
penalties:
  time_5: {label: 5 s time penalty, type: time, seconds: 5}
ladders:
  - id: every_white_line
    match: {code: WL}
    scope: kart
    steps: [{at: 1, do: time_5, reset: true}]
"""


@pytest.fixture
def stage(owner_runtime: Runtime, app_runtime: Runtime) -> Iterator[Stage]:
    hurry(app_runtime)
    set_runtime(app_runtime)
    yield furnish(owner_runtime, app_runtime)
    set_runtime(None)


@pytest.fixture
def clerk(stage: Stage) -> Identity:
    return stage.clerk


def checked(app: AppTest, text: str) -> AppTest:
    app.text_area(key="rules-typed").set_value(text)
    return app.button(key="check-rules-submit").click().run()


def test_what_is_in_force_is_read_first_and_examples_are_named(clerk: Identity) -> None:
    app = opened(clerk, "rules")

    assert bugs(app) == []
    assert app.selectbox(key="ruleset").value == ""
    assert "as pinned in the session" in words(app)
    assert "no regulation of this event gives them" in words(app)


def test_any_ruleset_of_the_installation_can_be_read(clerk: Identity) -> None:
    app = opened(clerk, "rules")
    app.selectbox(key="ruleset").select("f1_2025").run()

    assert bugs(app) == []
    assert "FIA Formula One Sporting Regulations 2025" in words(app)
    assert "file f1_2025.yaml of this installation" in words(app)


def test_a_mistake_is_told_and_a_whole_ruleset_is_stored(stage: Stage, clerk: Identity) -> None:
    app = checked(opened(clerk, "rules"), STRICT.replace("seconds", "secnds"))
    wrong = words(app)
    checked(app, STRICT)
    app.button(key="store-rules").click().run()

    assert "One place has to be mended" in wrong
    assert bugs(app) == []
    assert "strict@1" in stage.app.rulesets.names()


def test_rules_are_tried_and_then_changed_with_a_reason(stage: Stage, clerk: Identity) -> None:
    stage.app.rulesets.store(STRICT, clerk, stage.session.created.at)
    app = opened(clerk, "rules")
    app.selectbox(key="other-rules").select("strict@1").run()
    app.button(key="try-rules").click().run()
    tried = words(app)
    app.text_input(key="change-rules-reason").set_value("Supplementary regulation 4")
    app.button(key="change-rules-submit").click().run()
    catalogue = stage.app.penalties(stage.session.id).state().catalogue

    assert "of 2 incidents** would be judged differently" in tried
    assert bugs(app) == []
    assert catalogue is not None
    assert catalogue.rules.id == "strict"


def test_a_change_without_a_reason_is_refused_where_it_was_typed(clerk: Identity) -> None:
    app = opened(clerk, "rules")
    app.selectbox(key="other-rules").select("dubai").run()
    app.button(key="change-rules-submit").click().run()

    assert any("reason" in bug.lower() for bug in bugs(app))


def test_who_may_not_run_sessions_reads_and_tries_only(stage: Stage) -> None:
    app = opened(stage.entered("steward", Role.STEWARD), "rules")

    assert bugs(app) == []
    assert [one.key for one in app.button if one.key == "change-rules-submit"] == []


def test_a_new_session_takes_over_the_rules_of_another(stage: Stage, clerk: Identity) -> None:
    app = opened(clerk, "sessions")

    assert f"as in {stage.session.number} · {stage.session.name}" in app.selectbox(key="new-rules").options
