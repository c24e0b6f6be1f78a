"""Rows of the season's ledger: what closed sessions left, in the control database. All rows of a session at once."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Engine,
    ForeignKey,
    Identity,
    Integer,
    Numeric,
    RowMapping,
    Table,
    Text,
    Uuid,
    delete,
    insert,
    select,
    update,
)

from core.io.database import CONTROL
from core.io.database.sessions import race_session
from core.penalties.rules.formulas import whole
from core.penalties.season import Kind, LedgerRow, SeasonRow
from core.sessions.model import RaceSession

season_ledger = Table(
    "season_ledger",
    CONTROL,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("session_id", Uuid, ForeignKey("race_session.id"), nullable=False),
    Column("season", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kart", Text),
    Column("team", Text),
    Column("driver", Text),
    Column("incident", Integer),
    Column("penalty", Text),
    Column("code", Text),
    Column("label", Text),
    Column("type", Text),
    Column("state", Text),
    Column("amount", Numeric),
    Column("scope", Text),
    Column("subject", Text),
    Column("origin", Text),
)

_ROW: TypeAdapter[LedgerRow] = TypeAdapter(LedgerRow)
_NAMES = [each.name for each in fields(LedgerRow)]
_COUNTED = (Kind.CARRIED.value, Kind.COUNTER.value)


class LedgerRows:
    """The ledger, read and written."""

    def __init__(self, control: Engine) -> None:
        self._control = control

    def unwritten(self) -> frozenset[UUID]:
        """Closed sessions whose last closing has no ledger."""
        closed = [race_session.c.closed_at.is_not(None), race_session.c.state == "closed"]
        behind = race_session.c.ledger_at.is_distinct_from(race_session.c.closed_at)
        with self._control.connect() as connection:
            return frozenset(connection.scalars(select(race_session.c.id).where(*closed, behind)))

    def write(self, session: RaceSession, rows: Sequence[LedgerRow], closed_at: datetime) -> bool:
        """Instead of what stood there; False: the session has been opened again meanwhile, and nothing was written."""
        this = [race_session.c.id == session.id, race_session.c.closed_at == closed_at]
        given = [asdict(row) | {"session_id": session.id, "season": session.season} for row in rows]
        with self._control.begin() as connection:
            if connection.execute(update(race_session).where(*this).values(ledger_at=closed_at)).rowcount != 1:
                return False
            connection.execute(delete(season_ledger).where(season_ledger.c.session_id == session.id))
            if given:
                connection.execute(insert(season_ledger), given)
        return True

    def counters(self, codes: Collection[str]) -> tuple[SeasonRow, ...]:
        """Every entry of these ladders, brought along or kept."""
        return self._rows(season_ledger.c.kind.in_(_COUNTED), season_ledger.c.code.in_(codes))

    def of_team(self, team_id: UUID) -> tuple[SeasonRow, ...]:
        return self._about("team", str(team_id))

    def of_driver(self, person_id: UUID) -> tuple[SeasonRow, ...]:
        return self._about("driver", str(person_id))

    def _about(self, whose: str, subject: str) -> tuple[SeasonRow, ...]:
        counted = season_ledger.c.kind.in_(_COUNTED)
        happened = self._rows(season_ledger.c[whose] == subject, ~counted)
        scopes = (whose, "kart") if whose == "team" else (whose,)
        counters = self._rows(counted, season_ledger.c.subject == subject, season_ledger.c.scope.in_(scopes))
        return (*happened, *counters)

    def _rows(self, *which: ColumnElement[bool]) -> tuple[SeasonRow, ...]:
        columns = [season_ledger.c[name] for name in ("session_id", "season", *_NAMES)]
        wanted = select(*columns).where(*which).order_by(season_ledger.c.at, season_ledger.c.id)
        with self._control.connect() as connection:
            rows = connection.execute(wanted).mappings().all()
        return tuple(SeasonRow(row["session_id"], row["season"], _row(row)) for row in rows)


def _row(row: RowMapping) -> LedgerRow:
    values = {name: row[name] for name in _NAMES}
    amount = values["amount"]
    return _ROW.validate_python(values | {"amount": None if amount is None else whole(amount)})
