"""Rulesets beside the files: stored once and never changed, pinned by sessions, taken over from another session."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.accounts.model import Right
from core.errors import BadInput, Conflict, NotAllowed, NotFound
from core.io.clock import utc_now
from core.io.session_jobs import make_ready
from core.penalties.rulesets import Stored
from core.sessions.model import RaceSession
from tests.contract.race_control.conftest import House

CLUB = """\
id: club
version: 3
penalties:
  t5: {type: time, seconds: 5, label: Five seconds}
"""
OTHER_CLUB = CLUB.replace("seconds: 5", "seconds: 6")


def store(house: House, ruleset: str = CLUB) -> Stored:
    return house.portal.rulesets.store(ruleset, house.anna, utc_now())


def session_with(house: House, name: str, ruleset: str) -> RaceSession:
    made = house.portal.race_sessions.create(house.circuit_id, name, by=house.anna, now=utc_now(), ruleset=ruleset)
    make_ready(house.worker)
    return house.open(made)


def reference_in(house: House, session: RaceSession) -> str:
    catalogue = house.desk(session).state().catalogue
    assert catalogue is not None
    return catalogue.reference


def test_a_stored_ruleset_is_pinned_by_its_id_and_version(house: House) -> None:
    stored = store(house)
    session = session_with(house, "Race", "club@3")

    assert stored.name == "club@3"
    assert stored.stored.by == house.anna.account_id
    assert {"endurance", "club@3"} <= {*house.portal.rulesets.names()}
    assert house.portal.rulesets.sheet("club@3").text == CLUB
    assert reference_in(house, session) == stored.reference


def test_the_same_ruleset_again_changes_nothing(house: House) -> None:
    first = store(house)
    second = store(house, CLUB + "# the same rules\n")

    assert second == first


def test_another_content_under_the_same_version_is_refused(house: House) -> None:
    store(house)

    with pytest.raises(Conflict, match="a version never changes"):
        store(house, OTHER_CLUB)


def test_another_content_than_the_file_of_that_version_is_refused(house: House) -> None:
    ours = house.portal.rulesets.sheet("sco").text.replace("driver_share_percent: 70", "driver_share_percent: 80")

    with pytest.raises(Conflict, match="“sco” is a file already"):
        store(house, ours)


def test_what_is_no_ruleset_is_not_stored(house: House) -> None:
    with pytest.raises(BadInput, match=r"line 4, penalties.t5.second: is not a known key"):
        store(house, CLUB.replace("seconds", "second"))

    assert "club@3" not in house.portal.rulesets.names()


def test_only_who_may_edit_rules_stores_one(house: House) -> None:
    reader = replace(house.anna, rights=house.anna.rights - {Right.EDIT_RULES})

    with pytest.raises(NotAllowed):
        house.portal.rulesets.store(CLUB, reader, utc_now())


@pytest.mark.parametrize("change", ["UPDATE ruleset SET canonical = ''", "DELETE FROM ruleset", "TRUNCATE ruleset"])
def test_the_database_refuses_to_change_a_stored_ruleset_even_for_its_owner(house: House, change: str) -> None:
    store(house)

    with pytest.raises(DBAPIError, match="never changes"), house.worker.control.begin() as connection:
        connection.execute(text(change))


def test_a_session_takes_over_the_rules_of_another_one(house: House) -> None:
    store(house)
    for session in (house.session("File"), session_with(house, "Stored", "club@3")):
        name = house.portal.rulesets.name_of_pinned(session.id, house.anna, utc_now())
        after = session_with(house, f"After {session.name}", name)

        assert reference_in(house, after) == reference_in(house, session)
        assert name == session.ruleset


def test_rules_are_taken_over_although_their_file_is_another_one_now(house: House) -> None:
    """The log is the truth: what it has pinned is stored, and the new session gets that."""
    old = session_with(house, "Old", store(house).name)
    with house.worker.control.begin() as connection:
        connection.execute(text("ALTER TABLE ruleset DISABLE TRIGGER USER"))
        connection.execute(text("DELETE FROM ruleset"))
        connection.execute(text("ALTER TABLE ruleset ENABLE TRIGGER USER"))

    name = house.portal.rulesets.name_of_pinned(old.id, house.anna, utc_now())

    assert name == "club@3"
    assert reference_in(house, session_with(house, "New", name)) == reference_in(house, old)


def test_a_session_that_was_never_opened_has_no_rules_to_take_over(house: House) -> None:
    closed = house.session("Closed", opened=False)

    with pytest.raises(NotFound, match="no ruleset yet"):
        house.portal.rulesets.name_of_pinned(closed.id, house.anna, utc_now())
