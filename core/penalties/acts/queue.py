"""The queue: marks, marshals' reports, timing's proposals, a team's word. Accepting one is recording an incident.

A program's finding has a `key`: filed again it stores nothing, also when it was refused, and the receipt names the
report that it became the first time.
"""

from core.accounts.model import Right
from core.errors import BadInput, Conflict, NotAllowed
from core.penalties.acts.bench import Bench, reason
from core.penalties.amendable import amended_report, report_changes
from core.penalties.bodies import ReportAmended, ReportFiled, ReportRefused
from core.penalties.commands import AmendReport, FileReport, RefuseReport
from core.penalties.events import NewEvent
from core.penalties.model import Report, ReportSource
from core.penalties.paddock import is_paddock


def file_report(bench: Bench, command: FileReport) -> tuple[NewEvent, ...]:
    _may_file(bench, command)
    if command.key and command.key in bench.fold.books.keys:
        return ()
    at = bench.moment(command.at, command.back_s)
    number = bench.fold.next_report
    body = ReportFiled(
        report=number,
        source=command.source,
        kart=command.kart,
        code=command.code,
        second_kart=command.second_kart,
        post=command.post,
        turn=command.turn,
        lap=command.lap,
        text=command.text,
        value=command.value,
        key=command.key,
        penalty=command.penalty,
        evidence=command.evidence,
        driver=command.driver,
    )
    return (bench.event(f"report {number}", body, at),)


def amend_report(bench: Bench, command: AmendReport) -> NewEvent:
    """By who filed it, or by race control, until it is accepted or refused."""
    why = reason(command.reason, "Amending")
    report = bench.report(command.report)
    _may_amend(bench, report)
    changes = report_changes(command.changes)
    if amended_report(report, changes) == report:
        raise Conflict(f"Report {report.id} says so already.", "Look at it again.", report)
    bench.moment(amended_report(report, changes).at)
    return bench.event(f"report {report.id}", ReportAmended(report.id, changes, why))


def refuse_report(bench: Bench, command: RefuseReport) -> NewEvent:
    bench.demand(Right.RECORD)
    why = reason(command.reason, "Refusing")
    report = bench.report(command.report)
    return bench.event(f"report {report.id}", ReportRefused(report.id, why))


def _may_file(bench: Bench, command: FileReport) -> None:
    match command.source:
        case ReportSource.MARK:
            bench.demand(Right.RECORD)
        case ReportSource.TEAM:
            bench.demand(Right.REPORT_SERVING)
            bench.own_team(command.kart)
        case ReportSource.TIMING:
            _only_paddock(bench)
        case ReportSource.MARSHAL:
            bench.demand(Right.REPORT)
    if not command.kart and command.source is not ReportSource.MARK:
        _refuse_numberless(command)


def _refuse_numberless(command: FileReport) -> None:
    """A marshal may have seen what happened, and not the number."""
    if command.source is not ReportSource.MARSHAL or not command.code:
        raise BadInput("The report names no kart.", "Say which kart it is about.")


def _only_paddock(bench: Bench) -> None:
    bench.demand(Right.REPORT)
    if not is_paddock(bench.actor):
        raise NotAllowed("Only Paddock files what the timing shows.", "File it as a marshal's report.")


def _may_amend(bench: Bench, report: Report) -> None:
    if Right.AMEND in bench.actor.rights:
        return
    bench.demand(Right.AMEND_OWN_REPORT)
    if report.filed.by != bench.account:
        raise NotAllowed(f"Report {report.id} is not yours.", "Ask who filed it, or race control.")
