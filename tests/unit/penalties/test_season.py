"""What goes on from race to race: neither the order of closing nor closing again loses or doubles an entry."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.penalties.catalogue import Catalogue, of_values
from core.penalties.season import Field, Kind, LedgerRow, SeasonRow, counters_for, goes_on, standing_entries

NOON = datetime(2026, 3, 7, 12, tzinfo=UTC)
TEAM, DRIVER = str(UUID(int=1)), str(UUID(int=2))


def ruleset(**ladder: object) -> Catalogue:
    one = {"id": "w", "match": {"code": "W"}, "scope": "driver", "steps": [{"at": 3, "do": "warning"}], **ladder}
    return of_values({"id": "r", "version": 1, "penalties": {}, "ladders": [one]})


def row(session: int, kind: Kind, origin: str, at: datetime = NOON, **more: str) -> SeasonRow:
    told = LedgerRow(kind, at, code="r/w", scope="driver", subject=DRIVER, origin=origin, amount=1)
    return SeasonRow(UUID(int=session), "2026", replace(told, **more))  # type: ignore[arg-type]  # texts only


@pytest.mark.parametrize(
    ("keys", "outlives"),
    [
        ({}, False),
        ({"window_s": 3600}, False),
        ({"window_s": 86_400}, True),
        ({"decay": {"per_clean_event": 1}}, True),
        ({"season": True}, True),
    ],
)
def test_a_ladder_says_whether_it_outlives_a_session(keys: dict[str, object], *, outlives: bool) -> None:
    assert goes_on(ruleset(**keys).rules.ladders[0]) is outlives


@given(
    st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12),
    st.sets(st.integers(0, 5)),
    st.randoms(use_true_random=False),
)
def test_an_entry_counts_while_all_who_had_it_keep_it(
    brought: set[tuple[int, int]], dropped: set[int], shuffle: Random
) -> None:
    """Entry n was earned in session n and brought into later ones; a session in `dropped` has lost what it brought."""
    carried = {(session, entry) for session, entry in brought if session > entry}
    rows = [row(entry, Kind.COUNTER, str(entry)) for entry in range(6)]
    rows += [row(session, Kind.CARRIED, str(entry)) for session, entry in carried]
    rows += [row(session, Kind.COUNTER, str(entry)) for session, entry in carried if session not in dropped]
    shuffle.shuffle(rows)

    found = [each.row.origin for each in standing_entries(rows)]

    assert found == [str(n) for n in range(6) if not any(s in dropped for s, entry in carried if entry == n)]


def test_an_entry_that_its_own_session_has_lost_counts_no_more() -> None:
    """Somebody opened it again and voided the incident."""
    later = [row(2, Kind.CARRIED, "1"), row(2, Kind.COUNTER, "1")]

    assert standing_entries(later) == []


@pytest.mark.parametrize(
    ("keys", "season", "age", "counted"),
    [
        ({"season": True}, "2026", timedelta(days=300), True),
        ({"season": True}, "2027", timedelta(days=1), False),
        ({"window_s": 86_400}, "2027", timedelta(days=1), True),
        ({"window_s": 86_400}, "2026", timedelta(days=1, seconds=1), False),
        ({}, "2026", timedelta(), False),
    ],
    ids=["this season", "the next one", "exactly a window old", "older", "ends with its session"],
)
def test_what_is_taken_over(keys: dict[str, object], season: str, age: timedelta, *, counted: bool) -> None:
    rows = [row(1, Kind.COUNTER, "session 1, incident 7", NOON - age)]

    taken = counters_for(rows, ruleset(**keys), season, NOON, Field())

    assert [(one.ladder, one.subject, one.origin) for one in taken] == (
        [("w", DRIVER, "session 1, incident 7")] if counted else []
    )


def test_a_team_brings_a_kart_s_counter_to_each_of_its_numbers() -> None:
    rows = [row(1, Kind.COUNTER, "1", scope="kart", subject=TEAM)]
    took_part = Field({"5": TEAM, "6": TEAM, "7": None})

    taken = counters_for(rows, ruleset(scope="kart", season=True), "2026", NOON, took_part)

    assert [one.subject for one in taken] == ["5", "6"]
