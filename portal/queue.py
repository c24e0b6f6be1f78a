"""The queue on the desk: marks, marshals' reports, proposals of timing, words of teams; oldest first.

The module puts it into words; what accepting and refusing mean is decided by the desk of core. A mark has nothing yet
to accept: the entry line completes it (`@3 42 w 7`), as it may correct any other report.
"""

from collections.abc import Mapping, Sequence

from core.accounts.model import Identity
from core.penalties.fold import Fold
from core.penalties.model import Report, ReportSource
from portal import acts
from portal.components.worklist import Row
from portal.format import time_of_day

IN_THE_PAD = 8
"""So many stand above the entry line's keys; the list below has the others."""

_SOURCES: Mapping[ReportSource, str] = {
    ReportSource.MARK: "Mark",
    ReportSource.MARSHAL: "Marshal",
    ReportSource.TIMING: "Timing",
    ReportSource.TEAM: "Team",
}


def row(report: Report, fold: Fold, zone: str, names: Mapping[str, str], reader: Identity) -> Row:
    """One report with the two ways out of the queue."""
    seen = {"kart": report.kart, "second_kart": report.second_kart, "label": label(report, fold), "turn": report.turn,
            "lap": report.lap, "text": report.text, "state": report.state}  # fmt: skip
    return Row(
        id=str(report.id),
        number=f"@{report.id}",
        time=time_of_day(report.at, zone),
        kart=report.kart or "?",
        second=report.second_kart or "",
        words=label(report, fold) or ("to be filled in" if report.source is ReportSource.MARK else "no code"),
        note=" · ".join(details(report, names.get(report.filed.by, report.filed.by))),
        version=report.version,
        seen=seen,
        acts=tuple(acts.of_report(report, reader)),
        evidence=report.evidence,
    )


def hints(fold: Fold, zone: str) -> Sequence[Mapping[str, object]]:
    """The oldest of the queue for the entry pad, in few words."""
    return [{"id": report.id, "words": brief(report, fold, zone)} for report in fold.pending.reports[:IN_THE_PAD]]


def brief(report: Report, fold: Fold, zone: str) -> str:
    """`12:03:05 mark`, `12:03:05 42 Contact`."""
    what = [report.kart or "kart?", label(report, fold)] if report.code else [_SOURCES[report.source].lower()]
    return " ".join([time_of_day(report.at, zone), *what])


def label(report: Report, fold: Fold) -> str:
    return fold.catalogue.rule(report.code).label if fold.catalogue and report.code else report.code


def details(report: Report, by: str) -> list[str]:
    """Where and what else, then where it came from."""
    places = [f"{name} {value}" for name, value in (("turn", report.turn), ("lap", report.lap)) if value is not None]
    said = [f"“{report.text}”"] if report.text else []
    subject = [f"about penalty {report.penalty}"] if report.penalty else []
    source = " ".join([_SOURCES[report.source], *([f"post {report.post}"] if report.post else [])])
    return [*places, *said, *subject, f"{source}, {by}"]
