"""The queue in words: what an official reads of a mark, a marshal's report and a proposal of timing."""

from datetime import UTC, datetime

import pytest

from core.penalties.fold import EMPTY
from core.penalties.model import Act, Report, ReportSource
from portal.queue import about, brief

NOON = datetime(2026, 3, 7, 12, 3, 5, tzinfo=UTC)


def filed(source: ReportSource, **known: object) -> Report:
    return Report(3, NOON, source, Act(NOON, "an account"), 9, **known)  # type: ignore[arg-type]  # fields by name


MARK = filed(ReportSource.MARK)
MARSHAL = filed(ReportSource.MARSHAL, kart="42", second_kart="17", code="CON", post="5", turn=7, text="from behind")
NUMBERLESS = filed(ReportSource.MARSHAL, code="YF", post="Pit exit")
TIMING = filed(
    ReportSource.TIMING, kart="42", code="PIT", lap=31, evidence=(("pit time", "1:58.204"), ("required", "2:00"))
)
LATE = filed(ReportSource.TEAM, kart="42", text="we have served", penalty="17/decision")


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (MARK, r"**@3** :gray[12:03:05 Mark, Anna] · to be filled in"),
        (MARSHAL, r"**@3** :gray[12:03:05 Marshal post 5, Anna] · **42** with **17** CON · turn 7 · “from behind”"),
        (NUMBERLESS, r"**@3** :gray[12:03:05 Marshal post Pit exit, Anna] · **kart?** YF"),
        (
            TIMING,
            r"**@3** :gray[12:03:05 Timing, Anna] · **42** PIT · lap 31 · pit time 1\:58\.204 · required 2\:00",
        ),
        (LATE, r"**@3** :gray[12:03:05 Team, Anna] · **42** · “we have served” · about penalty 17/decision"),
    ],
    ids=["mark", "marshal", "without a number", "timing", "team"],
)
def test_each_kind_of_report_is_told_in_one_line(report: Report, words: str) -> None:
    assert about(report, EMPTY, "UTC", "Anna") == words


def test_what_a_reporter_typed_is_text_and_never_markup() -> None:
    evil = filed(ReportSource.MARSHAL, kart="42", code="CON", text="**loud** [link](x)", post="*5*")

    told = about(evil, EMPTY, "UTC", "_Anna_")

    assert r"\*\*loud\*\* \[link\]\(x\)" in told
    assert r"\*5\*, \_Anna\_" in told


@pytest.mark.parametrize(
    ("report", "words"),
    [(MARK, "12:03:05 mark"), (MARSHAL, "12:03:05 42 CON"), (NUMBERLESS, "12:03:05 kart? YF"), (LATE, "12:03:05 team")],
    ids=["mark", "marshal", "without a number", "team"],
)
def test_above_the_entry_line_few_words_do(report: Report, words: str) -> None:
    assert brief(report, EMPTY, "UTC") == words
