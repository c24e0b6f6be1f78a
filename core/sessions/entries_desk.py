"""The one door to the entries of race sessions: listed, typed, imported, taken over from the feed, removed.

An entry's team and drivers are found among the teams and people by their names, or made there; who drives for a team
becomes its member for the session's season. A list is taken as a whole or not at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from core.accounts.model import Identity, Right
from core.accounts.policy import demand
from core.errors import BadInput, NotFound
from core.people.desk import PeopleDesk
from core.people.model import Person, Team
from core.people.names import key_of
from core.sessions.desk import SessionsDesk
from core.sessions.entry_changes import Changes, compare
from core.sessions.entry_files import LARGEST, Kind, rows_of_csv, text_of, to_csv, too_large
from core.sessions.entry_list import NamedDriver, Seen, Typed, checked, proposed, read_rows, to_rows, typed
from core.sessions.model import Entry, RaceSession
from core.sessions.ports import Entries, EntryWrite, Workbooks

_WORKBOOK = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class _Known:
    """Everybody and every team that a list names, found or made."""

    by_id: Mapping[UUID, Person]
    by_name: Mapping[str, Person]
    teams_by_id: Mapping[UUID, Team]
    teams_by_name: Mapping[str, Team]

    def person(self, driver: NamedDriver) -> Person | None:
        return self.by_id.get(driver.id) if driver.id else self.by_name.get(key_of(driver.name))

    def team(self, entry: Entry) -> Team | None:
        if entry.team_id is not None:
            return self.teams_by_id.get(entry.team_id)
        return self.teams_by_name.get(key_of(entry.team)) if entry.team else None


class EntriesDesk:
    """Questions and verbs about entries; shared between threads. `by` None is Paddock itself."""

    def __init__(self, sessions: SessionsDesk, rows: Entries, people: PeopleDesk, workbooks: Workbooks) -> None:
        self._sessions = sessions
        self._rows = rows
        self._people = people
        self._workbooks = workbooks

    def all(self, session_id: UUID) -> tuple[Entry, ...]:
        return self._sessions.entries(session_id)

    def put(self, session_id: UUID, entry: Entry | Typed, by: Identity | None, now: datetime) -> Entry:
        """One entry; a number that exists is replaced.

        Raises:
            BadInput: what does not fit.
            Conflict: the session takes no changes.
        """
        [saved] = self._store(session_id, [checked(entry if isinstance(entry, Typed) else typed(entry))], by, now)
        return saved

    def remove(self, session_id: UUID, number: str, by: Identity | None) -> None:
        _allow(by)
        if not self._rows.remove(self._sessions.changeable(session_id), number):
            raise NotFound(f"There is no entry {number}.", "Look at the list of entries.")
        self._sessions.announce(session_id)

    def read(self, content: bytes) -> tuple[Typed, ...]:
        """The entries of a file, CSV or workbook.

        Raises:
            BadInput: every row that cannot be taken.
            UnreadableFile: it is a damaged workbook.
        """
        if len(content) > LARGEST:
            raise too_large()
        book = content.startswith(_WORKBOOK)
        return read_rows(self._workbooks.rows(content) if book else rows_of_csv(text_of(content)))

    def file(self, session_id: UUID, kind: Kind) -> bytes:
        """The entries as a file that imports to the same list."""
        rows = to_rows(self.all(session_id))
        return to_csv(rows).encode() if kind is Kind.CSV else self._workbooks.content(rows, "Entries")

    def preview(self, session_id: UUID, listed: Sequence[Typed]) -> Changes:
        """What importing this list would do."""
        session = self._sessions.readable(session_id)
        version = self._rows.version(session)
        known = self._found(listed)
        entries = [_entry(each, known) for each in listed]
        people = {driver.name: None for each in listed for driver in each.drivers if known.person(driver) is None}
        teams = {each.entry.team: None for each in listed if each.entry.team and known.team(each.entry) is None}
        changes = compare(self._rows.all(session), entries, version)
        return replace(changes, new_people=tuple(people), new_teams=tuple(teams))

    def bring_in(
        self, session_id: UUID, listed: Sequence[Typed], by: Identity | None, now: datetime, write: EntryWrite
    ) -> tuple[Entry, ...]:
        """All of the list, or nothing.

        Raises:
            BadInput: it names people or teams by ids that there are not.
            Conflict: the entries have changed since `write.seen`, or the session takes no changes.
        """
        return self._store(session_id, listed, by, now, write)

    def proposed(self, session_id: UUID, cars: Iterable[Seen]) -> tuple[Entry, ...]:
        """Numbers on the board that have no entry."""
        return proposed(cars, self.all(session_id))

    def take_over(
        self, session_id: UUID, cars: Iterable[Seen], by: Identity | None, now: datetime
    ) -> tuple[Entry, ...]:
        """Confirm every number that the board shows and nobody has entered."""
        return self._store(session_id, [typed(each) for each in self.proposed(session_id, cars)], by, now)

    def _store(
        self,
        session_id: UUID,
        listed: Sequence[Typed],
        by: Identity | None,
        now: datetime,
        write: EntryWrite | None = None,
    ) -> tuple[Entry, ...]:
        _allow(by)
        session = self._sessions.changeable(session_id)
        _refuse_unknown(listed, self._found(listed))
        known = self._made(listed, by, now)
        entries = [_entry(each, known) for each in listed]
        self._rows.put(session, entries, None if by is None else by.account_id, now, write or EntryWrite())
        self._join(session, entries, by, now)
        self._sessions.announce(session_id)
        return tuple(entries)

    def _found(self, listed: Sequence[Typed]) -> _Known:
        """Those that there are."""
        return _Known(
            self._people.known(_ids(listed)),
            self._people.found(_names(listed)),
            self._people.known_teams(_team_ids(listed)),
            self._people.found_teams(_teams(listed)),
        )

    def _made(self, listed: Sequence[Typed], by: Identity | None, now: datetime) -> _Known:
        return _Known(
            self._people.known(_ids(listed)),
            self._people.make(_names(listed), by, now),
            self._people.known_teams(_team_ids(listed)),
            self._people.make_teams(_teams(listed), by, now),
        )

    def _join(self, session: RaceSession, entries: Sequence[Entry], by: Identity | None, now: datetime) -> None:
        pairs = {(entry.team_id, driver) for entry in entries if entry.team_id for driver in entry.driver_ids}
        self._people.join({(team, person) for team, person in pairs if team}, session.season, by, now)


def _entry(each: Typed, known: _Known) -> Entry:
    """The entry with the names and ids of those whom it means, each driver once; the others as they were typed."""
    people = [known.person(driver) for driver in each.drivers]
    names = {(person.id if person else driver.name): (person.shown if person else driver.name)
             for person, driver in zip(people, each.drivers, strict=True)}  # fmt: skip
    ids = tuple(one for one in names if isinstance(one, UUID))
    team = known.team(each.entry)
    return replace(
        each.entry,
        team=team.name if team else each.entry.team,
        team_id=team.id if team else None,
        drivers=tuple(names.values()),
        driver_ids=ids if len(ids) == len(names) else (),
    )


def _refuse_unknown(listed: Sequence[Typed], known: _Known) -> None:
    """An id that nobody has, or nobody any more, cannot be meant."""
    removed = {one for one, person in known.by_id.items() if person.name is None}
    strange = [
        f"{each.entry.number} names {'a team' if one in _team_ids([each]) else 'a driver'} by the id {one}"
        for each in listed
        for one in (*_ids([each]), *_team_ids([each]))
        if one in removed or (one not in known.by_id and one not in known.teams_by_id)
    ]
    if strange:
        raise BadInput(f"Nothing was stored: {'; '.join(strange)}, which nobody has.", "Leave out the id, or mend it.")


def _ids(listed: Iterable[Typed]) -> set[UUID]:
    return {driver.id for each in listed for driver in each.drivers if driver.id}


def _names(listed: Iterable[Typed]) -> list[str]:
    return [driver.name for each in listed for driver in each.drivers if not driver.id]


def _team_ids(listed: Iterable[Typed]) -> set[UUID]:
    return {each.entry.team_id for each in listed if each.entry.team_id}


def _teams(listed: Iterable[Typed]) -> list[str]:
    return [each.entry.team for each in listed if each.entry.team and not each.entry.team_id]


def _allow(by: Identity | None) -> None:
    if by is not None:
        demand(by, Right.EDIT_ENTRIES)
