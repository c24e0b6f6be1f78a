"""What a process of Paddock stands on, opened once and shared: connections, bus, blobs, and the desks on top of them.

The portal opens it as `paddock_app`, workers as the owner. Desks are made when first asked for.
"""

from dataclasses import dataclass
from functools import cached_property, partial
from importlib import import_module
from types import TracebackType
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from core.accounts.desk import AccountsDesk
from core.errors import Unavailable
from core.io.blobs import Blobs
from core.io.bus import Bell, Bus, Topic
from core.io.clock import utc_now
from core.io.database.accounts import Accounts
from core.io.database.anchors import AnchorRows
from core.io.database.app_documents import AppDocuments
from core.io.database.chain import LogChains
from core.io.database.circuits import Circuits
from core.io.database.engine import SessionEngines, control_engine
from core.io.database.entries import NamesOfSessions, SessionEntries
from core.io.database.frozen import read_frozen
from core.io.database.ledger import LedgerRows
from core.io.database.links import LinkRows
from core.io.database.maps import MapRows
from core.io.database.milestones import milestones
from core.io.database.notice_setting import NoticeSetting
from core.io.database.people import PeopleRows
from core.io.database.purges import PurgeRows
from core.io.database.recordings import RecordingRows
from core.io.database.rehearsals import Rehearsals
from core.io.database.retention import RetentionSetting
from core.io.database.rulesets import StoredRulesets
from core.io.database.seals import SessionBells, SessionLogs, SessionSeals
from core.io.database.sessions import RaceSessions
from core.io.database.timing import TimingRows
from core.io.dvr_shelf import DvrShelf
from core.io.grid import KeptEntries, SessionGrid, SessionLine
from core.io.ids import uuid7
from core.io.mail import Mail
from core.io.passwords import BcryptPasswords
from core.io.rulesets import RulesetFiles
from core.io.season import SeasonCounters
from core.io.session_exports import SessionExports
from core.io.session_imports import SessionImports, Stand
from core.io.settings import Settings
from core.io.workbooks import XlsxFiles
from core.penalties.catalogue import Catalogue
from core.penalties.desk import PenaltiesDesk
from core.penalties.events import LogEvent
from core.penalties.histories_desk import HistoriesDesk
from core.penalties.integrity_desk import IntegrityDesk
from core.penalties.notices_desk import NoticesDesk
from core.penalties.paddock import NAME as PADDOCK_NAME
from core.penalties.rulesets import RulesetsDesk
from core.people.desk import PeopleDesk
from core.sessions.desk import SessionsDesk
from core.sessions.entries_desk import EntriesDesk
from core.sessions.model import RaceSession
from core.sessions.purges import PurgesDesk
from core.timing.app_circuits.columns import MappedColumns
from core.timing.app_circuits.desk import AppCircuits, AppCircuitsDesk
from core.timing.desk import TimingDesk
from core.timing.driving import driver_at
from core.timing.frozen import Frozen
from core.timing.maps_desk import MapsDesk
from core.timing.recordings_desk import RecordingsDesk
from core.timing.serving import ServingDesk
from core.timing.sources import PROTOCOLS
from core.tracks.desk import CircuitsDesk
from core.tracks.links_desk import LinksDesk


