"""Whatever a server does, the state is that of an uncut run as soon as the link is up again.

Four protocols, real sockets, and everything that goes wrong at a track. The race goes on meanwhile: what was told
during the trouble never came.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from core.io.transports import LinkStatus
from core.timing.board import BoardFold
from core.timing.model import Board
from core.timing.simulate import Plan as Endurance
from core.timing.simulate import simulate
from core.timing.sources import make_source
from tests import apex_feed
from tests.contract.links.held import QUICK, Held, until
from tests.fakes.apex import FakeApex
from tests.fakes.race_monitor import FakeRaceMonitor
from tests.fakes.rmonitor import FakeRMonitor
from tests.fakes.scripts import script_from
from tests.fakes.sms import FakeSms
from tests.fakes.stage import Script
from tests.feeds.race import Plan
from tests.feeds.rmonitor import rmonitor
from tests.feeds.sms import sms

NOON = datetime(2026, 5, 2, 12, tzinfo=UTC)
ENDURANCE = Endurance(karts=8, duration_s=200, lap_ms=20_000)
RACE = Plan(karts=5, duration_s=120)
Fake = FakeApex | FakeRMonitor | FakeRaceMonitor | FakeSms
State = dict[str, object]

MOMENT = timedelta(milliseconds=1)
RESUME_S = 1.0
FIELDS = (
    "number",
    "position",
    "team",
    "driver",
    "category",
    "laps",
    "last",
    "best",
    "gap",
    "interval",
    "pits",
    "status",
)

JUNK = (
    "GET / HTTP/1.1",
    "\x16\x03\x01\x00",
    '{"jsonrpc":"2.0","method":"eth_chainId"}',
    "MGLNDD_192.0.2.1_8310",
    "\x00",
)


@dataclass(frozen=True, eq=False)
class Case:
    """One protocol: its fake, how it is read, and where in its script the trouble begins and ends."""

    make: Callable[[Script], Fake]
    protocol: str
    script: Script
    comes_later: frozenset[str] = frozenset()
    """What the protocol does not repeat to a newcomer."""

    @property
    def begins(self) -> int:
        return len(self.script) // 3

    @property
    def ends(self) -> int:
        return len(self.script) // 2


LATER = frozenset({"last", "gap", "interval"})
"""RMonitor's refresh holds laps done and totals: the last lap is told, and gaps are measured, at the next crossing."""

CASES = {
    "apex": Case(FakeApex, "apex", apex_feed.race(karts=5, laps=9).frames),
    "endurance": Case(FakeApex, "apex", script_from(simulate(ENDURANCE).frames)),
    "rmonitor": Case(FakeRMonitor, "rmonitor", script_from(rmonitor(RACE).frames), LATER),
    "race monitor": Case(FakeRaceMonitor, "rmonitor", script_from(rmonitor(RACE, is_relayed=True).frames), LATER),
    "sms": Case(FakeSms, "sms_timing", script_from(sms(RACE).frames)),
}


@pytest.fixture(params=list(CASES.values()), ids=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    assert isinstance(request.param, Case)
    return request.param


def stalls(fake: Fake) -> None:
    fake.stage.stall()


def freezes(fake: Fake) -> None:
    fake.stage.freeze()


def talks_junk_and_closes(fake: Fake) -> None:
    fake.stage.junk(*JUNK)
    fake.stage.hang_up()


def breaks_the_protocol(fake: Fake) -> None:
    fake.stage.babble(b"\xff\xff\xff\xff\xff\x00 no frame at all\r\n")
    fake.stage.hang_up(clean=False)


def closes(fake: Fake) -> None:
    fake.stage.hang_up()


def breaks_off(fake: Fake) -> None:
    fake.stage.hang_up(clean=False)


def cuts_a_line(fake: Fake) -> None:
    fake.stage.cut_short()


def refuses(fake: Fake) -> None:
    fake.refuse()
    fake.stage.hang_up()


TROUBLES: dict[Callable[[Fake], None], tuple[LinkStatus, int]] = {
    stalls: (LinkStatus.SILENT, 1),
    freezes: (LinkStatus.SILENT, 1),
    talks_junk_and_closes: (LinkStatus.LOST, 1),
    breaks_the_protocol: (LinkStatus.LOST, 1),
    closes: (LinkStatus.LOST, 1),
    breaks_off: (LinkStatus.LOST, 1),
    cuts_a_line: (LinkStatus.LOST, 1),
    refuses: (LinkStatus.LOST, 2),
}
"""What a server may do, and what the link must tell of it, how often."""


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.__name__)
def test_the_state_is_that_of_the_uncut_run_as_soon_as_the_link_is_up_again(
    case: Case, trouble: Callable[[Fake], None]
) -> None:
    with case.make(case.script) as fake, Held(fake.transport) as link:
        until(fake.stage.has_visitors)
        fake.stage.tell(case.begins)
        until(lambda: said(case, link) == uncut(case, case.begins), "before the trouble")

        trouble(fake)
        fake.stage.tell(case.ends - fake.stage.told)
        link.until_told(*TROUBLES[trouble])
        fake.stage.go_on()
        fake.accept()
        until(lambda: resumed(case, link), "after the trouble")

        assert (link.frames[-1].at - up_at(link)).total_seconds() <= RESUME_S
        fake.stage.tell()
        until(lambda: said(case, link) == uncut(case, len(case.script)), "at the end")


@pytest.mark.parametrize("trouble", [stalls, freezes], ids=lambda trouble: trouble.__name__)
def test_silence_is_told_at_its_limit(case: Case, trouble: Callable[[Fake], None]) -> None:
    limit_s = QUICK.watch_s or 0
    with case.make(case.script) as fake, Held(fake.transport) as link:
        until(fake.stage.has_visitors)
        fake.stage.tell(case.begins)
        until(lambda: said(case, link) == uncut(case, case.begins))
        trouble(fake)

        assert f"has sent no data for {limit_s:g} s" in link.until_told(LinkStatus.SILENT)
        told_at = next(news.at for news in link.news if news.status is LinkStatus.SILENT)
        assert limit_s - 0.05 <= (told_at - link.frames[-1].at).total_seconds() <= limit_s + 0.3


def resumed(case: Case, link: Held) -> bool:
    return len(link.told(LinkStatus.CONNECTED)) > 1 and differing(case, link) <= case.comes_later


def differing(case: Case, link: Held) -> set[str]:
    """The fields in which the state is not that of the uncut run at the place where the fake is."""
    mine, whole = said(case, link), uncut(case, case.ends)
    return {name for name in whole if mine[name] != whole[name]}


def up_at(link: Held) -> datetime:
    return next(news.at for news in reversed(link.news) if news.status is LinkStatus.CONNECTED)


def said(case: Case, link: Held) -> State:
    return _folded(case, [(frame.text, frame.at) for frame in list(link.frames)])


@cache
def uncut(case: Case, frames: int) -> State:
    """Of a listener who heard everything, as fast as the link did."""
    return _folded(case, [(text, NOON + n * MOMENT) for n, (_, text) in enumerate(case.script[:frames])])


def _folded(case: Case, frames: Iterable[tuple[str, datetime]]) -> State:
    source, fold = make_source(case.protocol), BoardFold()
    for text, at in frames:
        fold.apply(source.feed(text, at))
    return _state(fold.snapshot())


def _state(board: Board) -> State:
    """Everything but moments and the order of the last table, which is sorted anew for a newcomer."""
    state: State = {"title": board.title, "track": board.track, "kind": board.kind, "flag": board.flag}
    for name in FIELDS:
        state[name] = {car.source_id: getattr(car, name) for car in board.cars}
    return state
