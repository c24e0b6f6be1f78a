"""Small rulesets and the events of the scenario files, played through `evaluate`."""

from collections.abc import Mapping
from typing import Any

from core.penalties.rules.evaluate import evaluate
from core.penalties.rules.scenarios import read_scenarios

RULES = """\
id: club
version: 1
approvals: {disqualification: 2}
penalties:
  sg5:
    type: stop_go
    seconds: 5
    serve: {within_crossings: 3, clock_stops_during: [SC, RED], not_during: [SC], tolerance_s: 0.5}
    unserved: {do: lap, ref: "club 9"}
    late: {last_laps: 3, to: time, seconds: 30}
  sg30: {type: stop_go, seconds: 30}
  lap: {type: lap, laps: 1}
  t5: {type: time, seconds: 5}
  t10: {type: time, seconds: 10}
  fine: {type: fine, points: "min(1000, 100*value)"}
  hold: {type: stop_go, seconds: "15*2**k+over"}
  dsq: {type: disqualification}
ladders:
"""
WL = """\
  - id: wl
    match: {code: WL, phase: race}
    scope: kart
    window_s: 100
    ref: "club 4.1"
    steps: [{at: 2, do: warning_flag}, {at: 3, do: sg5, reset: true}]
"""


def play(events: str, rules: str = RULES + WL) -> "Played":
    """Play events as a scenario file writes them, one a line."""
    text = "- n: x\n  rules: x\n  ev:\n" + "".join(f"    - {line.strip()}\n" for line in events.strip().splitlines())
    return Played(evaluate(rules, read_scenarios(text, "x")[0].events))


def ladder(text: str) -> str:
    """A club with this one ladder."""
    return RULES + "".join(
        f"{'  - ' if not at else '    '}{line}\n" for at, line in enumerate(text.strip().splitlines())
    )


class Played:
    """What came out, with short questions."""

    def __init__(self, result: Mapping[str, Any]) -> None:
        self.result = result

    @property
    def counts(self) -> dict[str, object]:
        return {name: each["count"] for name, each in self.result["incidents"].items()}

    @property
    def outcomes(self) -> dict[str, object]:
        return {name: each["outcome"] for name, each in self.result["incidents"].items()}

    @property
    def states(self) -> dict[str, object]:
        return {name: each["state"] for name, each in self.result["penalties"].items()}

    @property
    def review(self) -> object:
        return self.result["review_required"]

    def penalty(self, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.result["penalties"][name]
        return found

    def explain(self, incident: str) -> str:
        return "\n".join(self.result["incidents"][incident]["explain"])
