"""The queue gets each thing once, again when timing was corrected, and never when a person has accepted it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.penalties.commands import FileReport
from core.penalties.model import Act, Report, ReportSource, ReportState
from core.timing.proposals.filing import request_id, to_file
from core.timing.proposals.model import SAME, Proposal
from tests.unit.timing.proposals.stage import NOON, at

SHORT = Proposal("pit_time", "r42", "42", at(600), "Stop 1: 118 s in the pit lane.", (), "PIT", Decimal(118))
MISSING = Proposal("stops", "r42", "42", at(6000), "1 stops until the end.", (), "STOPS", 1, mark="feed")


def filed(number: int, command: FileReport, state: ReportState = ReportState.WAITING) -> Report:
    return Report(
        number,
        command.at or NOON,
        command.source,
        Act(NOON, "paddock"),
        number,
        kart=command.kart,
        code=command.code,
        value=command.value,
        key=command.key,
        state=state,
    )


def queue(*proposals: Proposal, state: ReportState = ReportState.WAITING) -> list[Report]:
    return [filed(number, command, state) for number, command in enumerate(to_file(proposals, ()), start=1)]


def test_what_the_queue_does_not_have_is_filed_in_the_order_of_the_moments() -> None:
    first, second = to_file([MISSING, SHORT], ())

    assert (first.source, first.kart, first.code, first.value) == (ReportSource.TIMING, "42", "PIT", Decimal(118))
    assert (first.at, first.key) == (at(600), "pit_time:r42:20260307T121000")
    assert second.key == "stops:r42:feed"


def test_what_the_queue_has_is_not_filed_again_whatever_became_of_it() -> None:
    for state in ReportState:
        assert not list(to_file([SHORT, MISSING], queue(SHORT, MISSING, state=state)))


def test_the_same_stop_is_known_again_a_little_off_and_another_one_is_not() -> None:
    known = queue(SHORT)

    assert not list(to_file([replace(SHORT, at=SHORT.at + SAME)], known))
    assert len(list(to_file([replace(SHORT, at=SHORT.at + SAME + timedelta(seconds=1))], known))) == 1
    assert len(list(to_file([replace(SHORT, subject="r7")], known))) == 1


def test_a_corrected_value_is_another_version_until_one_is_accepted() -> None:
    corrected = replace(SHORT, value=Decimal("117.5"), text="Stop 1: 117.5 s in the pit lane.")

    for state in (ReportState.WAITING, ReportState.REFUSED):
        (again,) = to_file([corrected], queue(SHORT, state=state))
        assert again.key == "pit_time:r42:20260307T121000~2"
        assert again.text == ("Stop 1: 117.5 s in the pit lane. Timing was corrected: in place of report 1, 118.")
        known = [*queue(SHORT, state=state), filed(2, again)]
        assert not list(to_file([corrected], known))
        assert [one.key[-2:] for one in to_file([SHORT], known)] == ["~3"]
    assert not list(to_file([corrected], queue(SHORT, state=ReportState.ACCEPTED)))


def test_a_fact_without_a_value_has_one_version() -> None:
    fact = replace(SHORT, kind="unserved", subject="1/decision", value=None, penalty="1/decision", code="")

    assert not list(to_file([replace(fact, text="other words")], queue(fact)))


def test_reports_of_people_are_not_mistaken_for_our_own() -> None:
    marshal = [replace(one, source=ReportSource.MARSHAL) for one in queue(SHORT)]

    assert len(list(to_file([SHORT], marshal))) == 1


proposals = st.builds(
    Proposal,
    kind=st.sampled_from(["pit_time", "stint", "stops"]),
    subject=st.sampled_from(["r42", "r7", "1/white_line@3"]),
    kart=st.just("42"),
    at=st.integers(0, 40).map(at),
    text=st.just(""),
    evidence=st.just(()),
    value=st.none() | st.integers(0, 3),
    mark=st.sampled_from(["", "feed", "driver 1@feed"]),
)


@given(st.lists(proposals, max_size=12))
def test_filing_comes_to_rest(found: list[Proposal]) -> None:
    """Every look at the same race, after whatever looks before, ends with nothing left to file; keys never repeat."""
    known: list[Report] = []
    for proposal in found:
        known += [filed(len(known) + 1, command) for command in to_file([proposal], known)]

    assert len({report.key for report in known}) == len(known)
    for proposal in found[-1:]:
        assert not list(to_file([proposal], known))


@given(st.text(min_size=1, max_size=300))
def test_the_id_of_a_write_is_that_of_its_key_and_always_fits(key: str) -> None:
    one, other = (request_id(FileReport(ReportSource.TIMING, key=key, value=value)) for value in (1, 2))

    assert one == other
    assert len(one) <= 100
