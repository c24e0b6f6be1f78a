"""A change after silence goes out at once, a storm is thinned, and nothing that changed last stays behind."""

import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from core.io.bus import Appended
from workers.publish import PAUSE_S, SILENCE_S, Publisher, send_untold


class Screen:
    """Counts drawings and remembers what was sent, and when."""

    def __init__(self) -> None:
        self.board = 0
        self.drawn = 0
        self.sent: list[bytes] = []
        self.sent_at: list[float] = []

    def draw(self) -> bytes:
        self.drawn += 1
        return str(self.board).encode()

    def send(self, body: bytes) -> None:
        self.sent.append(body)
        self.sent_at.append(time.monotonic())


@contextmanager
def running(publisher: Publisher) -> Iterator[None]:
    thread = threading.Thread(target=publisher.run)
    thread.start()
    try:
        yield
    finally:
        publisher.stop()
        thread.join(5)
    assert not thread.is_alive()


def test_a_change_after_silence_goes_out_at_once() -> None:
    screen = Screen()
    publisher = Publisher(screen.draw, screen.send)

    with running(publisher):
        time.sleep(4 * PAUSE_S)
        screen.board, changed_at = 1, time.monotonic()
        publisher.changed()
        time.sleep(PAUSE_S / 2)

        assert screen.sent[-1] == b"1"
        assert screen.sent_at[-1] - changed_at < PAUSE_S / 2


def test_a_storm_is_thinned_and_its_last_change_arrives() -> None:
    screen = Screen()
    publisher = Publisher(screen.draw, screen.send)

    with running(publisher):
        for screen.board in range(500):
            publisher.changed()
            time.sleep(0.001)

    assert screen.sent[-1] == b"499"
    assert len(screen.sent) < 0.6 / PAUSE_S * 2
    assert (
        min(later - sooner for sooner, later in zip(screen.sent_at, screen.sent_at[1:-1], strict=False))
        >= PAUSE_S * 0.9
    )


def test_an_unchanged_board_is_sent_again_without_being_drawn() -> None:
    screen = Screen()
    publisher = Publisher(screen.draw, screen.send)

    with running(publisher):
        time.sleep(2.5 * SILENCE_S)
        sent, drawn = len(screen.sent), screen.drawn

    assert 2 <= sent <= 4
    assert drawn == 1


def test_what_changed_before_the_end_still_goes_out() -> None:
    screen = Screen()
    publisher = Publisher(screen.draw, screen.send)

    with running(publisher):
        time.sleep(PAUSE_S / 2)
        screen.board = 7

    assert screen.sent[-1] == b"7"


def test_happenings_go_out_in_portions_and_are_let_go_of_once_they_are_on_the_bus() -> None:
    untold, told = deque(str(number).encode() for number in range(1200)), list[bytes]()

    def append(fresh: Sequence[tuple[str, bytes]]) -> Appended:
        told.extend(body for _, body in fresh)
        return Appended.DONE

    assert send_untold(untold, threading.Lock(), append) is Appended.DONE
    assert told == [str(number).encode() for number in range(1200)]
    assert not untold


@pytest.mark.parametrize("outcome", [Appended.AWAY, Appended.FENCED])
def test_happenings_that_did_not_get_on_the_bus_go_on_waiting(outcome: Appended) -> None:
    untold = deque([b"one", b"two"])

    assert send_untold(untold, threading.Lock(), lambda _: outcome) is outcome
    assert list(untold) == [b"one", b"two"]


def test_what_happens_while_sending_is_neither_lost_nor_sent_early() -> None:
    untold: deque[bytes] = deque([b"one", b"two"], maxlen=2)
    told: list[list[bytes]] = []

    def append(fresh: Sequence[tuple[str, bytes]]) -> Appended:
        if not told:
            untold.append(b"three")  # pushes the oldest out
        told.append([body for _, body in fresh])
        return Appended.DONE

    send_untold(untold, threading.Lock(), append)

    assert told == [[b"one", b"two"], [b"three"]]
