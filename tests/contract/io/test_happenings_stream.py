"""The bus keeps happenings: numbered without a hole, fenced, each content once, and read on from any number."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from uuid import UUID, uuid4

import pytest

from core.io import bus as room
from core.io.bus import Appended, Bus, Numbered
from tests.conftest import Servers

CIRCUIT = UUID(int=7)
FIRST, SECOND, THIRD = ("one", b"1"), ("two", b"2"), ("three", b"3")


@pytest.fixture
def bus(servers: Servers) -> Iterator[Bus]:
    bus = Bus(servers.redis_url, f"test-{uuid4().hex}")
    yield bus
    bus.close()


def bodies(happened: list[Numbered]) -> list[bytes]:
    return [one.body for one in happened]


def test_happenings_are_numbered_one_after_the_other(bus: Bus) -> None:
    assert bus.append_happenings(CIRCUIT, 1, [FIRST, SECOND]) is Appended.DONE
    assert bus.append_happenings(CIRCUIT, 1, [THIRD]) is Appended.DONE

    kept = bus.happenings(CIRCUIT)

    assert bodies(kept) == [b"1", b"2", b"3"]
    assert [one.n - kept[0].n for one in kept] == [0, 1, 2]
    assert bus.last_happening(CIRCUIT) == kept[-1].n


def test_what_is_appended_again_gets_no_second_number(bus: Bus) -> None:
    bus.append_happenings(CIRCUIT, 1, [FIRST, SECOND])
    before = bus.happenings(CIRCUIT)

    bus.append_happenings(CIRCUIT, 2, [FIRST, SECOND, THIRD])

    assert bus.happenings(CIRCUIT)[:2] == before
    assert bodies(bus.happenings(CIRCUIT)) == [b"1", b"2", b"3"]


def test_a_worker_of_an_older_epoch_appends_nothing(bus: Bus) -> None:
    bus.append_happenings(CIRCUIT, 10, [FIRST])

    assert bus.append_happenings(CIRCUIT, 9, [SECOND]) is Appended.FENCED

    assert bodies(bus.happenings(CIRCUIT)) == [b"1"]
    assert not bus.publish_board(CIRCUIT, 9, b"late")


def test_reading_goes_on_behind_any_number(bus: Bus) -> None:
    bus.append_happenings(CIRCUIT, 1, [FIRST, SECOND, THIRD])
    first = bus.happenings(CIRCUIT, limit=1)

    assert bodies(first) == [b"1"]
    assert bodies(bus.happenings(CIRCUIT, first[0].n)) == [b"2", b"3"]


def test_the_stream_and_its_keys_are_bounded(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_HAPPENINGS", 3)

    for number in range(10):
        bus.append_happenings(CIRCUIT, 1, [(str(number), str(number).encode())])

    assert bodies(bus.happenings(CIRCUIT)) == [b"7", b"8", b"9"]
    assert bus._client.zcard(bus._name("happened", CIRCUIT)) == 3


def test_numbers_never_come_again_when_the_bus_has_lost_everything(bus: Bus) -> None:
    bus.append_happenings(CIRCUIT, 1, [FIRST, SECOND])
    last = bus.last_happening(CIRCUIT)
    bus._client.delete(*(bus._name(what, CIRCUIT) for what in ("board", "happenings", "happened")))

    assert bus.last_happening(CIRCUIT) == 0
    bus.append_happenings(CIRCUIT, 1, [THIRD])

    assert last is not None
    assert bus.happenings(CIRCUIT)[0].n > last


async def _followed(bus: Bus) -> list[list[Numbered]]:
    async with aclosing(bus.follow_happenings(CIRCUIT, 0)) as following:
        portions = [await anext(following)]
        await asyncio.to_thread(bus.append_happenings, CIRCUIT, 1, [SECOND, THIRD])
        return [*portions, await anext(following), await anext(following)]


def test_an_event_loop_gets_what_is_kept_then_what_comes_then_silence(bus: Bus) -> None:
    bus.append_happenings(CIRCUIT, 1, [FIRST])

    portions = asyncio.run(_followed(bus))

    assert [bodies(portion) for portion in portions] == [[b"1"], [b"2", b"3"], []]


def test_the_newest_raw_frames_are_kept_in_their_order(bus: Bus) -> None:
    assert bus.raw_frames(CIRCUIT) == []

    bus.put_raw_frames(CIRCUIT, [f"frame {number}" for number in range(60)])
    bus.put_raw_frames(CIRCUIT, ["r1|c2|\u00e9"])
    bus.put_raw_frames(CIRCUIT, [])

    assert bus.raw_frames(CIRCUIT) == [f"frame {number}" for number in range(11, 60)] + ["r1|c2|\u00e9"]


def test_a_probe_is_taken_by_one_worker_and_its_answer_read_until_it_is_replaced(bus: Bus) -> None:
    probe, other = uuid4(), uuid4()

    assert bus.ask_probe(probe, b"a transport")
    assert bus.ask_probe(other, b"")
    taken = [bus.take_probe(0.1), bus.take_probe(0.1), bus.take_probe(0.1)]
    answers = [bus.probe_answer(probe)]
    for answer in (b"first frames", b"all of it"):
        bus.answer_probe(probe, answer)
        answers.append(bus.probe_answer(probe))

    assert taken == [(probe, b"a transport"), (other, b""), None]
    assert answers == [None, b"first frames", b"all of it"]


def test_without_a_bus_nothing_raises() -> None:
    bus = Bus("unix:///nowhere/valkey.sock")
    bus.put_raw_frames(CIRCUIT, ["frame"])
    bus.answer_probe(CIRCUIT, b"")

    assert bus.append_happenings(CIRCUIT, 1, [FIRST]) is Appended.AWAY
    assert (bus.happenings(CIRCUIT), bus.last_happening(CIRCUIT), bus.raw_frames(CIRCUIT)) == ([], None, [])
    assert (bus.ask_probe(CIRCUIT, b""), bus.take_probe(0.1), bus.probe_answer(CIRCUIT)) == (False, None, None)
