"""Entries, histories and a team's own page act through their desks, and show a team nothing of another."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from core.accounts.model import Identity, Role
from core.accounts.plan import AccountPlan
from core.io.clock import utc_now
from core.io.runtime import Runtime
from core.penalties.commands import Issue
from core.penalties.log import WriteRequest
from core.people.names import key_of
from core.sessions.entry_list import typed
from core.sessions.model import Entry
from core.sessions.ports import EntryWrite
from portal.running import set_runtime
from tests.contract.pages.test_pages import bugs, opened, words
from tests.e2e.stage import PASSWORD, Stage, furnish
from tests.quick_passwords import hurry

LIST = "number;team;drivers;weight\n4;Team 4;Driver 4A / Driver 4B;182,5\n7;Team 7;Driver 7A;\n"


@pytest.fixture
def portal(app_runtime: Runtime) -> Iterator[Runtime]:
    hurry(app_runtime)
    set_runtime(app_runtime)
    yield app_runtime
    set_runtime(None)


@pytest.fixture
def stage(owner_runtime: Runtime, portal: Runtime) -> Stage:
    return furnish(owner_runtime, portal)


def enter(stage: Stage) -> None:
    listed = stage.app.entries.read(LIST.encode())
    stage.app.entries.bring_in(stage.session.id, listed, stage.clerk, utc_now(), EntryWrite())


def member(stage: Stage, team: str) -> Identity:
    """Somebody of a team."""
    plan = AccountPlan("member", "", Role.TEAM, PASSWORD, team)
    stage.app.accounts.create_account(plan, by=None, now=utc_now())
    found = stage.app.accounts.identify_cookie(stage.sign_in("member"), utc_now())
    assert found is not None
    return found


def shown(app: AppTest, part: str) -> AppTest:
    app.segmented_control[0].set_value(part).run()
    return app


def entries(stage: Stage) -> list[Entry]:
    return list(stage.app.entries.all(stage.session.id))


def test_what_the_feed_shows_is_taken_over_as_entries(stage: Stage) -> None:
    app = shown(opened(stage.clerk, "entries"), "From the feed")

    app.button(key="take-over").click().run()

    assert bugs(app) == []
    assert len(entries(stage)) == 24


def test_a_pasted_list_with_a_mistake_names_the_row_and_stays(stage: Stage) -> None:
    app = shown(opened(stage.clerk, "entries"), "Import")

    app.text_area(key="entries-csv").input("number;team\n42;Team 42\n;Team 43").run()

    assert "row 3" in str(app.error[0].value)
    assert "Team 43" in str(app.text_area(key="entries-csv").value)


def test_a_list_is_looked_at_and_then_imported(stage: Stage) -> None:
    stage.app.entries.put(stage.session.id, Entry("99"), stage.clerk, utc_now())
    app = shown(opened(stage.clerk, "entries"), "Import")

    app.text_area(key="entries-csv").input(LIST).run()
    assert "**2** new · **0** changed · 0 the same · 1 not in the list · new people: Driver 4A" in words(app)
    app.checkbox(key="import-whole").check().run()
    app.button(key="import").click().run()

    assert bugs(app) == []
    assert [entry.number for entry in entries(stage)] == ["4", "7"]


def test_one_entry_is_typed_with_its_drivers(stage: Stage) -> None:
    app = opened(stage.clerk, "entries")
    app.text_input(key="number-new").input("12")
    app.text_input(key="team-new").input("Team 12")
    app.text_input(key="weight-new").input("180,5")
    app.text_area(key="drivers-new").input("Driver 12A\nDriver 12B")

    app.button(key="entry-submit").click().run()

    [entry] = entries(stage)
    assert (bugs(app), entry.team, entry.drivers, str(entry.weight_kg)) == (
        [],
        "Team 12",
        ("Driver 12A", "Driver 12B"),
        "180.50",
    )


def test_who_may_not_edit_sees_the_list_and_no_form(stage: Stage) -> None:
    enter(stage)
    app = opened(stage.entered("steward", Role.STEWARD), "entries")

    assert bugs(app) == []
    assert "2 entries · season" in words(app)
    assert not app.text_input
    assert list(app.segmented_control[0].options) == ["Members", "People", "Teams"]


def test_a_person_is_renamed_and_an_admin_takes_the_name_away(stage: Stage) -> None:
    enter(stage)
    app = shown(opened(stage.clerk, "entries"), "People")
    app.text_input(key="rename-Person-Driver 4A").input("Driver Four")
    app.button(key="rename-Person-submit").click().run()
    assert entries(stage)[0].drivers == ("Driver Four", "Driver 4B")

    admin = shown(opened(stage.entered("admin", Role.ADMIN), "entries"), "People")
    admin.selectbox(key="choose-Person").set_value(entries(stage)[0].driver_ids[0]).run()
    admin.button(key="erase-person").click().run()

    assert (bugs(app), bugs(admin)) == ([], [])
    assert entries(stage)[0].drivers == ("a removed person", "Driver 4B")


def test_two_teams_that_are_one_are_merged(stage: Stage) -> None:
    enter(stage)
    app = shown(opened(stage.clerk, "entries"), "Teams")

    app.button(key="merge-Team-submit").click().run()

    assert (bugs(app), [team.name for team in stage.app.people.teams()]) == ([], ["Team 7"])


def test_the_history_of_a_kart_a_team_and_a_driver_opens(stage: Stage) -> None:
    enter(stage)
    stage.line("7 w 3")
    app = opened(stage.clerk, "history", of="kart", id="7")
    assert "Team 7 :gray[2 incidents · 0 penalties in force]" in words(app)

    team = stage.app.people.found_teams(["Team 7"])[key_of("Team 7")]
    app = opened(stage.clerk, "history", of="team", id=str(team.id))
    assert "Team 7 :gray[1 incident · 0 penalties" in words(app)

    driver = stage.app.people.found(["Driver 7A"])[key_of("Driver 7A")]
    app = opened(stage.clerk, "history", of="driver", id=str(driver.id))
    assert (bugs(app), "Driver 7A :gray[1 incident ·" in words(app)) == ([], True)


def test_a_team_sees_its_own_and_nothing_of_another(stage: Stage) -> None:
    enter(stage)
    stage.app.penalties(stage.session.id).perform(Issue(2), request(stage))
    app = opened(member(stage, "team 7"), "our_team")

    assert bugs(app) == []
    assert "Team 7 :gray[karts: 7]" in words(app)
    assert "**7** 5 s time penalty" in words(app)
    assert "Incidents :gray[1]" in words(app)


def test_a_team_says_that_it_knows(stage: Stage) -> None:
    enter(stage)
    stage.app.penalties(stage.session.id).perform(Issue(2), request(stage))
    app = opened(member(stage, "Team 7"), "our_team")

    app.button(key="know-2/decision").click().run()

    assert bugs(app) == []
    assert stage.app.penalties(stage.session.id).state().penalties["2/decision"].acknowledged is not None


def test_a_proposed_penalty_is_no_team_s_business_yet(stage: Stage) -> None:
    enter(stage)

    app = opened(member(stage, "Team 7"), "our_team")

    assert "Penalties :gray[none]" in words(app)


def test_who_belongs_to_no_team_of_the_race_is_told(stage: Stage) -> None:
    enter(stage)
    app = opened(member(stage, "Team 99"), "our_team")

    assert "belongs to no team of this race" in words(app)


def test_the_pages_bear_hundreds(stage: Stage) -> None:
    many = [typed(Entry(str(n), team=f"Team {n}", drivers=(f"Driver {n}A", f"Driver {n}B"))) for n in range(1, 301)]
    stage.app.entries.bring_in(stage.session.id, many, stage.clerk, utc_now(), EntryWrite())

    assert [bugs(opened(stage.clerk, page)) for page in ("entries", "history")] == [[], []]


def request(stage: Stage) -> WriteRequest:
    return WriteRequest(str(uuid4()), stage.session.id, stage.clerk, utc_now())
