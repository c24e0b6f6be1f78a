"""The words of race control: capitals, kart numbers first, a dash before what it was about.

Used by the ticker and by decision documents, so that both call a penalty the same.
"""

from collections.abc import Callable, Mapping

from core.penalties.messages import plain_amount
from core.penalties.model import Amount, Incident, Penalty, PenaltyState, PenaltyType, TrackState

DASH = " – "

TRACK: Mapping[TrackState, str] = {
    TrackState.GREEN: "GREEN FLAG – TRACK CLEAR",
    TrackState.SC: "SAFETY CAR DEPLOYED",
    TrackState.VSC: "VIRTUAL SAFETY CAR DEPLOYED",
    TrackState.FCY: "FULL COURSE YELLOW",
    TrackState.RED: "RED FLAG",
    TrackState.PITWINDOW: "DRIVER CHANGE WINDOW OPEN",
}
WITHDRAWN: Mapping[TrackState, str] = {
    TrackState.SC: "SAFETY CAR IN",
    TrackState.VSC: "VIRTUAL SAFETY CAR ENDED",
    TrackState.FCY: "FULL COURSE YELLOW WITHDRAWN",
    TrackState.PITWINDOW: "DRIVER CHANGE WINDOW CLOSED",
}
"""Said before the green flag, where the state before it has an end of its own."""

ON_TRACK = frozenset({PenaltyType.STOP_GO, PenaltyType.STOP_EXTRA, PenaltyType.TIME_AT_STOP, PenaltyType.DRIVE_THROUGH})
"""Served by the driver; the others are applied by officials."""


def penalty_words(penalty: Penalty) -> str:
    """`5 SECOND TIME PENALTY`, `DRIVE THROUGH PENALTY`, `BLACK AND WHITE FLAG`."""
    say = _PENALTIES.get(penalty.type)
    return say(penalty) if say else penalty.label.upper()


def karts(incident: Incident) -> str:
    """`KART 42`, `KARTS 42 AND 17`."""
    if incident.second_kart is None:
        return f"KART {incident.kart}"
    return f"KARTS {incident.kart} AND {incident.second_kart}"


def about(incident: Incident) -> str:
    """` – CONTACT (TURN 7)`."""
    return f"{DASH}{incident.label.upper()}{place(incident)}"


def place(incident: Incident) -> str:
    """` (TURN 7, LAP 12)`, or nothing."""
    named = (("TURN", incident.turn), ("LAP", incident.lap))
    known = ", ".join(f"{name} {number}" for name, number in named if number is not None)
    return f" ({known})" if known else ""


def standing(penalty: Penalty) -> str:
    """How it stands, in the public's words."""
    if penalty.state in _OPEN:
        return "To serve" if penalty.type in ON_TRACK else "In force"
    return _STANDING[penalty.state]


_OPEN = frozenset({PenaltyState.ISSUED, PenaltyState.NOTIFIED, PenaltyState.ACKNOWLEDGED})
_STANDING: Mapping[PenaltyState, str] = {
    PenaltyState.PROPOSED: "Proposed",
    PenaltyState.AWAITING_APPROVAL: "Awaiting approval",
    PenaltyState.SERVED: "Served",
    PenaltyState.VERIFIED: "Served",
    PenaltyState.CLOSED: "Closed",
    PenaltyState.SHORT: "Too short, to be repeated",
    PenaltyState.REJECTED: "Not accepted, to be repeated",
    PenaltyState.UNSERVED: "Not served",
    PenaltyState.CONVERTED: "Applied to the result",
    PenaltyState.CANCELLED: "Cancelled",
    PenaltyState.APPEALED: "Under appeal",
}


def _amount(amount: Amount | None) -> str:
    return "?" if amount is None else plain_amount(amount)


def _many(amount: Amount | None, one: str, more: str) -> str:
    return f"{_amount(amount)} {one if amount == 1 else more}"


_PENALTIES: Mapping[PenaltyType, Callable[[Penalty], str]] = {
    PenaltyType.WARNING: lambda _: "WARNING",
    PenaltyType.WARNING_FLAG: lambda _: "BLACK AND WHITE FLAG",
    PenaltyType.REPRIMAND: lambda _: "REPRIMAND",
    PenaltyType.TIME: lambda one: f"{_amount(one.seconds)} SECOND TIME PENALTY",
    PenaltyType.TIME_AT_STOP: lambda one: f"{_amount(one.seconds)} SECOND PENALTY AT THE NEXT STOP",
    PenaltyType.STOP_GO: lambda one: f"{_amount(one.seconds)} SECOND STOP AND GO PENALTY",
    PenaltyType.STOP_EXTRA: lambda one: f"{_amount(one.seconds)} SECONDS ADDED TO A STOP",
    PenaltyType.DRIVE_THROUGH: lambda _: "DRIVE THROUGH PENALTY",
    PenaltyType.LAP: lambda one: f"{_amount(one.laps)} LAP PENALTY",
    PenaltyType.POSITION: lambda one: f"LOSS OF {_many(one.places, 'POSITION', 'POSITIONS')}",
    PenaltyType.GRID: lambda one: f"{_amount(one.places)} PLACE GRID PENALTY",
    PenaltyType.GRID_LAST: lambda _: "START FROM THE BACK OF THE GRID",
    PenaltyType.PIT_LANE_START: lambda _: "START FROM THE PIT LANE",
    PenaltyType.POINTS: lambda one: _many(one.points, "PENALTY POINT", "PENALTY POINTS"),
    PenaltyType.EXCLUSION: lambda _: "EXCLUSION",
    PenaltyType.DISQUALIFICATION: lambda _: "DISQUALIFICATION",
    PenaltyType.SUSPENSION: lambda _: "SUSPENSION",
}
