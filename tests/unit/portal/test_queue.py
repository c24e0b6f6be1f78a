"""The queue in words: what an official reads of a mark, a marshal's report and a proposal of timing."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from core.accounts.model import Identity, Role, Via
from core.accounts.policy import rights_of
from core.penalties.fold import EMPTY
from core.penalties.model import Act, Report, ReportSource
from portal.queue import brief, row

NOON = datetime(2026, 3, 7, 12, 3, 5, tzinfo=UTC)


def filed(source: ReportSource, **known: object) -> Report:
    return Report(3, NOON, source, Act(NOON, "an account"), 9, **known)  # type: ignore[arg-type]  # fields by name


def identity(role: Role) -> Identity:
    return Identity(UUID(int=1), "clerk", "Clerk", role, rights_of(role), None, UUID(int=2), Via.COOKIE)


CLERK = identity(Role.RACE_CONTROL)
MARK = filed(ReportSource.MARK)
MARSHAL = filed(ReportSource.MARSHAL, kart="42", second_kart="17", code="CON", post="5", turn=7, text="from behind")
NUMBERLESS = filed(ReportSource.MARSHAL, code="YF", post="Pit exit")
TIMING = filed(
    ReportSource.TIMING, kart="42", code="PIT", lap=31, evidence=(("pit time", "1:58.204"), ("required", "2:00"))
)
LATE = filed(ReportSource.TEAM, kart="42", text="we have served", penalty="17/decision")


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (MARK, ("?", "", "to be filled in", "Mark, Anna")),
        (MARSHAL, ("42", "17", "CON", "turn 7 · “from behind” · Marshal post 5, Anna")),
        (NUMBERLESS, ("?", "", "YF", "Marshal post Pit exit, Anna")),
        (TIMING, ("42", "", "PIT", "lap 31 · Timing, Anna")),
        (LATE, ("42", "", "no code", "“we have served” · about penalty 17/decision · Team, Anna")),
    ],
    ids=["mark", "marshal", "without a number", "timing", "team"],
)
def test_each_kind_of_report_is_told_in_one_line(report: Report, told: tuple[str, ...]) -> None:
    shown = row(report, EMPTY, "UTC", {"an account": "Anna"}, CLERK)

    assert (shown.kart, shown.second, shown.words, shown.note) == told
    assert (shown.number, shown.time, shown.version) == ("@3", "12:03:05", 9)


def test_what_timing_measured_stands_behind_a_button() -> None:
    assert row(TIMING, EMPTY, "UTC", {}, CLERK).evidence == TIMING.evidence


def test_a_mark_is_completed_on_the_entry_line_or_dropped() -> None:
    accept, drop = row(MARK, EMPTY, "UTC", {}, CLERK).acts

    assert (accept.key, accept.refused) == ("@3", "Type what it was: @3 42 w 7")
    assert (drop.label, drop.path) == ("Drop", "reports/3/refuse")


def test_who_may_not_record_has_nothing_to_press() -> None:
    assert row(MARSHAL, EMPTY, "UTC", {}, identity(Role.SECRETARY)).acts == ()


@pytest.mark.parametrize(
    ("report", "words"),
    [(MARK, "12:03:05 mark"), (MARSHAL, "12:03:05 42 CON"), (NUMBERLESS, "12:03:05 kart? YF"), (LATE, "12:03:05 team")],
    ids=["mark", "marshal", "without a number", "team"],
)
def test_above_the_entry_line_few_words_do(report: Report, words: str) -> None:
    assert brief(report, EMPTY, "UTC") == words
