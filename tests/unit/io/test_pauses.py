"""Starting again: at once after a long life, patiently after many short ones, and always."""

from hypothesis import given
from hypothesis import strategies as st

from core.io.pauses import FIRST_S, LONG_LIFE_S, LONGEST_S, Pauses

lives = st.lists(st.floats(0, 2 * LONG_LIFE_S), max_size=30)


def test_nothing_has_to_wait_at_first() -> None:
    assert Pauses().over(0)


def test_pauses_grow_while_lives_are_short() -> None:
    pauses = Pauses()

    assert [pauses.failed(0) for _ in range(9)] == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, LONGEST_S, LONGEST_S]


def test_after_a_long_life_the_pause_is_short_again() -> None:
    pauses = Pauses()
    for _ in range(9):
        pauses.failed(0)

    pauses.started(100)

    assert pauses.failed(100 + LONG_LIFE_S) == FIRST_S


def test_a_start_that_fails_is_no_life() -> None:
    pauses = Pauses()
    pauses.started(0)
    pauses.failed(LONG_LIFE_S)

    assert pauses.failed(3 * LONG_LIFE_S) == 2 * FIRST_S


@given(lives)
def test_however_it_lives_it_may_be_started_after_the_pause_and_not_before(lasted: list[float]) -> None:
    pauses, now = Pauses(), 0.0
    for life in lasted:
        pauses.started(now)
        now += life
        pause = pauses.failed(now)

        assert FIRST_S <= pause <= LONGEST_S
        assert not pauses.over(now)
        now += pause
        assert pauses.over(now)
