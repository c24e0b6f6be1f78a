"""Recording incidents, also from the queue."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from core.accounts.model import Right
from core.errors import BadInput
from core.penalties.acts.bench import Bench
from core.penalties.bodies import IncidentDecided, IncidentRecorded
from core.penalties.commands import Record
from core.penalties.events import NewEvent
from core.penalties.fold import Fold
from core.penalties.model import Report


def record(bench: Bench, command: Record) -> Iterator[NewEvent]:
    """One incident for each kart, each perhaps decided at once; with a report, its queue entry is accepted by it."""
    bench.demand(Right.RECORD)
    if command.outcome is not None:
        bench.demand(Right.ISSUE)
        bench.impartial(*command.karts, command.second_kart)
    report = None if command.report is None else bench.report(command.report)
    at = _time(bench, command, report)
    whole = replace(command, evidence=(*report.evidence, *command.evidence)) if report else command
    for incident, kart in enumerate(command.karts, start=bench.fold.next_incident):
        body = _recorded(bench, whole, incident, kart, at)
        yield bench.event(incident, body, at)
        if command.outcome is not None:
            decided = IncidentDecided(incident, command.outcome, laps_left=body.laps_left)
            yield bench.event(incident, decided)


def completed(command: Record, fold: Fold) -> Record:
    """What the command leaves out, as the report that it accepts has it.

    Raises:
        BadInput: the report does not say it either.
    """
    report = None if command.report is None else fold.reports.get(command.report)
    if report is None:
        return command
    whole = replace(
        command,
        karts=command.karts or ((report.kart,) if report.kart else ()),
        code=command.code or report.code,
        second_kart=command.second_kart or report.second_kart,
        turn=report.turn if command.turn is None else command.turn,
        lap=report.lap if command.lap is None else command.lap,
        value=report.value if command.value is None else command.value,
        text=command.text or report.text,
        driver=command.driver or _driver(command, report),
    )
    if not (whole.karts and whole.code):
        missing = "code" if whole.karts else "kart"
        raise BadInput(f"Report {report.id} names no {missing}.", f"Say it: `@{report.id} 42 w 7`.")
    return whole


def _driver(command: Record, report: Report) -> str | None:
    """Of another kart than the report's it is somebody else."""
    return report.driver if set(command.karts) <= {report.kart} else None


def _time(bench: Bench, command: Record, report: Report | None) -> datetime:
    if report is not None and command.at is None and not command.back_s:
        return report.at
    return bench.moment(command.at, command.back_s)


def _recorded(bench: Bench, command: Record, incident: int, kart: str, at: datetime) -> IncidentRecorded:
    competitor = bench.grid.competitor(kart, at)
    return IncidentRecorded(
        incident,
        kart,
        command.code,
        bench.fold.phase,
        command.second_kart,
        command.turn,
        command.text,
        lap=command.lap,
        driver=command.driver or competitor.driver,
        team=competitor.team,
        value=command.value,
        points=command.points,
        video=command.video,
        observer=command.observer,
        laps_left=bench.grid.laps_left() if command.laps_left is None else command.laps_left,
        report=command.report,
        evidence=command.evidence,
        fields=competitor.fields,
    )
