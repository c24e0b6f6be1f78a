"""People and teams: found or made by name, renamed, merged, erased; the sessions' copies of names follow."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from core.accounts.model import Identity, Role
from core.accounts.policy import rights_of
from core.errors import BadInput, Conflict, NotAllowed, NotFound
from core.io.clock import utc_now
from core.io.session_jobs import make_ready
from core.people.desk import PeopleDesk
from core.people.model import REMOVED, Person, Team
from core.people.names import key_of
from core.sessions.model import Entry, RaceSession
from tests.contract.race_control.conftest import House


@pytest.fixture
def people(house: House) -> PeopleDesk:
    return house.portal.people


@pytest.fixture
def admin(house: House) -> Identity:
    return replace(house.anna, role=Role.ADMIN, rights=rights_of(Role.ADMIN))


def made(house: House, name: str) -> Person:
    return house.portal.people.make([name], house.anna, utc_now())[key_of(name)]


def team(house: House, name: str) -> Team:
    return house.portal.people.make_teams([name], house.anna, utc_now())[key_of(name)]


def entered(house: House, *drivers: str) -> RaceSession:
    session = house.session(f"Race of {len(drivers)}")
    house.portal.entries.put(session.id, Entry("5", team="Team 5", drivers=drivers), house.anna, utc_now())
    return session


def names(house: House, session: RaceSession) -> tuple[str, ...]:
    return house.portal.entries.all(session.id)[0].drivers


def test_a_name_means_one_person_whatever_its_case_and_spaces(house: House, people: PeopleDesk) -> None:
    first = made(house, "Driver  Five")

    assert made(house, " dRIVER five ") == first
    assert (first.name, people.people()) == ("Driver Five", (first,))


def test_a_namesake_is_somebody_else_and_the_name_means_the_first(house: House, people: PeopleDesk) -> None:
    first = made(house, "Driver 5")
    second = people.add_namesake("driver 5", house.anna, utc_now())

    assert second.id != first.id
    assert made(house, "Driver 5") == first
    assert people.add_namesake("Driver 6", house.anna, utc_now()) == made(house, "Driver 6")


def test_a_renamed_person_has_the_new_name_in_every_session(house: House, people: PeopleDesk) -> None:
    session = entered(house, "Driver 5")
    house.portal.race_sessions.close(session.id, house.anna, utc_now())

    people.rename(made(house, "Driver 5").id, "Driver Five", house.anna, utc_now())

    assert names(house, session) == ("Driver Five",)


def test_a_name_that_somebody_has_is_not_given_to_another(house: House, people: PeopleDesk) -> None:
    first, second = made(house, "Driver 1"), made(house, "Driver 2")
    for name in ("One", "Two"):
        team(house, name)

    with pytest.raises(Conflict, match="Merge the two"):
        people.rename(second.id, "DRIVER 1", house.anna, utc_now())
    with pytest.raises(Conflict, match="Merge the two"):
        people.rename_team(team(house, "Two").id, "one", house.anna, utc_now())
    assert people.rename(first.id, "driver 1", house.anna, utc_now()).name == "driver 1"


def test_a_merged_person_leads_on_by_id_and_by_name(house: House, people: PeopleDesk) -> None:
    one, two, three = (made(house, f"Driver {n}") for n in range(3))
    people.merge(one.id, two.id, house.anna, utc_now())
    people.merge(two.id, three.id, house.anna, utc_now())

    assert people.person(one.id) == people.person(two.id) == three
    assert made(house, "Driver 0") == three
    assert people.people() == (three,)
    fives = team(house, "Team 5")
    assert people.names([one.id, three.id, fives.id]) == {one.id: "Driver 2", three.id: "Driver 2", fives.id: "Team 5"}
    with pytest.raises(BadInput, match="itself"):
        people.merge(one.id, three.id, house.anna, utc_now())


def test_who_was_merged_may_be_called_as_before(house: House, people: PeopleDesk) -> None:
    old, new = made(house, "D. Five"), made(house, "Driver Five")
    people.merge(old.id, new.id, house.anna, utc_now())

    renamed = people.rename(new.id, "D. Five", house.anna, utc_now())

    assert renamed.name == "D. Five"
    assert made(house, "Driver Five").id == made(house, "d. five").id == new.id


def test_a_merge_reaches_the_entries_of_sessions_that_are_not_closed(house: House, people: PeopleDesk) -> None:
    session = entered(house, "Driver 5", "D. Five")
    gone, stays = made(house, "D. Five"), made(house, "Driver 5")

    people.merge(gone.id, stays.id, house.anna, utc_now())
    people.merge_teams(team(house, "Team 5").id, team(house, "The Fives").id, house.anna, utc_now())

    [entry] = house.portal.entries.all(session.id)
    assert (entry.drivers, entry.driver_ids) == (("Driver 5",), (stays.id,))
    assert entry.team_id == team(house, "The Fives").id
    assert {one.person_id for one in people.memberships()} == {stays.id}
    assert {one.team_id for one in people.memberships()} == {entry.team_id}


def test_a_merge_finds_the_members_once(house: House, people: PeopleDesk) -> None:
    one, two, fives = made(house, "Driver 1"), made(house, "Driver 2"), team(house, "Fives")
    people.join({(fives.id, one.id), (fives.id, two.id)}, "2026", house.anna, utc_now())

    people.merge(one.id, two.id, house.anna, utc_now())

    [member] = people.memberships("2026")
    assert member.person_id == two.id
    people.leave(member.id, house.anna, utc_now())
    assert people.memberships() == ()
    with pytest.raises(NotFound):
        people.leave(member.id, house.anna, utc_now())


def test_an_erased_person_has_no_name_anywhere_and_the_log_stays_whole(
    house: House, people: PeopleDesk, admin: Identity
) -> None:
    session = entered(house, "Driver 5", "D. Five")
    person, other = made(house, "Driver 5"), made(house, "D. Five")
    house.portal.race_sessions.close(session.id, house.anna, utc_now())
    people.merge(other.id, person.id, house.anna, utc_now())

    erased = people.erase(person.id, admin, utc_now())

    assert (erased.name, erased.shown) == (None, REMOVED)
    assert names(house, session) == (REMOVED, REMOVED)
    assert people.names([person.id, uuid4()]) == {person.id: REMOVED}
    assert house.desk(session).verify() is None
    assert (people.memberships(), people.people()) == ((), ())
    assert made(house, "Driver 5").id != person.id
    assert not any("Five" in text or "Driver" in text for text in _texts(house, session))
    with pytest.raises(Conflict, match="was removed"):
        people.rename(person.id, "Driver 5", house.anna, utc_now())


def _texts(house: House, session: RaceSession) -> list[str]:
    """Everything about people that the session's database and the audit hold."""
    with house.worker.sessions.engine(session.database_name).connect() as connection:
        texts = [str(row) for row in connection.exec_driver_sql("SELECT * FROM entry")]
        texts += [str(row) for row in connection.exec_driver_sql("SELECT * FROM driver_name")]
    with house.worker.control.connect() as connection:
        return texts + [str(row) for row in connection.exec_driver_sql("SELECT * FROM audit WHERE act ~ 'person'")]


