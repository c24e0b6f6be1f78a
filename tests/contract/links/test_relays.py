"""What Race Monitor, SMS-Timing and plain sockets ask of a client."""

from dataclasses import replace

import pytest

from core.io.transports import LinkStatus
from core.tracks.model import WebSocketFeed
from tests.contract.links.held import QUICK, Held, until
from tests.fakes.race_monitor import FakeRaceMonitor
from tests.fakes.rmonitor import FakeRMonitor
from tests.fakes.sms import FakeSms

RECORDS = (
    (0.0, '$A,"17","17",0,"A","B","",1\n$B,1,"Heat"\n'),
    (1.0, '$F,9999,"00:10:00","10:00:00","00:00:01","Green "\n$J,"17","00:01:02.345","00:01:02.345"\n'),
)
STATES = ((0.0, '{"CE":1,"CS":1,"D":[]}'), (1.0, '{"CE":1,"CS":1,"D":[{"K":"7","N":"Водитель"}]}'))


def test_a_relay_is_joined_with_the_token_of_the_list() -> None:
    with FakeRaceMonitor(RECORDS) as fake, Held(fake.transport) as link:
        until(fake.stage.has_visitors)
        fake.stage.tell()

        link.until_brought(*(text for _, text in RECORDS))
        assert fake.stage.heard == [("text", b"$JOIN,relay-7,token/of=tests")]
        assert not any("token" in news.detail for news in link.news)


def test_history_of_a_relay_is_asked_on_the_socket_and_comes_among_the_frames() -> None:
    with FakeRaceMonitor(RECORDS) as fake:
        fake.stage.tell()
        with Held(fake.transport) as link:
            until(fake.stage.has_visitors)

            assert list(link.stream.history(["17", "a,b", ""])) == []
            link.until_brought('$RMHL,"17","1","0","00:01:02.345","Green","00:01:02.345"')
            assert [text for kind, text in fake.stage.heard if text.startswith(b"$GET")] == [b"$GET,17"]


def test_a_race_whose_venue_is_away_is_told_so_and_tried_again() -> None:
    with FakeRaceMonitor(RECORDS) as fake:
        fake.is_live = False
        with Held(fake.transport) as link:
            assert "sends nothing now: the venue is not connected" in link.until_told(LinkStatus.LOST)
            fake.is_live = True
            link.until_told(LinkStatus.CONNECTED)


def test_who_comes_too_often_waits_as_long_as_asked() -> None:
    with FakeRaceMonitor(RECORDS) as fake:
        fake.asks_for_patience_s = 40
        with Held(fake.transport) as link:
            cause = link.until_told(LinkStatus.LOST)

            assert "asks us to come less often: we wait 40 s. Next attempt in 40.0 s." in cause
            assert len(fake.asked) == 1
            assert link.end() < 0.3


@pytest.mark.parametrize("tls", [False, True], ids=["open", "TLS"])
def test_sms_states_come_whole_and_decompressed(*, tls: bool) -> None:
    with FakeSms(STATES, tls=tls) as fake, Held(fake.transport) as link:
        until(fake.stage.has_visitors)
        fake.stage.tell()

        link.until_brought("{}", *(text for _, text in STATES))
        assert fake.stage.heard == [("text", b"START 8@example")]


def test_without_compression_sms_timing_would_stay_dumb_so_it_is_refused() -> None:
    with FakeSms(STATES, deflates=False) as fake, Held(fake.transport) as link:
        assert "does not compress (permessage-deflate)" in link.until_told(LinkStatus.LOST)
        assert link.frames == []


def test_any_other_socket_gets_its_greeting() -> None:
    with FakeSms(STATES, deflates=False) as fake:
        transport = WebSocketFeed(fake.transport.url, "good morning")
        with Held(transport) as link:
            link.until_brought("{}")

            assert fake.stage.heard == [("text", b"good morning")]
            assert list(link.stream.history(["1"])) == []


def test_lines_of_one_packet_are_one_frame_and_half_a_line_is_none() -> None:
    script = ((0.0, "$A,1\n$A,2\n$A,3"), (1.0, '$J,"1","00:01:00.000"'))
    with FakeRMonitor(script) as fake, Held(fake.transport, replace(QUICK, watch_s=5.0)) as link:
        until(fake.stage.has_visitors)
        fake.stage.tell(1)
        link.until_brought("$A,1\n$A,2\n$A,3")

        fake.stage.cut_short()

        link.until_told(LinkStatus.LOST)
        assert not any(text.startswith("$J") and text != script[1][1] for text in link.texts)


@pytest.mark.parametrize("junk", ["\x00", "GET / HTTP/1.1", "é" * 20_000])
def test_what_is_not_the_protocol_s_is_passed_on_for_the_parser_to_judge(junk: str) -> None:
    with FakeRMonitor(RECORDS) as fake, Held(fake.transport) as link:
        until(fake.stage.has_visitors)
        fake.stage.junk(junk)

        until(lambda: "".join(link.texts).replace("\n", "") == junk)