@dataclass
class Runtime:
    settings: Settings
    control: Engine
    sessions: SessionEngines
    bus: Bus
    blobs: Blobs

    @cached_property
    def accounts(self) -> AccountsDesk:
        ring = partial(_ring, self.bus, Topic.ACCOUNT)
        return AccountsDesk(Accounts(self.control), BcryptPasswords(), ring)

    @cached_property
    def circuits(self) -> CircuitsDesk:
        ring = partial(_ring, self.bus, Topic.CIRCUIT)
        return CircuitsDesk(Circuits(self.control), ring, PROTOCOLS)

    @cached_property
    def maps(self) -> MapsDesk:
        return MapsDesk(MapRows(self.control), partial(_ring, self.bus, Topic.CIRCUIT))

    @cached_property
    def app_circuits(self) -> AppCircuitsDesk:
        """The karting app's circuits beside ours.

        Raises:
            Unavailable: a Firebase project is named and its library or key is missing.
        """
        columns = MappedColumns(self.maps)
        return AppCircuitsDesk(self.circuits, columns, self.app_documents, _firestore(self.settings))

    @cached_property
    def app_documents(self) -> AppDocuments:
        """Which of our circuits is which of the karting app's; known without asking Firestore."""
        return AppDocuments(self.control)

    @cached_property
    def timing(self) -> TimingDesk:
        return TimingDesk(self.bus, TimingRows(self.control))

    @cached_property
    def serving(self) -> ServingDesk:
        return ServingDesk(self.timing)

    @cached_property
    def links(self) -> LinksDesk:
        return LinksDesk(LinkRows(self.control))

    @cached_property
    def dvrs(self) -> DvrShelf:
        """Recordings opened for playing and exporting."""
        return DvrShelf(self.settings.data, self.blobs, RecordingRows(self.control), self.maps.maps)

    @cached_property
    def recordings(self) -> RecordingsDesk:
        return RecordingsDesk(RecordingRows(self.control), self.blobs, self.dvrs, RetentionSetting(self.control), uuid7)

    @cached_property
    def session_logs(self) -> SessionLogs:
        return SessionLogs(self.sessions, self.bus)

    @cached_property
    def race_sessions(self) -> SessionsDesk:
        seals = SessionSeals(self.session_logs, self.rulesets, SeasonCounters(self.control, self.sessions))
        bells = SessionBells(self.bus)
        return SessionsDesk(RaceSessions(self.control), seals, SessionEntries(self.sessions), self.rulesets, bells)

    @cached_property
    def rulesets(self) -> RulesetsDesk:
        return RulesetsDesk(RulesetFiles(), StoredRulesets(self.control), self._pinned)

    @cached_property
    def session_exports(self) -> SessionExports:
        """Race sessions as files."""
        return SessionExports(self.race_sessions, self.circuits, self.sessions, self._name_of)

    @cached_property
    def session_imports(self) -> SessionImports:
        """Files as race sessions."""
        stand = Stand(self.control, self.sessions, self.session_logs, self.race_sessions, self.rulesets, self.integrity)
        return SessionImports(stand)

    def frozen(self, session_id: UUID) -> Frozen | None:
        """What the timing said while the session was open; None until it is closed, or a moment after."""
        session = self.race_sessions.readable(session_id)
        return read_frozen(self.sessions.engine(session.database_name), session)

    def milestones(self, session_id: UUID) -> tuple[LogEvent, ...]:
        """What the session's log says about the session itself."""
        return milestones(self.sessions.engine(self.race_sessions.readable(session_id).database_name))

    @cached_property
    def people(self) -> PeopleDesk:
        return PeopleDesk(PeopleRows(self.control), NamesOfSessions(self.control))

    @cached_property
    def entries(self) -> EntriesDesk:
        return EntriesDesk(self.race_sessions, SessionEntries(self.sessions), self.people, self.workbooks)

    @cached_property
    def workbooks(self) -> XlsxFiles:
        """Reads what strangers send in a process of its own."""
        return XlsxFiles()

    def penalties(self, session_id: UUID) -> PenaltiesDesk:
        """Race control of one session.

        Raises:
            NotFound: there is no such session.
            Conflict: its database is not ready, or put away.
        """
        session = self.race_sessions.readable(session_id)
        log, passed = self.session_logs.log(session), self.passed(session)
        return PenaltiesDesk(session_id, log, self._name_of, self._grid(session), passed)

    @cached_property
    def integrity(self) -> IntegrityDesk:
        """Whether the logs are what was written; anchors of them."""
        post = Mail(self.settings.smtp_url, self.settings.anchor_mail_to)
        return IntegrityDesk(self.race_sessions, AnchorRows(self.control), LogChains(self.sessions), post)

    @cached_property
    def purges(self) -> PurgesDesk:
        """Archived sessions that two people want dropped."""
        return PurgesDesk(self.race_sessions, PurgeRows(self.control))

    @cached_property
    def rehearsals(self) -> Rehearsals:
        """Backups that were restored and compared, and those that failed."""
        return Rehearsals(self.control)

    @cached_property
    def histories(self) -> HistoriesDesk:
        ledger = LedgerRows(self.control)
        return HistoriesDesk(self.race_sessions, self.people, ledger, lambda one: self.penalties(one).state())

    @cached_property
    def _kept_entries(self) -> KeptEntries:
        return KeptEntries(SessionEntries(self.sessions))

    def _grid(self, session: RaceSession) -> SessionGrid:
        circuit_id = session.circuit_id
        drove = partial(driver_at, self.timing, circuit_id)
        left = partial(self._laps_left, circuit_id)
        return SessionGrid(session, self._kept_entries, drove, left, self.people.teams_of)

    def _laps_left(self, circuit_id: UUID) -> int | None:
        return self.serving.laps_left(circuit_id, utc_now())

    def passed(self, session: RaceSession) -> SessionLine:
        """Who crossed the line when."""
        return SessionLine(session, self._kept_entries, self.serving)

    @cached_property
    def notices(self) -> NoticesDesk:
        """What the public reads of a session."""
        return NoticesDesk(self.penalties, self._zone_of, NoticeSetting(self.control))

    def name_of(self, someone: str) -> str:
        """Of an account, a person or a team, by id: as it is called now."""
        if someone == PADDOCK_NAME:
            return self._name_of(someone)
        known = UUID(someone)
        if (person := self.people.known([known]).get(known)) is not None:
            return person.shown
        team = self.people.known_teams([known]).get(known)
        return team.name if team else self._name_of(someone)

    def _zone_of(self, session_id: UUID) -> ZoneInfo:
        return ZoneInfo(self.circuits.get(self.race_sessions.get(session_id).circuit_id).time_zone)

    def _pinned(self, session_id: UUID) -> Catalogue | None:
        return self.session_logs.log(self.race_sessions.readable(session_id)).fold().catalogue

    def _name_of(self, actor: str) -> str:
        if actor == PADDOCK_NAME:
            return "Paddock"
        account = Accounts(self.control).account(UUID(actor))
        return account.display_name if account else "a removed account"

    def close(self) -> None:
        self.sessions.close()
        self.control.dispose()
        self.bus.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_runtime(settings: Settings, *, owner: bool) -> Runtime:
    """Connects to nothing yet: databases and bus are reached when first used, and again whenever they were away.

    Raises:
        Unavailable: the settings name no database or no bus.
    """
    if settings.redis_url is None:
        raise Unavailable(
            "No bus is known.", "Start `paddock up` and give its --data folder, or set PADDOCK_REDIS_URL."
        )
    control = control_engine(settings, owner=owner)
    bus = Bus(settings.redis_url, settings.bus_prefix)
    return Runtime(settings, control, SessionEngines(control), bus, Blobs(settings.data / "blobs"))


def _firestore(settings: Settings) -> AppCircuits | None:
    """The library is an extra and takes a second to load: only where a project is named."""
    if settings.firebase_project_id is None:
        return None
    try:
        found = import_module("core.io.firestore")
    except ModuleNotFoundError as error:
        raise Unavailable("Firebase's library is missing.", "Install it: pip install 'paddock[firebase]'.") from error
    emulated = settings.firestore_emulator_host is not None
    circuits: AppCircuits = found.FirestoreCircuits(
        settings.firebase_project_id, settings.firebase_credentials_path, emulated=emulated
    )
    return circuits


def _ring(bus: Bus, topic: Topic, subject: UUID) -> None:
    bus.ring(Bell(topic, str(subject)))