def test_who_was_erased_while_a_session_was_away_is_erased_when_it_comes_back(
    house: House, people: PeopleDesk, admin: Identity
) -> None:
    session = entered(house, "Driver 5")
    house.portal.race_sessions.close(session.id, house.anna, utc_now())
    house.portal.race_sessions.archive(session.id, None, utc_now())
    make_ready(house.worker)
    people.erase(made(house, "Driver 5").id, admin, utc_now())

    house.portal.race_sessions.bring_back(session.id, None, utc_now())
    make_ready(house.worker)

    assert names(house, session) == (REMOVED,)


def test_an_account_belongs_to_the_team_it_names_and_to_those_of_its_person(
    house: House, people: PeopleDesk, admin: Identity
) -> None:
    person, named, joined = made(house, "Driver 5"), team(house, "Team 5"), team(house, "Team 6")
    people.link(person.id, house.anna.account_id, admin, utc_now())
    people.join({(joined.id, person.id)}, "2026", house.anna, utc_now())

    assert people.teams_of(replace(house.anna, team="team  5")) == {named.id, joined.id}
    assert people.teams_of(house.bert) == frozenset()
    with pytest.raises(Conflict, match="cannot be linked"):
        people.link(made(house, "Driver 6").id, house.anna.account_id, admin, utc_now())
    with pytest.raises(Conflict, match="cannot be linked"):
        people.link(person.id, uuid4(), admin, utc_now())


def test_what_nobody_has_is_not_found(people: PeopleDesk, house: House) -> None:
    with pytest.raises(NotFound, match="person"):
        people.person(UUID(int=1))
    with pytest.raises(NotFound, match="team"):
        people.rename_team(UUID(int=1), "Team", house.anna, utc_now())
    with pytest.raises(BadInput):
        people.make([" "], house.anna, utc_now())
    with pytest.raises(BadInput):
        people.join(set(), "", house.anna, utc_now())


def test_erasing_and_linking_are_an_administrator_s_the_rest_is_for_who_edits_entries(
    house: House, people: PeopleDesk
) -> None:
    person = made(house, "Driver 5")
    viewer = replace(house.anna, role=Role.VIEWER, rights=rights_of(Role.VIEWER))

    with pytest.raises(NotAllowed):
        people.erase(person.id, house.anna, utc_now())
    with pytest.raises(NotAllowed):
        people.link(person.id, None, house.anna, utc_now())
    with pytest.raises(NotAllowed):
        people.rename(person.id, "Driver 6", viewer, utc_now())
