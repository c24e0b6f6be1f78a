"""Many officials at once on a real log: the ladder's result is exact, and of several presses one counts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.accounts.model import Identity
from core.errors import Conflict, PortalError
from core.io.clock import utc_now
from core.io.runtime import open_runtime
from core.io.session_jobs import make_ready
from core.io.settings import Settings
from core.penalties.commands import Amend, Command, FileReport, Issue, Record, Serve, VerifyServing
from core.penalties.desk import PenaltiesDesk, Receipt
from core.penalties.model import PenaltyState, ReportSource
from core.penalties.paddock import PADDOCK
from core.sessions.model import Phase, RaceSession
from tests.contract.race_control.conftest import Asking, House


@pytest.fixture
def session(house: House, ask: Asking) -> RaceSession:
    """Three white lines in a race are a stop & go, then the cycle starts again."""
    created = house.portal.race_sessions.create(house.circuit_id, "Race", by=house.anna, now=utc_now(), ruleset="dubai")
    make_ready(house.worker)
    opened = house.open(house.portal.race_sessions.wait_ready(created.id, timeout_s=0))
    house.desk(opened).start_phase(Phase.RACE, ask(opened, house.anna))
    return opened


@pytest.fixture
def desk(house: House, session: RaceSession) -> PenaltiesDesk:
    return house.desk(session)


def at_once(times: int, act: Callable[[int], Receipt]) -> list[Receipt | PortalError]:
    def told(number: int) -> Receipt | PortalError:
        try:
            return act(number)
        except PortalError as error:
            return error

    with ThreadPoolExecutor(8) as officials:
        return list(officials.map(told, range(times)))


def refused(outcomes: list[Receipt | PortalError]) -> list[PortalError]:
    return [outcome for outcome in outcomes if isinstance(outcome, PortalError)]


def test_24_simultaneous_warnings_are_8_penalties(
    house: House, session: RaceSession, desk: PenaltiesDesk, ask: Asking, settings: Settings
) -> None:
    outcomes = at_once(24, lambda number: desk.submit("42 w 7", ask(session, either(house, number))))

    fold = desk.state()
    assert refused(outcomes) == []
    assert sorted(str(incident.count) for incident in fold.incidents.values()) == ["1"] * 8 + ["2"] * 8 + ["3"] * 8
    assert {penalty.code for penalty in fold.penalties.values()} == {"stop_go_5"}
    assert len(fold.penalties) == 8
    with open_runtime(settings, owner=False) as fresh:
        assert fresh.penalties(session.id).state() == fold


@pytest.mark.parametrize(
    "command", [Issue(3, "3/white_line@3"), Serve("3/white_line@3", seconds=6), Amend(3, {"turn": 8}, "video")], ids=str
)
def test_of_8_presses_one_counts(
    house: House, session: RaceSession, desk: PenaltiesDesk, ask: Asking, command: Command
) -> None:
    for _ in range(3):
        desk.submit("42 w 7", ask(session, house.anna))
    head = desk.state().seq

    outcomes = at_once(8, lambda number: desk.perform(command, ask(session, either(house, number), seen=head)))

    assert len(refused(outcomes)) == 7
    assert all(isinstance(error, Conflict) and error.current is not None for error in refused(outcomes))


def test_a_finding_filed_by_several_workers_is_in_the_queue_once(
    session: RaceSession, desk: PenaltiesDesk, ask: Asking
) -> None:
    found = FileReport(ReportSource.TIMING, "42", "WL", key="stint 42 3")

    outcomes = at_once(8, lambda _: desk.perform(found, ask(session, PADDOCK)))

    receipts = [outcome for outcome in outcomes if isinstance(outcome, Receipt)]
    assert [receipt.reports for receipt in receipts] == [(1,)] * 8
    assert [receipt.repeated for receipt in receipts].count(False) == 1
    assert desk.history()[-1].actor == "paddock"
    assert desk.told()[0].by == "Paddock"


def test_a_retry_of_a_serving_is_stored_once(
    house: House, session: RaceSession, desk: PenaltiesDesk, ask: Asking
) -> None:
    for _ in range(3):
        desk.submit("42 w 7", ask(session, house.anna))
    request = ask(session, house.anna, "serving")

    first = desk.perform(Serve("3", seconds=6), request)
    again = desk.perform(Serve("3", seconds=6), request)
    desk.perform(VerifyServing("3"), ask(session, house.bert))

    assert again.seqs == first.seqs
    assert again.repeated
    assert desk.state().penalties["3/white_line@3"].state is PenaltyState.VERIFIED


def test_a_report_is_accepted_by_one_of_two(
    house: House, session: RaceSession, desk: PenaltiesDesk, ask: Asking
) -> None:
    desk.perform(FileReport(ReportSource.MARK), ask(session, house.anna))

    outcomes = at_once(
        2, lambda number: desk.perform(Record(("42",), "w", report=1), ask(session, either(house, number)))
    )

    assert len(refused(outcomes)) == 1
    assert len(desk.state().incidents) == 1


def either(house: House, number: int) -> Identity:
    return house.anna if number % 2 else house.bert
