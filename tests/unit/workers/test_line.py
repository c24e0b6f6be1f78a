"""What a link's news become, and how the past is asked for."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import Unavailable
from core.io.database.links import LinkBatch
from core.io.transports import Channel, Frame, LinkNews, LinkStatus
from core.timing.model import Car, SourceStatus
from core.tracks.links import LinkEvent
from workers.line import Line, Past

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Told:
    """Everything that was shown and stored."""

    def __init__(self) -> None:
        self.states: list[tuple[SourceStatus, str | None]] = []
        self.events: list[LinkEvent] = []

    def tell(self, status: SourceStatus, cause: str | None) -> None:
        self.states.append((status, cause))

    def put(self, rows: LinkBatch) -> None:
        self.events += rows.events


@pytest.fixture
def told() -> Told:
    return Told()


def news(status: LinkStatus, detail: str = "words", attempt: int = 0) -> LinkNews:
    return LinkNews(NOON, status, detail, attempt)


def test_every_step_is_logged_and_the_board_says_what_matters(told: Told) -> None:
    line = Line(told.tell, told.put, None)
    steps = [
        news(LinkStatus.CONNECTING, "to there"),
        news(LinkStatus.CONNECTED),
        news(LinkStatus.SILENT, "no data for 130 s"),
        news(LinkStatus.LOST, "no data for 130 s. Next attempt in 1.0 s."),
        news(LinkStatus.CONNECTING, "to there", 1),
        news(LinkStatus.CONNECTED, attempt=1),
    ]

    for step in steps:
        line.hear(step)

    assert told.states == [
        (SourceStatus.LOST, "to there"),
        (SourceStatus.RUNNING, None),
        (SourceStatus.LOST, "no data for 130 s"),
        (SourceStatus.LOST, "no data for 130 s. Next attempt in 1.0 s."),
        (SourceStatus.RUNNING, None),
    ]
    assert told.events == [LinkEvent(step.at, step.status, step.detail, step.attempt) for step in steps]
    assert line.gave_up is None


def test_giving_up_names_the_setting(told: Told) -> None:
    line = Line(told.tell, told.put, None)

    line.hear(news(LinkStatus.GAVE_UP, "Given up after 3 attempts."))

    assert str(line.gave_up).startswith("Given up after 3 attempts. Check")
    assert "PADDOCK_WS_MAX_RECONNECT_ATTEMPTS" in str(line.gave_up)


def test_a_hole_is_closed_by_the_first_frame_of_a_connection_and_by_no_other(told: Told) -> None:
    line = Line(told.tell, told.put, NOON)
    line.hear(news(LinkStatus.CONNECTED))

    cuts = [line.before(Frame("x", NOON + place * SECOND)) for place in (5, 6)]
    line.hear(news(LinkStatus.CONNECTED))
    cuts.append(line.before(Frame("x", NOON + 9 * SECOND)))

    assert [cut and json.loads(cut.text) for cut in cuts] == [
        {"since": str(NOON.isoformat()), "until": (NOON + 5 * SECOND).isoformat()},
        None,
        {"since": (NOON + 6 * SECOND).isoformat(), "until": (NOON + 9 * SECOND).isoformat()},
    ]
    assert cuts[0] is not None
    assert (cuts[0].channel, cuts[0].at) == (Channel.LINK, NOON + 5 * SECOND)


def test_where_nothing_was_heard_before_there_is_no_hole(told: Told) -> None:
    line = Line(told.tell, told.put, None)
    line.hear(news(LinkStatus.CONNECTED))

    assert [line.before(Frame("x", NOON)), line.before(Frame("y", NOON + SECOND))] == [None, None]


def test_whom_to_ask_is_known_with_the_first_table(told: Told) -> None:
    line = Line(told.tell, told.put, None)
    line.hear(news(LinkStatus.CONNECTED))

    asked = [line.to_ask(lambda cars=cars: cars) for cars in ((), (Car("r1", "7"),), (Car("r1", "7"),))]  # type: ignore[misc]  # a lambda's default has no type

    assert asked == [[], ["r1"], []]


class Slow:
    """A feed whose history comes slowly."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.may_go_on = threading.Event()

    def frames(self, stop: threading.Event) -> Iterator[Frame]:  # noqa: ARG002 - the stream's signature
        return iter(())

    def history(self, source_ids: Sequence[str]) -> Iterator[str]:
        self.asked.append(list(source_ids))
        for source_id in source_ids:
            if source_id == "away":
                raise Unavailable("It does not answer.", "Wait.")
            yield f"laps of {source_id}"
            self.may_go_on.wait(5)


@pytest.fixture
def taken() -> list[str]:
    return []


@pytest.fixture
def past(told: Told, taken: list[str]) -> Iterator[Past]:
    past = Past(taken.append, told.put, lambda: NOON)
    thread = threading.Thread(target=past.run)
    thread.start()
    yield past
    past.stop()
    thread.join(5)
    assert not thread.is_alive()


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_another_question_ends_the_one_before(past: Past, taken: list[str]) -> None:
    feed = Slow()

    past.ask(feed, ["r1", "r2"])
    until(lambda: taken == ["laps of r1"])
    past.ask(feed, ["r3"])
    feed.may_go_on.set()
    until(lambda: len(taken) == 2)

    assert taken == ["laps of r1", "laps of r3"]
    assert feed.asked == [["r1", "r2"], ["r3"]]


def test_a_past_that_nobody_tells_is_logged_and_asked_for_again(past: Past, told: Told, taken: list[str]) -> None:
    feed = Slow()
    feed.may_go_on.set()

    past.ask(feed, ["away"])
    until(lambda: told.events)
    past.ask(feed, ["r1"])
    until(lambda: taken)

    assert told.events == [LinkEvent(NOON, "no_history", "It does not answer.")]
