"""A ruleset is read in words: every counter, amount and clock, and which of them are only examples."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.errors import BadInput
from core.io.rulesets import RulesetFiles
from core.penalties.catalogue import Catalogue, read_catalogue
from core.penalties.model import Amount
from portal.rule_changes import moment
from portal.rule_words import clock_rows, code_rows, penalty_rows, rule_rows, span

FILES = RulesetFiles()


def row(rows: list[dict[str, object]], heading: str, value: str) -> dict[str, object]:
    return next(one for one in rows if one[heading] == value)


def test_a_counter_says_what_it_counts_how_long_and_what_follows() -> None:
    said = row(rule_rows(FILES.load("dubai")), "Rule", "White line, race")

    assert said == {
        "Rule": "White line, race",
        "Counted": "each kart, within 3 h",
        "Then": "2nd: black and white flag; 3rd: 5 s stop & go, then from zero",
        "Article": "white line: third warning within 180 min",
    }


def test_points_repetitions_conditions_and_deductions_are_said() -> None:
    licence, reprimands = (row(rule_rows(FILES.load("f1_2025")), "Article", ref) for ref in F1_ARTICLES)
    held = row(rule_rows(FILES.load("sco")), "Article", "SCO 10: each 30 points beyond limit 60, doubling")

    assert licence["Counted"] == "each driver, points, within 12 months"
    assert licence["Then"] == "12 points: Suspension for one event, then 12 off"
    assert reprimands["Then"] == "5th, at least 4 of them driving: Ten grid places, then from zero"
    assert held["Then"] == "91 points and every 30 more: Hold for incident points"


F1_ARTICLES = (
    "4.2: twelve points in twelve months",
    "18.2: fifth reprimand of a season, at least four for driving",
)


def test_only_what_was_shown_and_clean_events_are_said() -> None:
    assert "only what was shown to the driver" in str(rule_rows(FILES.load("msuk_track_limits"))[0]["Counted"])
    assert "2 off for a clean event" in str(rule_rows(FILES.load("ffsa_bwp"))[0]["Counted"])


def test_a_measured_value_is_told_by_its_bands() -> None:
    said = row(rule_rows(FILES.load("fairracing")), "Rule", "Pit lane speed")

    assert said["Then"] == (
        "up to 0: nothing; over 0 up to 10: 5 s time penalty; over 10 up to 50: Drive-through; over 50: Stop & go"
    )


def test_a_table_by_number_of_drivers_names_the_number() -> None:
    assert [one["Rule"] for one in rule_rows(FILES.load("pkra_enduro"))] == [
        f"Driving time, drivers {drivers}" for drivers in (2, 3, 4)
    ]


def test_a_penalty_says_how_it_is_served_and_what_follows_otherwise() -> None:
    said = row(penalty_rows(FILES.load("f1_2025")), "Penalty", "Drive-through")

    assert said == {
        "Key": "dt",
        "Penalty": "Drive-through",
        "Type": "Drive through",
        "Amount": "",
        "Served": "within 2 laps, paused under SC, VSC, not under SC, VSC",
        "If not served": "Disqualification *",
        "Given too late": "in the last 3 laps or after the end: 20 s",
        "Appeal": "none",
    }


def test_what_no_regulation_gives_is_marked_and_what_one_gives_is_not() -> None:
    rows = penalty_rows(FILES.load("dubai"))

    assert row(rows, "Penalty", "10 s time penalty")["Amount"] == "10 s *"
    assert row(rows, "Penalty", "5 s stop & go")["Amount"] == "5 s"
    assert str(row(rows, "Penalty", "5 s stop & go")["Served"]).endswith("*")


def test_an_example_deep_in_a_part_marks_the_part() -> None:
    assert str(row(penalty_rows(FILES.load("isc")), "Penalty", "Drive-through")["Given too late"]).endswith("*")


def test_clocks_signatures_and_limits_are_told() -> None:
    assert clock_rows(FILES.load("sco")) == [
        {"What": "Protest", "Limit": "2 h"},
        {"What": "Verdict on a protest", "Limit": "2 days"},
        {"What": "Drive through: officials who must agree", "Limit": "2"},
        {"What": "Stop go: officials who must agree", "Limit": "2"},
        {"What": "Disqualification: officials who must agree", "Limit": "2"},
        {"What": "Driver share percent", "Limit": "70"},
    ]


def test_an_infringement_says_what_it_asks_for() -> None:
    said = row(code_rows(FILES.load("kart7h")), "Code", "PIT")

    assert (said["Asks for"], said["Measured by Paddock"]) == ("seconds", "time in the pits")


@pytest.mark.parametrize("name", FILES.names())
def test_every_ruleset_of_the_installation_is_told_in_words(name: str) -> None:
    catalogue = FILES.load(name)
    rules = catalogue.rules

    assert len(rule_rows(catalogue)) == len(rules.ladders) + len(rules.measures)
    assert len(penalty_rows(catalogue)) == len(rules.penalties)
    assert len(code_rows(catalogue)) == len(rules.codes)


def test_the_smallest_ruleset_is_told_too() -> None:
    catalogue = read_catalogue("id: x\nversion: 1\npenalties: {dt: {type: drive_through}}", "x.yaml")

    assert [one["Penalty"] for one in penalty_rows(catalogue)] == ["dt"]
    assert (rule_rows(catalogue), code_rows(catalogue), clock_rows(catalogue)) == ([], [], [])


def test_a_rule_for_every_incident_says_so() -> None:
    assert rule_rows(_any_code())[0]["Rule"] == "every incident"


def _any_code() -> Catalogue:
    ladder = "{id: all, match: {}, scope: kart, steps: [{at: 2, do: warning}]}"
    return read_catalogue(f"id: x\nversion: 1\npenalties: {{}}\nladders: [{ladder}]", "x.yaml")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (5, "5 s"),
        (Decimal("1.50"), "1.5 s"),
        (60, "60 s"),
        (120, "2 min"),
        (3600, "60 min"),
        (10_800, "3 h"),
        (5_400, "90 min"),
        (172_800, "2 days"),
        (31_536_000, "12 months"),
    ],
)
def test_a_time_is_said_in_the_unit_that_comes_out_even(seconds: Amount, said: str) -> None:
    assert span(seconds) == said


NOON = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "now", "meant"),
    [
        ("15:05", NOON, datetime(2026, 3, 7, 11, 5, tzinfo=UTC)),
        ("15:05:30", NOON, datetime(2026, 3, 7, 11, 5, 30, tzinfo=UTC)),
        ("23:50", datetime(2026, 3, 7, 20, 10, tzinfo=UTC), datetime(2026, 3, 7, 19, 50, tzinfo=UTC)),
    ],
    ids=["minutes", "seconds", "before midnight"],
)
def test_a_time_of_day_means_the_nearest_one_on_the_circuits_clock(typed: str, now: datetime, meant: datetime) -> None:
    assert moment(typed, now, "Asia/Dubai") == meant


def test_no_time_means_from_now_on_and_no_clock_is_refused() -> None:
    assert moment("  ", NOON, "UTC") is None
    with pytest.raises(BadInput, match="no time of day"):
        moment("soon", NOON, "UTC")
