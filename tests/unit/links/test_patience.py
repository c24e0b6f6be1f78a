"""Pauses between attempts, turns at somebody else's server, and calls that nobody can interrupt."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.io.transports import LinkLimits
from core.io.transports.backoff import Backoff
from core.io.transports.faults import LinkFault
from core.io.transports.patience import Errand
from core.io.transports.turns import Turns


def test_pauses_double_from_one_second_to_thirty() -> None:
    backoff = Backoff(LinkLimits(), chance=lambda: 0.0)

    assert [backoff.next_s() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_a_link_that_held_begins_again_with_the_first_pause() -> None:
    backoff = Backoff(LinkLimits(), chance=lambda: 0.0)
    [backoff.next_s() for _ in range(5)]

    backoff.held()

    assert backoff.next_s() == 1


@given(st.floats(0, 1), st.integers(0, 2000))
def test_chance_shortens_a_pause_by_three_tenths_at_most(chance: float, failed: int) -> None:
    backoff = Backoff(LinkLimits(), chance=lambda: chance)
    backoff.failed = failed

    assert 0.7 <= backoff.next_s() <= 30


def test_what_the_other_end_asks_for_is_waited() -> None:
    assert Backoff(LinkLimits()).next_s(rest_s=45.0) == 45.0


def test_it_never_gives_up_unless_told_to() -> None:
    patient, spent = Backoff(LinkLimits()), Backoff(LinkLimits(attempts=3))
    for backoff in (patient, spent):
        for _ in range(3):
            assert not backoff.is_spent()
            backoff.next_s()

    assert (patient.is_spent(), spent.is_spent()) == (False, True)


def test_questions_are_so_far_apart_whoever_asks() -> None:
    turns, stop, at = Turns(), threading.Event(), []

    def ask() -> None:
        assert turns.wait(0.05, stop)
        at.append(time.monotonic())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert max(at) - began >= 0.15


def test_who_stops_does_not_wait_for_a_turn() -> None:
    turns, stop = Turns(), threading.Event()
    turns.wait(60, stop)
    stop.set()

    assert not turns.wait(60, stop)


def test_a_call_that_hangs_is_left_and_what_it_still_makes_is_thrown_away() -> None:
    go_on, thrown = threading.Event(), threading.Event()

    def call() -> str:
        go_on.wait()
        return "late"

    with pytest.raises(TimeoutError):
        Errand(call, lambda _: thrown.set()).result(0.05, threading.Event())
    go_on.set()

    assert thrown.wait(5)


def test_a_stop_leaves_a_call_at_once() -> None:
    go_on, stop = threading.Event(), threading.Event()
    threading.Timer(0.05, stop.set).start()
    began = time.monotonic()

    assert Errand(go_on.wait).result(60, stop) is None
    assert time.monotonic() - began < 1
    go_on.set()


def test_the_fault_of_a_call_is_its_result() -> None:
    def call() -> str:
        raise LinkFault("nobody there")

    with pytest.raises(LinkFault, match="nobody there"):
        Errand(call).result(5, threading.Event())
