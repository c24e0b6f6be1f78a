"""A ruleset whose parts do not agree is refused with line, path and what would be right."""

import pytest

from core.errors import BadInput
from core.penalties.catalogue import read_catalogue

GOOD = """\
id: club
version: 1
example_values: [approvals, penalties.*.serve, ladders.wl.steps, measures.0.bands.1, deadlines]
approvals: {disqualification: 2}
deadlines: {notify_s: 1500, ack_s: 600}
limits: {pit_lane_closed_last_s: 1200}
codes:
  WL: {label: White line, key: w, group: driving}
  PIT: {label: Pit time, key: p, measured: pit_time, value: seconds}
penalties:
  sg: {type: stop_go, seconds: "ceil(5+over)", serve: {within_crossings: 3, not_during: [SC]}, unserved: {do: lap}}
  lap: {type: lap, laps: 1, late: {last_laps: 3, to: time, seconds: 30}}
ladders:
  - id: wl
    match: {code: [WL], phase: race}
    scope: kart
    steps:
      - {at: 2, do: warning_flag}
      - {at: 3, do: sg, reset: true}
measures:
  - id: pit
    match: {code: PIT}
    bands:
      - {up_to: 9.999, do: sg}
      - {over: 9.999, do: none}
"""
TWICE = "{id: wl, match: {}, scope: kart, steps: [{at: 1, do: none}]}"


def refused(old: str, new: str) -> str:
    with pytest.raises(BadInput) as refusal:
        read_catalogue(GOOD.replace(old, new, 1), "club.yaml")
    return refusal.value.what


def test_a_ruleset_that_uses_everything_holds_together() -> None:
    rules = read_catalogue(GOOD, "club.yaml").rules

    assert rules.ladders[0].steps[1].reset
    assert rules.measures[0].bands[0].up_to == rules.measures[0].bands[1].over
    assert rules.deadlines.notify_s == 1500


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("over)", "ovr)", "line 11, penalties.sg.seconds: must be a number or a formula: “ovr” is not known"),
        ("ceil(5+over)", "__import__('os')", "line 11, penalties.sg.seconds: must be a number or a formula"),
        ("unserved: {do: lap}", "unserved: {do: lp}", "line 11, penalties.sg.unserved.do: “lp” is not one of sg, lap"),
        ("not_during: [SC]", "not_during: [SX]", "line 11, penalties.sg.serve.not_during.0: "),
        ("within_crossings: 3", "within_crossing: 3", "penalties.sg.serve.within_crossing: is not a known key"),
        ("to: time", "to: tim", "line 12, penalties.lap.late.to: "),
        ("scope: kart", "scope: cart", "line 16, ladders.0.scope: "),
        ("scope: kart", "scope: kart\n    windows: 3", "line 17, ladders.0.windows: is not a known key"),
        ("do: warning_flag", "do: flag", "ladders.0.steps.0.do: “flag” is not one of none, warning, warning_flag, sg"),
        ("at: 3", "at: 2", "line 19, ladders.0.steps.1.at: steps must rise: 2 comes after 2"),
        ("at: 2", "at: 0", "line 18, ladders.0.steps.0.at: must be more than 0"),
        ("reset: true", "reset: true, deduct: 2", "line 19, ladders.0.steps.1.deduct: a step either resets or deducts"),
        ("code: [WL]", "code: [WX]", "line 15, ladders.0.match.code: “WX” is not one of WL, PIT"),
        ("code: PIT", "code: {a: 1}", "line 22, measures.0.match.code: must be a value or a list of values"),
        ("measures:", f"  - {TWICE}\nmeasures:", "line 20, ladders.1.id: “wl” stands twice"),
        ("id: pit\n", "id: decision\n", "line 21, measures.0.id: “decision” is the name"),
        ("over: 9.999", "over: 9", "line 25, measures.0.bands.1: overlaps the band before it"),
        ("over: 9.999", "over: 10", "measures.0.bands.1: leaves a gap: nothing is said about values over 9.999"),
        ("{over: 9.999, do", "{do", "line 25, measures.0.bands.1: overlaps"),
        ("over: 9.999", "over: 9.999, up_to: 9.999", "measures.0.bands.1: nothing is over 9.999 and up to 9.999"),
        ("do: none", "do: nothing", "line 25, measures.0.bands.1.do: “nothing” is not one of"),
        ("deadlines]", "deadline]", "line 3, example_values.4: “deadline” is not in this file"),
        ("bands.1", "bands.2", "line 3, example_values.3: “measures.0.bands.2” is not in this file"),
        ("ack_s", "ack", "line 5, deadlines.ack: is not a known key"),
        ("disqualification: 2", "dsq: 2", "line 4, approvals.dsq: "),
        ("disqualification: 2", "disqualification: 0", "line 4, approvals.disqualification: "),
        ("key: p", "key: w", "line 9, codes.PIT: “w” means more than one of the codes"),
        ("measured: pit_time", "measured: pits", "line 9, codes.PIT.measured: "),
        ("at: 3, do: sg", "at: 3, do: sg, mix: {at_least: 0, match: {}}", "line 19, ladders.0.steps.1.mix.at_least: "),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_path_and_what_is_wrong(old: str, new: str, said: str) -> None:
    assert said in refused(old, new)


def test_two_tariffs_may_have_one_label() -> None:
    text = GOOD.replace("lap: {type: lap", "lap: {label: One lap, type: lap").replace(
        "ladders:", "  lap2: {label: One lap, type: lap, laps: 1}\nladders:", 1
    )

    assert read_catalogue(text, "club.yaml").outcome("one lap") == "lap"
