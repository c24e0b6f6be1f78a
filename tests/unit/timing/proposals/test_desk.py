"""The door to proposals: which race is looked at, by what it is judged, and how often its laps are read."""

import re
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from core.penalties.bodies import PhaseStarted
from core.penalties.fold import EMPTY, Fold
from core.sessions.model import Entry, Phase
from core.timing.desk import TimingDesk
from core.timing.model import Board, Car, Flag, Lap, LapKind, SessionKind, Stop
from core.timing.proposals.desk import ProposalsDesk, Race
from core.timing.serving import ServingDesk
from tests.unit.penalties.serving_stage import at, folded, given, recorded
from tests.unit.timing.proposals.stage import RULES
from tests.unit.timing.test_serving import CIRCUIT, FEED, Kept

MADE_AT = at(-3600)
BOARD = Board(kind=SessionKind.RACE, cars=(Car("r1", "42", laps=10),))
SHORT = Stop("r1", at(600), at(690), 90_000, 9)
ENTRY = Entry("42", drivers=("Driver 42A", "Driver 42B"), source_id="r1")


class Counted(Kept):
    """Counts how often all laps are read."""

    reads = 0

    def laps(self, feed_session_id: UUID, source_id: str | None, after: datetime | None = None) -> tuple[Lap, ...]:
        self.reads += source_id is None
        return super().laps(feed_session_id, source_id, after)


def laps(count: int, flag: Flag | None = None) -> list[Lap]:
    return [Lap("r1", "42", lap, 60_000, LapKind.LAP, at(60 * lap), flag=flag) for lap in range(1, count + 1)]


def kept(driven: list[Lap] | None = None, *, stops: tuple[Stop, ...] = (SHORT,), board: Board = BOARD) -> Counted:
    found = Counted(driven or [], list(stops), board)
    found.sessions = (FEED,)
    return found


def desk(store: Counted) -> ProposalsDesk:
    timing = TimingDesk(store, store)
    return ProposalsDesk(timing, ServingDesk(timing), lambda _: None)


def race(fold: Fold | None = None) -> Race:
    return Race(CIRCUIT, fold or folded(ruleset=RULES), (ENTRY,), MADE_AT)


def kinds(store: Counted, of: Race, now: float = 1000) -> list[str]:
    return sorted(one.kind for one in desk(store).proposals(of, at(now)))


def test_a_race_that_is_on_is_looked_at() -> None:
    assert kinds(kept(laps(12)), race()) == ["pit_time"]


def test_what_is_no_race_is_left_alone() -> None:
    assert kinds(kept(laps(12)), race(EMPTY)) == []
    practice = kept(laps(12))
    practice.sessions = (replace(FEED, kind=SessionKind.BEST_TIME),)
    assert kinds(practice, race()) == []
    assert kinds(kept(laps(12)), race(folded((0, PhaseStarted(Phase.QUALIFYING)), ruleset=RULES))) == []
    assert kinds(kept(laps(12)), race(folded((0, PhaseStarted(Phase.RACE)), ruleset=RULES))) == ["pit_time"]
    nothing = kept(laps(12))
    nothing.sessions = ()
    assert kinds(nothing, race()) == []


def test_a_race_that_was_flagged_before_the_session_was_made_is_another_one() -> None:
    over = replace(BOARD, flag=Flag.CHEQUERED)
    store = kept([*laps(12), replace(laps(13, Flag.CHEQUERED)[-1])], board=over)

    assert "stops" in kinds(store, race(), now=2000)
    assert kinds(store, replace(race(), made_at=at(800)), now=2000) == []


def test_laps_are_read_again_when_a_stop_has_ended_and_once_a_minute() -> None:
    store = kept(laps(12))
    looking = desk(store)

    for second in (1000, 1003, 1006, 1057):
        looking.proposals(race(), at(second))
    assert store.reads == 1
    store.visited.append(Stop("r1", at(1040), at(1058), 18_000, 15))
    looking.proposals(race(), at(1059))
    looking.proposals(race(), at(1062))
    assert store.reads == 2
    looking.proposals(race(), at(1120))
    assert store.reads == 3


def test_a_ruleset_that_measures_no_laps_reads_none() -> None:
    only_stops = re.sub(", measured: (?!pit_time)[a-z_]+", "", RULES)
    store = kept(laps(12))

    assert kinds(store, race(folded(ruleset=only_stops))) == ["pit_time"]
    assert store.reads == 0


def test_a_short_stop_that_serves_a_penalty_is_none() -> None:
    fold = folded(*given(1, 500, code="sg10"), ruleset=RULES.replace("codes:", 'codes:\n  CON: {label: C, key: "c"}'))
    store = kept(laps(9))

    assert kinds(store, race(fold), now=700) == []


def test_serving_that_went_wrong_is_told_with_its_penalty() -> None:
    rules = RULES.replace("codes:", 'codes:\n  CON: {label: C, key: "c"}')
    late = folded(*given(1, 0, code="sg10"), ruleset=rules)
    short = folded(*given(1, 0, code="sg10"), recorded(1, 30, "4"), ruleset=rules)

    (used_up,) = desk(kept(laps(4), stops=())).proposals(race(late), at(300))
    told = desk(kept(laps(1), stops=(Stop("r1", at(70), at(74), 4_012, 1),))).proposals(race(late), at(90))

    assert (used_up.kind, used_up.penalty, used_up.kart) == ("unserved", "1/decision", "42")
    assert used_up.text == "10 s stop & go is not served: 4 crossings, 3 are permitted."
    assert [one.text for one in told] == ["10 s stop & go: stopped for 4.012 s of 10 s."]
    assert kinds(kept(laps(1), stops=()), race(short), now=90) == []
