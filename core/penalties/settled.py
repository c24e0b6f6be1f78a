"""Reports of the queue that nobody has to look at any more, and why: derived at every look, written nowhere.

A report about a penalty is settled once the penalty is: served, said not to be, taken back or given anew, or when a
serving was recorded since, on the Serving page or by any other door. A finding of the timing is settled once the
timing was corrected and a newer version of it (`key~2`) stands in the queue.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from core.penalties.model import Penalty, PenaltyState, Report, ReportSource, ReportState

_SAME = timedelta(seconds=2)
"""Moments of one stop, as an official and the timing have them, are not farther apart."""
_ENDED: Mapping[PenaltyState, str] = {
    PenaltyState.SERVED: "was served",
    PenaltyState.VERIFIED: "was served",
    PenaltyState.CLOSED: "was served",
    PenaltyState.CONVERTED: "was converted",
    PenaltyState.CANCELLED: "does not stand any more",
}


def versioned(key: str) -> tuple[str, int]:
    """A finding's key without its version, and the version; the first has none."""
    base, _, version = key.partition("~")
    return base, int(version) if version.isdecimal() else 1


def as_they_stand(reports: Mapping[int, Report], penalties: Mapping[str, Penalty]) -> Mapping[int, Report]:
    """The queue, its settled reports marked as such."""
    waiting = [one for one in reports.values() if one.state is ReportState.WAITING and (one.key or one.penalty)]
    newest = _newest(reports.values()) if waiting else {}
    known = ((one, _why(one, penalties) or _replaced(one, newest)) for one in waiting)
    settled = {one.id: replace(one, state=ReportState.SETTLED, settled=why) for one, why in known if why}
    return MappingProxyType({**reports, **settled}) if settled else reports


def _newest(reports: Iterable[Report]) -> Mapping[str, int]:
    """The number of the last version of each finding."""
    found = (one for one in reports if one.source is ReportSource.TIMING and one.key)
    return {versioned(one.key)[0]: one.id for one in sorted(found, key=lambda one: one.id)}


def _replaced(report: Report, newest: Mapping[str, int]) -> str:
    number = newest.get(versioned(report.key)[0], report.id)
    return f"The timing was corrected: report {number} stands in its place." if number != report.id else ""


def _why(report: Report, penalties: Mapping[str, Penalty]) -> str:
    if report.penalty is None:
        return ""
    penalty = penalties.get(report.penalty)
    became = "does not stand any more" if penalty is None else _became(report, penalty)
    return f"Penalty {report.penalty} {became}." if became else ""


def _became(report: Report, penalty: Penalty) -> str:
    if (ended := _ENDED.get(penalty.state)) is not None:
        return ended
    if penalty.unserved is not None:
        return "was confirmed as not served"
    if penalty.issued is None or penalty.issued.at > report.filed.at:
        return "was decided anew"
    return "has a serving recorded since" if _is_served_since(report, penalty) else ""


def _is_served_since(report: Report, penalty: Penalty) -> bool:
    serving = penalty.serving
    return serving is not None and (serving.recorded.at >= report.filed.at or serving.at >= report.at - _SAME)
