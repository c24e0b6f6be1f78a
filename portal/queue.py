"""The queue on the desk: marks, marshals' reports, proposals of timing, words of teams; oldest first.

The module draws; what accepting and refusing mean is decided by the desk of core. A mark has nothing yet to accept: the
entry line completes it (`@3 42 w 7`), as it may correct any other report.
"""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.penalties.commands import Record, RefuseReport
from core.penalties.fold import Fold
from core.penalties.model import Report, ReportSource
from core.sessions.model import RaceSession
from portal import session
from portal.format import plain, time_of_day
from portal.race_control import perform

SHOWN = 25
IN_THE_PAD = 8
"""So many stand above the entry line's keys; the list below has the others."""
REASONS = ("Not an offence", "Reported twice", "Not seen clearly")

_SOURCES: Mapping[ReportSource, str] = {
    ReportSource.MARK: "Mark",
    ReportSource.MARSHAL: "Marshal",
    ReportSource.TIMING: "Timing",
    ReportSource.TEAM: "Team",
}


def queue(one: RaceSession, fold: Fold, zone: str, *, acts: bool) -> None:
    """What waits, with the two ways out of it."""
    waiting = fold.pending.reports
    more = f", the oldest {SHOWN} are shown" if len(waiting) > SHOWN else ""
    st.markdown(f"##### Queue :gray[{len(waiting) or 'nothing'}{more}]")
    for report in waiting[:SHOWN]:
        _row(one, report, fold, zone, acts=acts)


def hints(fold: Fold, zone: str) -> Sequence[Mapping[str, object]]:
    """The oldest of the queue for the entry pad, in few words."""
    return [{"id": report.id, "words": brief(report, fold, zone)} for report in fold.pending.reports[:IN_THE_PAD]]


def brief(report: Report, fold: Fold, zone: str) -> str:
    """`12:03:05 mark`, `12:03:05 42 Contact`."""
    what = [report.kart or "kart?", label(report, fold)] if report.code else [_SOURCES[report.source].lower()]
    return " ".join([time_of_day(report.at, zone), *what])


def label(report: Report, fold: Fold) -> str:
    return fold.catalogue.rule(report.code).label if fold.catalogue and report.code else report.code


def about(report: Report, fold: Fold, zone: str, by: str) -> str:
    """One line of Markdown: number, time, source, kart, infringement, place, note, evidence."""
    source = " ".join([_SOURCES[report.source], *([f"post {report.post}"] if report.post else [])])
    head = f"**@{report.id}** :gray[{time_of_day(report.at, zone)} {plain(source)}, {plain(by)}]"
    return " · ".join([head, *(plain(part) if i else part for i, part in enumerate(_parts(report, fold)))])


def _parts(report: Report, fold: Fold) -> list[str]:
    """The first is Markdown already."""
    second = f" with **{plain(report.second_kart)}**" if report.second_kart else ""
    kart = f"**{plain(report.kart)}**" if report.kart else "**kart?**"
    what = f"{kart}{second} {plain(label(report, fold))}".rstrip() if report.code or report.kart else "to be filled in"
    places = [f"{name} {value}" for name, value in (("turn", report.turn), ("lap", report.lap)) if value is not None]
    measured = [f"{name} {value}" for name, value in report.evidence]
    subject = [f"about penalty {report.penalty}"] if report.penalty else []
    return [what, *places, *([f"“{report.text}”"] if report.text else []), *measured, *subject]


def _row(one: RaceSession, report: Report, fold: Fold, zone: str, *, acts: bool) -> None:
    by = session.penalties(one).name_of(report.filed.by)
    with st.container(horizontal=True, vertical_alignment="center", key=f"report-{report.id}"):
        st.markdown(about(report, fold, zone, by), width="stretch")
        if not acts:
            return
        st.button(
            f"Accept @{report.id}",
            key=f"accept-{report.id}",
            type="primary",
            disabled=not (report.kart and report.code),
            help=None if report.kart and report.code else f"Type what it was: `@{report.id} 42 w 7`",
            on_click=perform,
            args=(one, Record((), "", report=report.id), report.version),
        )
        _refuse(one, report)


def _refuse(one: RaceSession, report: Report) -> None:
    """Whoever filed it reads the reason."""
    word = "Drop" if report.source is ReportSource.MARK else "Refuse"
    with st.popover(f"{word} …", key=f"refuse-{report.id}"):
        for number, reason in enumerate(REASONS):
            st.button(reason, key=f"refuse-{report.id}-{number}", on_click=_refused, args=(one, report, reason))
        st.text_input("Another reason", key=f"refusal-{report.id}")
        st.button(f"{word} @{report.id}", key=f"do-refuse-{report.id}", on_click=_refused, args=(one, report))


def _refused(one: RaceSession, report: Report, reason: str | None = None) -> None:
    typed = str(st.session_state.get(f"refusal-{report.id}", "")).strip()
    perform(one, RefuseReport(report.id, reason or typed), report.version)
