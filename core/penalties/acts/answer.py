"""The way of each command to its room, in the words of the ruleset that it is judged by."""

from typing import assert_never

from core.errors import StaleSession
from core.penalties import commands as c
from core.penalties.acts import correcting, deciding, penalties, protests, queue, recording, serving, session
from core.penalties.acts.bench import Bench
from core.penalties.acts.meant import meant
from core.penalties.catalogue import Catalogue
from core.penalties.entry import resolve
from core.penalties.events import NewEvent
from core.penalties.fold import Fold

_Other = c.Hearing | c.AboutPenalty | c.AboutServing | c.AboutReport | c.OfCourse | c.OfOffice


def answer(bench: Bench, command: c.Command) -> tuple[NewEvent, ...]:
    """What is to be stored; nothing, if what a program found was filed before.

    Raises:
        BadInput: something is missing or impossible.
        NotAllowed: the actor lacks the right, or belongs to the team.
        NotFound: the incident, penalty or report does not exist.
        Conflict: somebody was first, or it changed since it was looked at.
        StaleSession: the session has no ruleset yet.
    """
    return _answer(bench, _read(bench.fold, command))


def _read(fold: Fold, command: c.Command) -> c.Command:
    """The command completed from the queue, its words turned into codes."""
    whole = recording.completed(command, fold) if isinstance(command, c.Record) else meant(command, fold)
    return resolve(whole, _catalogue(fold, whole))


def _catalogue(fold: Fold, command: c.Command) -> Catalogue:
    older = fold.rules_of(command.incident) if isinstance(command, c.Decide | c.Amend) else None
    found = older or fold.catalogue
    if found is None:
        raise StaleSession("This race session has no ruleset yet.", "Open it first: opening pins its ruleset.")
    return found


def _answer(bench: Bench, command: c.Command) -> tuple[NewEvent, ...]:
    match command:
        case c.Record():
            return tuple(recording.record(bench, command))
        case c.FileReport():
            return queue.file_report(bench, command)
        case c.Serve():
            return serving.serve(bench, command)
        case _:
            return (_one(bench, command),)


def _one(bench: Bench, command: c.OneEvent) -> NewEvent:
    if isinstance(command, c.Decide):
        return deciding.decide(bench, command)
    if isinstance(command, c.ShowSignal):
        return deciding.show_signal(bench, command)
    if isinstance(command, c.Correction):
        return _correction(bench, command)
    return _other(bench, command)


def _other(bench: Bench, command: _Other) -> NewEvent:
    if isinstance(command, c.AboutPenalty):
        return _about_penalty(bench, command)
    if isinstance(command, c.AboutServing):
        return _about_serving(bench, command)
    if isinstance(command, c.AboutReport):
        return _about_report(bench, command)
    return _heard_or_said(bench, command)


def _heard_or_said(bench: Bench, command: c.Hearing | c.OfCourse | c.OfOffice) -> NewEvent:
    if isinstance(command, c.Hearing):
        return _hearing(bench, command)
    return _of_course(bench, command) if isinstance(command, c.OfCourse) else _of_office(bench, command)


def _correction(bench: Bench, command: c.Correction) -> NewEvent:
    match command:
        case c.Amend():
            return correcting.amend(bench, command)
        case c.Merge():
            return correcting.merge(bench, command)
        case c.Void():
            return correcting.void(bench, command)
        case c.Rejudge():
            return correcting.rejudge(bench, command)
        case _:
            assert_never(command)


def _hearing(bench: Bench, command: c.Hearing) -> NewEvent:
    match command:
        case c.Approve():
            return deciding.approve(bench, command)
        case c.LodgeProtest():
            return protests.lodge(bench, command)
        case c.DecideProtest():
            return protests.decide(bench, command)
        case _:
            assert_never(command)


def _about_penalty(bench: Bench, command: c.AboutPenalty) -> NewEvent:
    match command:
        case c.Issue():
            return penalties.issue(bench, command)
        case c.Notify():
            return penalties.notify(bench, command)
        case c.Acknowledge():
            return penalties.acknowledge(bench, command)
        case c.Cancel():
            return penalties.cancel(bench, command)
        case _:
            assert_never(command)


def _about_serving(bench: Bench, command: c.AboutServing) -> NewEvent:
    match command:
        case c.VerifyServing():
            return serving.verify(bench, command)
        case c.AcceptServing():
            return serving.accept(bench, command)
        case c.ConfirmUnserved():
            return serving.confirm_unserved(bench, command)
        case c.ReportServing():
            return serving.report(bench, command)
        case c.ResolveReview():
            return serving.resolve_review(bench, command)
        case _:
            assert_never(command)


def _about_report(bench: Bench, command: c.AboutReport) -> NewEvent:
    match command:
        case c.AmendReport():
            return queue.amend_report(bench, command)
        case c.RefuseReport():
            return queue.refuse_report(bench, command)
        case _:
            assert_never(command)


def _of_course(bench: Bench, command: c.OfCourse) -> NewEvent:
    match command:
        case c.SetTrack():
            return session.set_track(bench, command)
        case c.StartPhase():
            return session.start_phase(bench, command)
        case c.EndSession():
            return session.end_session(bench, command)
        case _:
            assert_never(command)


def _of_office(bench: Bench, command: c.OfOffice) -> NewEvent:
    match command:
        case c.ChangeRules():
            return session.change_rules(bench, command)
        case c.Publish():
            return session.publish(bench, command)
        case c.Say():
            return session.say(bench, command)
        case _:
            assert_never(command)
