"""How fast the rule engine judges a long race, against a floor: the same incidents sorted and grouped by kart.

Printed; only the ratio is judged, because a busy machine slows both.
"""

import random
import time
from collections import defaultdict
from collections.abc import Callable

from pytest_benchmark.fixture import BenchmarkFixture

from core.io.rulesets import RulesetFiles
from core.penalties.rules.facts import Case, Fact
from core.penalties.rules.judge import judge

INCIDENTS = 5_000
KARTS = 40
DAY_S = 86_400
MOST_TIMES_THE_FLOOR = 60


def race() -> Case:
    """A day of 40 karts: half of the incidents are counted by a ladder."""
    dice = random.Random(1)  # noqa: S311 - a repeatable race, not a secret
    facts = [_fact(number, dice) for number in range(INCIDENTS)]
    return Case(facts, [(None, RulesetFiles().load("dubai"))])


def test_five_thousand_incidents_are_judged(benchmark: BenchmarkFixture) -> None:
    case = race()

    judgement = benchmark(judge, case)

    floor_s = _fastest(lambda: _grouped(case))
    ratio = _fastest(lambda: judge(case)) / floor_s
    benchmark.extra_info["floor_ms"] = round(floor_s * 1000, 2)
    benchmark.extra_info["times_the_floor"] = round(ratio, 1)
    assert len(judgement.findings) == INCIDENTS
    assert ratio < MOST_TIMES_THE_FLOOR


def _fact(number: int, dice: random.Random) -> Fact:
    fields = {
        "code": dice.choice(["WL", "YZ", "CON", "DD"]),
        "phase": "race",
        "kart": str(dice.randrange(KARTS)),
        "driver": f"D{dice.randrange(KARTS * 4)}",
    }
    return Fact(str(number), number, dice.randrange(DAY_S), fields)


def _grouped(case: Case) -> dict[object, list[tuple[str, object]]]:
    found: defaultdict[object, list[tuple[str, object]]] = defaultdict(list)
    for fact in sorted(case.facts, key=lambda fact: (fact.t, fact.seq)):
        found[fact.fields["kart"]].append((fact.id, fact.t))
    return found


def _fastest(run: Callable[[], object]) -> float:
    return min(_timed(run) for _ in range(10))


def _timed(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began
