"""Incidents and penalties leave as tables and come back equal; every row that cannot be taken is named."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.penalties.events import AUTO, INVESTIGATING, NO_FURTHER_ACTION, OTHER
from core.penalties.fold import EMPTY, Fold, advance
from core.penalties.tables.cells import Ground, Lines, read_lines, to_rows
from core.penalties.tables.lines import IncidentLine, PenaltyLine, incident_lines, penalty_lines
from core.penalties.tables.told import events_of
from core.sessions.entry_files import rows_of_csv, to_csv
from core.sessions.model import Phase
from tests.unit.penalties.log import PINNED, rows

NOON = datetime(2026, 5, 2, 12, tzinfo=UTC)
PINNED_FOLD = advance(EMPTY, rows(PINNED))
assert PINNED_FOLD.catalogue is not None
GROUND = Ground(PINNED_FOLD.catalogue, ZoneInfo("Asia/Dubai"), NOON + timedelta(days=2))

words = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=12) | st.sampled_from(
    ["=1+1", "'=x", "@a", "-3", "line\nbreak", '"quoted"', "a;b", " spaced "]
)
times = st.datetimes(datetime(2026, 5, 1), datetime(2026, 5, 3)).map(lambda at: at.replace(tzinfo=UTC))
amounts = st.none() | st.integers(0, 999) | st.decimals(0, 99, places=3)
decisions = st.sampled_from(["", AUTO, NO_FURTHER_ACTION, INVESTIGATING, "time_5", "disqualified"])


@st.composite
def incident(draw: st.DrawFn, number: int) -> IncidentLine:
    decision, voided = draw(decisions), draw(st.none() | times)
    return IncidentLine(
        number=number,
        time=draw(times),
        kart=draw(st.sampled_from(["42", "17", "007"])),
        code=draw(st.sampled_from(["WL", "CON"])),
        phase=draw(st.none() | st.sampled_from(Phase)),
        turn=draw(st.none() | st.integers(0, 99)),
        note=draw(words),
        driver_id=draw(st.none() | st.just(str(UUID(int=7)))),
        value=draw(amounts),
        observer=draw(words),
        fields=draw(st.dictionaries(words, words, max_size=2)),
        evidence=tuple(draw(st.lists(st.tuples(words, words), max_size=2))),
        decision=decision,
        decided=draw(times) if decision else None,
        reason=draw(words) if decision else "",
        voided=voided,
        void_reason="wrong kart" if voided else "",
    )


@st.composite
def tables(draw: st.DrawFn) -> Lines:
    incidents = tuple(draw(incident(number)) for number in range(1, draw(st.integers(1, 5)) + 1))
    issued = [
        PenaltyLine(
            line.number or 0,
            f"{line.number}/decision",
            line.decision,
            issued=draw(times),
            notified=draw(st.none() | times),
            served=draw(st.none() | times),
        )
        for line in incidents
        if line.decision in ("time_5", "disqualified") and draw(st.booleans())
    ]
    return Lines(incidents, tuple(issued))


@settings(max_examples=40)
@given(tables())
def test_what_leaves_as_csv_comes_back_equal(lines: Lines) -> None:
    sheets = {
        "incidents": rows_of_csv(to_csv(to_rows(IncidentLine, lines.incidents))),
        "penalties": rows_of_csv(to_csv(to_rows(PenaltyLine, lines.penalties))),
    }

    assert read_lines(sheets, GROUND) == (lines, [])


@settings(max_examples=40)
@given(tables())
def test_what_is_made_of_a_table_makes_the_same_table(lines: Lines) -> None:
    fold = made(lines, PINNED_FOLD)

    assert incident_lines(fold) == lines.incidents
    assert [replace(one, words="") for one in penalty_lines(fold)] == [plain(one) for one in lines.penalties]


@settings(max_examples=40)
@given(tables())
def test_behind_other_incidents_the_same_is_told_under_new_numbers(lines: Lines) -> None:
    first = made(lines, PINNED_FOLD)
    both = made(lines, first)

    again = incident_lines(both)[len(lines.incidents) :]
    assert [replace(one, number=one.number - len(lines.incidents)) for one in again if one.number] == [*lines.incidents]
    assert len(penalty_lines(both)) == 2 * len(lines.penalties)


def test_a_merge_follows_its_incident_to_the_new_number() -> None:
    lines = (
        IncidentLine(1, NOON, "42", "WL"),
        IncidentLine(2, NOON, "17", "WL", merged=NOON, merged_into=1, merge_reason="same"),
    )

    again = incident_lines(made(Lines(lines), made(Lines(lines), PINNED_FOLD)))

    assert [one.merged_into for one in again] == [None, 1, None, 3]


def test_lines_without_numbers_get_the_next_ones() -> None:
    lines = (
        IncidentLine(None, NOON, "42", "WL"),
        IncidentLine(7, NOON, "17", "WL"),
        IncidentLine(None, NOON, "5", "WL"),
    )

    assert {one.number: one.kart for one in incident_lines(made(Lines(lines), PINNED_FOLD))} == {
        8: "42",
        7: "17",
        9: "5",
    }


def test_a_penalty_that_the_rules_here_do_not_give_becomes_an_officials_own() -> None:
    line = IncidentLine(1, NOON, "42", "WL", decision=AUTO, decided=NOON)
    penalty = PenaltyLine(1, "1/lad/3", "sg30", "Stop and go 30 s", issued=NOON, served=NOON)

    told = events_of(Lines((line,), (penalty,)), PINNED_FOLD)
    fold = made(Lines((line,), (penalty,)), PINNED_FOLD)

    [known] = fold.penalties.values()
    assert told.strange == ("1/lad/3",)
    assert (known.id, known.label, known.issued is not None) == ("1/decision", "Stop and go 30 s", True)
    assert fold.incidents[1].decision is not None
    assert fold.incidents[1].decision.outcome == OTHER


@pytest.mark.parametrize(
    ("cells", "mistake"),
    [
        ({"kart": ""}, "kart: is missing"),
        ({"code": "ZZ"}, "code: “ZZ” is none of "),
        ({"time": "soon"}, "time: is no time such as"),
        ({"time": "2027-01-01 00:00"}, "time: lies in the future"),
        ({"turn": "x"}, "turn: Input should be a valid integer"),
        ({"value": "1e9"}, "value: is no number"),
        ({"decision": "hang"}, "decision: “hang” is neither"),
        ({"decision": "other"}, "words: are missing"),
        ({"voided": "2026-05-02T12:00:00+00:00"}, "void reason: is missing"),
        ({"merged into": "1"}, "merged into: time and number"),
        ({"evidence": "cam 3"}, "evidence: is not as it was exported"),
        ({"number": "1"}, "number: 1 stands twice"),
    ],
    ids=lambda one: next(iter(one)) if isinstance(one, dict) else "",
)
def test_every_row_that_cannot_be_taken_is_named(cells: dict[str, str], mistake: str) -> None:
    good = {"number": "1", "time": "2026-05-02 14:03:07", "kart": "42", "code": "WL"}
    headings = [*good, *(one for one in cells if one not in good)]
    bad = {**good, "number": "2", **cells}
    sheet = [headings, *([row.get(one, "") for one in headings] for row in (good, bad))]

    _, mistakes = read_lines({"incidents": sheet}, GROUND)

    assert len(mistakes) == 1
    assert mistakes[0].startswith("incidents row 3, ")
    assert mistake in mistakes[0]


def test_a_time_without_a_zone_is_the_circuits() -> None:
    lines, mistakes = read_lines({"incidents": [["Time", "KART", "code"], ["2026-05-02 14:03:07", "42", "WL"]]}, GROUND)

    assert mistakes == []
    assert lines.incidents[0].time == datetime(2026, 5, 2, 10, 3, 7, tzinfo=UTC)
    assert lines.incidents[0].number is None


@pytest.mark.parametrize(
    ("sheets", "mistake"),
    [
        ({"incidents": [["kart"], ["42"]]}, "incidents row 1 has no heading “code”, “time”"),
        ({"penalties": [["incident", "penalty"], ["1", "1/decision"]]}, "penalties row 2, incident: no incident 1"),
        ({"incidents": [["kart"], *[["1"]] * 20_001]}, "row 1 has no heading"),
        ({"incidents": [["time", "kart", "code"], *[["", "", ""]] * 20_001]}, "more than 20000 rows"),
    ],
)
def test_a_sheet_that_is_none_is_refused(sheets: dict[str, Sequence[Sequence[str]]], mistake: str) -> None:
    assert mistake in "; ".join(read_lines(sheets, GROUND)[1])


@given(
    st.dictionaries(st.sampled_from(["incidents", "penalties"]), st.lists(st.lists(st.text(max_size=6), max_size=6)))
)
def test_no_sheet_can_break_the_reader(sheets: dict[str, list[list[str]]]) -> None:
    read_lines(sheets, GROUND)


def made(lines: Lines, fold: Fold) -> Fold:
    events = events_of(lines, fold).events
    return advance(fold, [replace(each, at=new.at) for each, new in zip(rows(*(one.body for one in events), after=fold.seq), events, strict=True)])  # fmt: skip  # noqa: E501


def plain(line: PenaltyLine) -> PenaltyLine:
    return replace(line, words="")


def test_amounts_stay_exact() -> None:
    line = replace(IncidentLine(1, NOON, "42", "WL"), value=Decimal("4.010"), points=3)

    assert incident_lines(made(Lines((line,)), PINNED_FOLD)) == (line,)
