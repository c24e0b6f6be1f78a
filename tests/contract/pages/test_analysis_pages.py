"""Lap matrix, charts and analysis as Streamlit runs them: what is said, chosen and kept in the address."""

from collections.abc import Iterator

import pytest

from core.io.runtime import Runtime
from core.timing.simulate import Plan
from portal.running import set_runtime
from tests.contract.pages.test_pages import bugs, opened, words
from tests.e2e.race_stage import Race, race_on
from tests.e2e.stage import Stage, furnish
from tests.quick_passwords import hurry

SMALL = Plan(seed=5, karts=10, duration_s=1_500, stint_s=300, title="Short race")
PAGES = ["laps", "charts", "analysis"]


@pytest.fixture
def stage(owner_runtime: Runtime, app_runtime: Runtime) -> Iterator[Stage]:
    hurry(app_runtime)
    set_runtime(app_runtime)
    yield furnish(owner_runtime, app_runtime)
    set_runtime(None)


@pytest.fixture
def race(stage: Stage) -> Race:
    return race_on(stage.owner, stage.circuit, SMALL, until_s=1_200)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_follows_the_newest_session_until_another_is_chosen(stage: Stage, race: Race, page: str) -> None:
    app = opened(stage.clerk, page)
    box = app.selectbox(key="feed-kartway")
    assert (bugs(app), box.value) == ([], None)

    box.set_value(str(race.session.id)).run()

    assert bugs(app) == []
    assert app.query_params["feed"] == str(race.session.id)


@pytest.mark.parametrize("feed", ["nonsense", "00000000-0000-0000-0000-000000000009"])
def test_an_address_with_a_session_that_never_was_says_what_to_do(stage: Stage, race: Race, feed: str) -> None:
    assert race
    app = opened(stage.clerk, "laps", feed=feed)

    assert "session" in str(app.error[0].value)
    assert "Choose one" in str(app.error[0].value)


def test_an_analysis_without_a_session_says_how_one_comes(stage: Stage) -> None:
    app = opened(stage.clerk, "analysis")

    assert bugs(app) == []
    assert "has had no session yet" in words(app)


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("Order", "the stops that are owed"),
        ("Teams", "clean laps count"),
        ("Drivers", "clean laps count"),
        ("Karts", "apart from who sits in it"),
        ("Ideal laps", "shows no sector times"),
    ],
)
def test_each_table_of_the_analysis_is_drawn_with_what_it_means(stage: Stage, race: Race, view: str, said: str) -> None:
    assert race
    app = opened(stage.clerk, "analysis", view=view)

    assert (bugs(app), said in words(app)) == ([], True)


def test_rules_and_a_kart_give_a_stop_window_and_stay_in_the_address(stage: Stage, race: Race) -> None:
    number = next(car.number for car in race.told.board.cars if car.laps)
    app = opened(stage.clerk, "analysis", car=number)

    app.number_input(key="rule-stops").set_value(9).run()
    app.number_input(key="rule-max_stint_s").set_value(20).run()

    assert bugs(app) == []
    assert f"Kart {number}, stop window.** The window" in words(app)
    assert (app.query_params["stops"], app.query_params["max_stint_s"]) == ("9", "1200")


@pytest.mark.parametrize("bad", ["many", "-3", ""])
def test_a_rule_in_the_address_that_is_no_number_counts_as_none(stage: Stage, race: Race, bad: str) -> None:
    assert race
    app = opened(stage.clerk, "analysis", stops=bad)

    assert (bugs(app), app.number_input(key="rule-stops").value) == ([], None)
