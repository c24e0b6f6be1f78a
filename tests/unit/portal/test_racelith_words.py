"""Texts of the compatible penalty API: what they mean by a ruleset, and what is said back."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from core.errors import BadInput
from core.penalties.catalogue import read_catalogue
from core.penalties.model import Act, Decision, Incident
from portal.compat.racelith import words
from portal.compat.racelith.given import Instant, Turn, refuse_future
from portal.compat.racelith.rows import instant, kart, paged
from portal.compat.racelith.rules import minutes_of, with_minutes
from portal.compat.racelith.sessions import checked_name
from portal.compat.racelith.venue import Refused
from portal.compat.racelith.words import Meant, Wish

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
RULES = read_catalogue(
    """
id: venue
version: 3
codes:
  WL: {label: White line, key: "w", aliases: [White Line Infringement]}
  OTH: {label: Other, key: "o", text: required}
penalties:
  stop_go_5: {label: 5 s stop & go, aliases: [5 sec Stop & Go], type: stop_go, seconds: 5}
  time_10: {label: 10 s time penalty, type: time, seconds: 10}
ladders:
  - {id: white_line, match: {code: WL}, scope: kart, window_s: 10800, steps: [{at: 3, do: stop_go_5, reset: true}]}
  - {id: all, match: {code: WL}, scope: team, steps: [{at: 9, do: time_10}]}
""",
    "venue.yaml",
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("White line", Meant("WL")),
        (" white LINE ", Meant("WL", "white LINE")),
        ("White Line Infringement", Meant("WL", "White Line Infringement")),
        ("White line at turn 3", Meant("OTH", "White line at turn 3")),
        ("w", Meant("OTH", "w")),
        ("WL", Meant("OTH", "WL")),
    ],
)
def test_a_description_means_a_code_by_its_whole_label_or_alias(text: str, meant: Meant) -> None:
    assert words.infringement(text, RULES) == meant


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("", Wish("auto")),
        (" WARNING ", Wish("auto")),
        ("no further action", Wish("nfa")),
        ("Under Investigation", Wish("investigating")),
        ("5 SEC stop & go", Wish("stop_go_5", "5 SEC stop & go")),
        ("10 s time penalty", Wish("time_10", "10 s time penalty")),
        ("5 sec", Wish("other", "5 sec")),
    ],
)
def test_a_penaltys_text_is_what_is_decided(text: str, wish: Wish) -> None:
    assert words.wish(text, RULES) == wish


def incident(code: str, label: str, text: str, decision: Decision | None = None) -> Incident:
    return Incident(1, NOON, "7", code, label, Act(NOON, "a"), 1, text=text, decision=decision)


@given(st.text(min_size=1, max_size=40).map(str.strip).filter(bool))
def test_the_description_that_was_given_is_returned_and_means_the_same_again(text: str) -> None:
    meant = words.infringement(text, RULES)
    label = RULES.rule(meant.code).label

    assert words.description(incident(meant.code, label, meant.text), RULES) == text


@given(st.text(max_size=40))
def test_a_penaltys_text_is_returned_as_it_was_given(text: str) -> None:
    wish = words.wish(text, RULES)
    decided = incident("WL", "White line", "", Decision(wish.outcome, Act(NOON, "a"), words=wish.words))

    said = words.penalty_description(decided, None, RULES)

    assert said == wish.words or (said, wish.words) in {
        ("Warning", ""), ("No further action", ""), ("Under investigation", ""),
    }  # fmt: skip


@given(st.text(max_size=30).filter(lambda text: "; performed by " not in text), st.text(max_size=30))
def test_who_acted_is_read_back_from_the_reason(reason: str, by: str) -> None:
    by = by.replace("; performed by ", "")

    assert words.unsigned(words.signed(reason, by)) == (reason or words.NOT_GIVEN, by)


@given(st.integers(0, 5000), st.integers(1, 10_000), st.integers(1, 1000))
def test_the_pages_of_a_list_hold_each_row_once(total: int, page: int, limit: int) -> None:
    asked, first = paged(total, page, limit), paged(total, 1, limit)
    covered = [row for number in range(1, first.total_pages + 1) for row in range(*_span(total, number, limit))]

    assert covered == list(range(total))
    assert asked.page == min(page, first.total_pages)
    assert asked.last - asked.first <= limit


def _span(total: int, page: int, limit: int) -> tuple[int, int]:
    found = paged(total, page, limit)
    return found.first, found.last


@pytest.mark.parametrize(
    ("sent", "turn"),
    [(4, 4), ("4", 4), (" T12 ", 12), ("", None), ("t 3", 3)],
    ids=["4", "text", "T12", "empty", "t 3"],
)
def test_a_turn_is_a_number_however_it_is_sent(sent: object, turn: int | None) -> None:
    assert TypeAdapter(Turn).validate_python(sent) == turn


@pytest.mark.parametrize("sent", ["hairpin", -1, 1000, "12345"])
def test_what_is_no_turn_is_refused(sent: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Turn).validate_python(sent)


def test_times_are_utc_and_not_in_the_future() -> None:
    naive, zoned = (TypeAdapter(Instant).validate_python(f"2026-05-01T12:00:00{zone}") for zone in ("", "+02:00"))

    assert (instant(naive), instant(zoned)) == ("2026-05-01T12:00:00Z", "2026-05-01T10:00:00Z")
    refuse_future(naive, NOON)
    with pytest.raises(BadInput):
        refuse_future(naive, zoned)


@pytest.mark.parametrize("name", ["Race", "Große Runde", "A-1_b c", "a" * 59])
def test_a_name_that_keeps_the_rules_is_taken(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize("name", ["", " ", "1st", "_x", "-x", "Race ", " Race", "a  b", "a/b", "a\n", "a.b", "a" * 60])
def test_a_name_that_breaks_them_is_not(name: str) -> None:
    with pytest.raises(Refused):
        checked_name(name)


def test_another_expiry_is_another_version_of_the_rules() -> None:
    changed = with_minutes(RULES, 30)

    assert (minutes_of(RULES), minutes_of(changed)) == (180, 30)
    assert (changed.rules.version, changed.reference != RULES.reference) == (4, True)
    assert [ladder.window_s for ladder in changed.rules.ladders] == [1800, None]


def test_a_number_with_letters_stays_text() -> None:
    assert [kart(number) for number in ("7", "007", "7A", "٣")] == [7, 7, "7A", "٣"]
