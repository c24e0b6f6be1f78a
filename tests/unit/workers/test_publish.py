"""A change after silence goes out at once, a storm is thinned, and nothing that changed last stays behind."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from workers.publish import PAUSE_S, SILENCE_S, Publisher


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
