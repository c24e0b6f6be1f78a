"""Rows of the lists that pages show: values in, words out; no reading, no drawing.

Each row is a mapping from heading to what stands under it, in the order of the columns.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from core.accounts.model import Account, SignIn, Token
from core.penalties.desk import Told
from core.penalties.fold import Fold
from core.penalties.model import Incident
from core.sessions.model import Entry, RaceSession, SessionState, Step
from core.tracks.model import ApexSocket, Circuit, RaceMonitor, Recording, SmsTiming, TcpSocket, WebSocketFeed
from portal.format import UNKNOWN, ago, day_and_time, time_of_day, words
from portal.outcomes import outcome

Row = dict[str, object]
ROW_HEIGHT = 32
"""Pixels of a row of a list."""
NameOf = Callable[[UUID | None], str]


def incident_rows(incidents: Iterable[Incident], fold: Fold, zone: str) -> list[Row]:
    """Newest first."""
    ordered = sorted(incidents, key=lambda incident: (incident.at, incident.id), reverse=True)
    return [_incident_row(incident, fold, zone) for incident in ordered]


def told_rows(told: Iterable[Told], zone: str) -> list[Row]:
    return [{"Time": time_of_day(one.event.at, zone), "What happened": one.text, "By": one.by} for one in told]


def session_rows(sessions: Iterable[RaceSession], name_of: NameOf, zone: str) -> list[Row]:
    return [
        {
            "No": one.number,
            "Name": one.name,
            "State": state_of(one),
            "Created": _step(one.created, name_of, zone),
            "Opened": _step(one.opened, name_of, zone),
            "Closed": _step(one.closed, name_of, zone),
            "Archived": _step(one.archived, name_of, zone),
            "Ruleset": one.ruleset,
        }
        for one in sessions
    ]


def state_of(one: RaceSession) -> str:
    """In words; what a failed job said stands behind it."""
    if one.active:
        return "Active"
    known = _STATES[one.state]
    return f"{known}: {one.problem}" if one.problem else known


def entry_rows(entries: Iterable[Entry]) -> list[Row]:
    return [
        {
            "Number": one.number,
            "Class": one.category or "",
            "Team": one.team or "",
            "Drivers": " / ".join(one.drivers),
            "Weight, kg": "" if one.weight_kg is None else f"{one.weight_kg.normalize():f}",
            "From": words(one.origin),
        }
        for one in entries
    ]


def without_empty(rows: Sequence[Row], *more: str) -> list[Row]:
    """The rows without the columns in which nothing stands, and without those named."""
    gone = {heading for heading in (rows[0] if rows else ()) if all(row[heading] in ("", None) for row in rows)}
    return [{heading: cell for heading, cell in row.items() if heading not in gone | set(more)} for row in rows]


def height_of(rows: Sequence[object], most: int) -> int | None:
    """Of a list: so many pixels that it scrolls, None where it is short enough to be shown whole."""
    return most if len(rows) * ROW_HEIGHT > most else None


def circuit_rows(circuits: Iterable[Circuit], seen: Mapping[UUID, datetime | None], now: datetime) -> list[Row]:
    """`seen`: when the last frame of each circuit was received."""
    return [
        {
            "Circuit": one.name,
            "Source": "Running" if one.running else "Stopped",
            "Last data": _since(seen.get(one.id), now),
            "Protocol": one.protocol,
            "From": _transport(one),
            "Time zone": one.time_zone,
        }
        for one in circuits
    ]


def sign_in_rows(sign_ins: Iterable[SignIn], here: UUID, zone: str) -> list[Row]:
    return [
        {
            "Since": day_and_time(one.created_at, zone),
            "Until": day_and_time(one.expires_at, zone),
            "Browser": "This browser" if one.id == here else one.client,
        }
        for one in sign_ins
    ]


def token_rows(tokens: Iterable[Token], now: datetime, zone: str) -> list[Row]:
    return [
        {
            "Label": one.label,
            "Scope": words(one.role),
            "State": _token_state(one, now),
            "Until": day_and_time(one.expires_at, zone),
            "Last used": day_and_time(one.last_used_at, zone),
        }
        for one in tokens
    ]


def account_rows(accounts: Iterable[Account], now: datetime) -> list[Row]:
    return [
        {
            "Name": one.name,
            "Shown as": one.display_name,
            "Role": words(one.role),
            "Team": one.team or "",
            "State": _account_state(one, now),
        }
        for one in accounts
    ]


_STATES: Mapping[SessionState, str] = {
    SessionState.CREATING: "Being made",
    SessionState.READY: "Ready",
    SessionState.CLOSED: "Closed",
    SessionState.ARCHIVING: "Being archived",
    SessionState.ARCHIVED: "Archived",
    SessionState.RESTORING: "Being brought back",
    SessionState.FAILED: "Failed",
    SessionState.PURGED: "Dropped for good",
}


def _incident_row(incident: Incident, fold: Fold, zone: str) -> Row:
    second = f" ↔ {incident.second_kart}" if incident.second_kart else ""
    return {
        "#": incident.id,
        "Time": time_of_day(incident.at, zone),
        "Kart": f"{incident.kart}{second}",
        "Infringement": incident.label,
        "Turn": incident.turn,
        "Note": incident.text,
        "Outcome": outcome(incident, fold),
    }


def _step(step: Step | None, name_of: NameOf, zone: str) -> str:
    return "" if step is None else f"{day_and_time(step.at, zone)} · {name_of(step.by)}"


def _since(at: datetime | None, now: datetime) -> str:
    return UNKNOWN if at is None else f"{ago(at, now)} ago"


def _transport(circuit: Circuit) -> str:
    match circuit.transport:
        case Recording(path, speed, loop):
            return f"{path}, ×{speed:g}{', in a loop' if loop else ''}"
        case ApexSocket(page, host, port):
            return page or f"Apex {host}, port {port}"
        case TcpSocket(host, port):
            return f"{host}, port {port}"
        case RaceMonitor(race_id):
            return f"Race Monitor, race {race_id}"
        case SmsTiming(url) | WebSocketFeed(url):
            return url


def _token_state(token: Token, now: datetime) -> str:
    if token.revoked_at is not None:
        return "Revoked"
    return "Expired" if token.expires_at <= now else "Valid"


def _account_state(account: Account, now: datetime) -> str:
    if not account.active:
        return "Not active"
    locked = account.locked_until is not None and account.locked_until > now
    return "Locked" if locked else "Active"
