"""Entries are typed, imported and taken over from the feed; their drivers and teams are found or made by name."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import openpyxl
import pytest

from core.accounts.model import Role
from core.accounts.policy import rights_of
from core.errors import BadInput, Conflict, NotAllowed, NotFound, UnreadableFile
from core.io import workbooks
from core.io.clock import utc_now
from core.people.names import key_of
from core.sessions.entry_files import Kind
from core.sessions.entry_list import NamedDriver, Typed
from core.sessions.model import Entry, Origin, RaceSession
from core.sessions.ports import EntryWrite
from core.timing.model import Car
from tests.contract.race_control.conftest import House

LIST = "number,team,drivers,weight\n2,Team 2,Driver 2A/Driver 2B,180\n10,team  TEN,,\n"


@pytest.fixture
def session(house: House) -> RaceSession:
    return house.session("Race")


def put(house: House, session: RaceSession, entry: Entry | Typed) -> Entry:
    return house.portal.entries.put(session.id, entry, house.anna, utc_now())


def bring_in(house: House, session: RaceSession, text: str, write: EntryWrite | None = None) -> tuple[Entry, ...]:
    desk = house.portal.entries
    return desk.bring_in(session.id, desk.read(text.encode()), house.anna, utc_now(), write or EntryWrite())


def test_entries_are_typed_imported_and_proposed(house: House, session: RaceSession) -> None:
    desk = house.portal.entries
    put(house, session, Entry("10", team="Team ten"))
    bring_in(house, session, LIST)
    desk.take_over(
        session.id, [Car("r1", "10"), Car("r7", "7", team="Team 7", driver="driver 2a")], house.anna, utc_now()
    )
    put(house, session, Entry("99"))
    desk.remove(session.id, "99", house.anna)

    two, seven, ten = desk.all(session.id)
    assert (two.number, two.team, two.drivers, two.weight_kg) == (
        "2",
        "Team 2",
        ("Driver 2A", "Driver 2B"),
        Decimal(180),
    )
    assert (seven.drivers, seven.driver_ids, seven.source_id) == (("Driver 2A",), two.driver_ids[:1], "r7")
    assert (ten.team, ten.origin) == ("Team ten", Origin.CSV)
    with pytest.raises(NotFound):
        desk.remove(session.id, "99", house.anna)


def test_who_drives_for_a_team_is_its_member_in_the_season(house: House, session: RaceSession) -> None:
    [two, _] = bring_in(house, session, LIST)

    members = house.portal.people.memberships(session.season)

    assert {(one.team_id, one.person_id) for one in members} == {(two.team_id, driver) for driver in two.driver_ids}


def test_an_import_with_one_bad_row_changes_nothing(house: House, session: RaceSession) -> None:
    with pytest.raises(BadInput, match="row 3"):
        bring_in(house, session, "number,driver\n1,Driver 1\n123456789,")

    assert house.portal.entries.all(session.id) == ()
    assert house.portal.people.people() == ()
    assert bring_in(house, session, "number") == ()


def test_a_driver_may_be_named_by_id_alone(house: House, session: RaceSession) -> None:
    namesakes = [house.portal.people.add_namesake("Driver 5", house.anna, utc_now()) for _ in range(2)]

    [entry] = bring_in(house, session, f"number,driver 1 id,driver 2\n5,{namesakes[1].id},Driver 5")

    assert entry.drivers == ("Driver 5", "Driver 5")
    assert entry.driver_ids == (namesakes[1].id, namesakes[0].id)


@pytest.mark.parametrize("column", ["driver 1 id", "team id"])
def test_an_id_that_nobody_has_is_refused_before_any_effect(house: House, session: RaceSession, column: str) -> None:
    with pytest.raises(BadInput, match="^Nothing was stored: 5 names a"):
        bring_in(house, session, f"number,{column},driver 2\n5,{uuid4()},Driver 5")

    assert house.portal.people.people() == ()


def test_one_driver_stands_once_in_an_entry(house: House, session: RaceSession) -> None:
    assert put(house, session, Entry("5", drivers=("Driver 5", "DRIVER  5"))).drivers == ("Driver 5",)


def test_a_preview_tells_what_an_import_would_do_and_does_nothing(house: House, session: RaceSession) -> None:
    desk = house.portal.entries
    put(house, session, Entry("2", team="Team 2"))
    put(house, session, Entry("3"))

    changes = desk.preview(session.id, desk.read(LIST.encode()))

    assert [entry.number for entry in changes.new] == ["10"]
    assert [pair.after.drivers for pair in changes.changed] == [("Driver 2A", "Driver 2B")]
    assert [entry.number for entry in changes.removed] == ["3"]
    assert (changes.new_people, changes.new_teams) == (("Driver 2A", "Driver 2B"), ("team  TEN",))
    assert [entry.number for entry in desk.all(session.id)] == ["2", "3"]
    assert house.portal.people.people() == ()


def test_a_whole_list_removes_the_others(house: House, session: RaceSession) -> None:
    put(house, session, Entry("3"))

    bring_in(house, session, LIST, EntryWrite(whole=True))

    assert [entry.number for entry in house.portal.entries.all(session.id)] == ["2", "10"]


def test_an_import_over_entries_that_have_changed_since_the_preview_is_refused(
    house: House, session: RaceSession
) -> None:
    desk = house.portal.entries
    seen = desk.preview(session.id, desk.read(LIST.encode())).version
    put(house, session, Entry("3"))

    with pytest.raises(Conflict, match="changed meanwhile"):
        bring_in(house, session, LIST, EntryWrite(whole=True, seen=seen))
    assert [entry.number for entry in desk.all(session.id)] == ["3"]


@pytest.mark.parametrize("kind", Kind)
def test_a_list_that_is_exported_imports_to_the_same(house: House, session: RaceSession, kind: Kind) -> None:
    desk = house.portal.entries
    named = Entry(
        "2", "=Pro", "+Team", ("@Driver 2A", "'Driver"), "-r2", weight_kg=Decimal("182.50"), fields={"a": "="}
    )
    put(house, session, named)
    put(house, session, Entry("007"))
    before = desk.all(session.id)

    again = desk.bring_in(
        session.id, desk.read(desk.file(session.id, kind)), house.anna, utc_now(), EntryWrite(whole=True)
    )

    assert desk.all(session.id) == again
    assert [replace(each, origin=Origin.TYPED) for each in again] == list(before)


def test_a_workbook_has_no_formula(house: House, session: RaceSession) -> None:
    put(house, session, Entry("2", team='=HYPERLINK("x")'))

    book = openpyxl.load_workbook(io.BytesIO(house.portal.entries.file(session.id, Kind.XLSX)))

    assert {cell.data_type for row in book["Entries"].iter_rows() for cell in row} <= {"s", "n"}
    assert book["Entries"]["C2"].value == '=HYPERLINK("x")'


def test_a_workbook_that_people_made_reads_with_its_number_cells(house: House) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    page = book.worksheets[0]
    for row in (["Kart", "Weight", "Driver 1"], [42, 182.5, "Driver 42A"], [7.0, 180, None]):
        page.append(row)
    book.save(out)

    listed = house.portal.entries.read(out.getvalue())

    assert [(each.entry.number, each.entry.weight_kg) for each in listed] == [
        ("42", Decimal("182.5")),
        ("7", Decimal(180)),
    ]


def test_a_damaged_workbook_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableFile, match="cannot be read"):
        house.portal.entries.read(b"PK\x03\x04 and nothing else")
    with pytest.raises(UnreadableFile, match="not a workbook"):
        workbooks.rows_of_workbook(b"number")
    with pytest.raises(BadInput, match="10 MB"):
        house.portal.entries.read(b"PK\x03\x04" + bytes(10_000_000))
    monkeypatch.setattr(workbooks, "PATIENCE_S", 0.0)
    with pytest.raises(UnreadableFile, match="too long"):
        house.portal.entries.read(b"PK\x03\x04")


def test_many_who_enter_at_once_make_each_person_once(house: House, session: RaceSession) -> None:
    def enter(number: int) -> Entry:
        return put(house, session, Entry(str(number), team="Team", drivers=("Driver", f"Driver {number % 3}")))

    with ThreadPoolExecutor(8) as crowd:
        entered = list(crowd.map(enter, range(24)))

    assert {person.name for person in house.portal.people.people()} == {"Driver", "Driver 0", "Driver 1", "Driver 2"}
    assert len({entry.driver_ids[0] for entry in entered} | {entry.team_id for entry in entered}) == 2


def test_only_who_edits_entries_may(house: House, session: RaceSession) -> None:
    steward = replace(house.anna, role=Role.STEWARD, rights=rights_of(Role.STEWARD))
    desk = house.portal.entries

    with pytest.raises(NotAllowed):
        desk.put(session.id, Entry("5"), steward, utc_now())
    with pytest.raises(NotAllowed):
        desk.remove(session.id, "5", steward)


def test_an_older_version_s_names_are_the_drivers(house: House, session: RaceSession) -> None:
    put(house, session, Entry("5", drivers=("Driver 5",)))
    with house.worker.sessions.engine(session.database_name).begin() as connection:
        connection.exec_driver_sql("UPDATE entry SET drivers = '{Driver 6}'")

    [entry] = house.portal.entries.all(session.id)

    assert (entry.drivers, entry.driver_ids) == (("Driver 6",), ())


def test_a_named_driver_may_be_given_with_an_id(house: House, session: RaceSession) -> None:
    person = house.portal.people.make(["Driver 5"], house.anna, utc_now())[key_of("driver 5")]

    entry = put(house, session, Typed(Entry("5"), (NamedDriver("Whoever", person.id),)))

    assert (entry.drivers, entry.driver_ids) == (("Driver 5",), (person.id,))
