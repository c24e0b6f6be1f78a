"""What an operator reads when a link cannot be made, and how soon a link can be stopped in every state."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest

from core.io.transports import LinkStatus
from core.io.transports.faults import LinkFault
from core.io.transports.web import fetched
from core.io.transports.web_socket import LONGEST_FRAME
from core.tracks.model import ApexSocket, RaceMonitor, SmsTiming, TcpSocket, Transport, WebSocketFeed
from tests.apex_feed import race
from tests.contract.links.held import QUICK, Held, until
from tests.fakes.apex import FakeApex
from tests.fakes.listening import Listening
from tests.fakes.pages import Asked, Pages, Reply
from tests.fakes.race_monitor import FakeRaceMonitor
from tests.fakes.rmonitor import FakeRMonitor

SCRIPT = race(karts=2, laps=2).frames
STOPS_S = 0.3
PATIENT = replace(QUICK, connect_s=30.0, watch_s=30.0, first_pause_s=30.0, longest_pause_s=30.0)


@pytest.fixture
def pages() -> Iterator[Pages]:
    """A web server that is no timing server."""

    def answer(asked: Asked) -> Reply:
        status = {"/gone": 404, "/secret": 403, "/busy": 503, "/Info/WebRaceList": 200}
        return Reply(status.get(asked.path.partition("?")[0], 200), "<html>hello</html>")

    served = Pages(answer)
    yield served
    served.close()


@pytest.fixture
def free_port() -> int:
    """Where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def cause_of(transport: Transport) -> str:
    with Held(transport) as link:
        return link.until_told(LinkStatus.LOST)


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # a real look-up may take longer than a test

    assert "is not known. Check how it is written" in cause_of(TcpSocket("timing.invalid"))


def test_nobody_listens(free_port: int) -> None:
    assert "refuses connections: no timing server runs there now" in cause_of(TcpSocket("127.0.0.1", free_port))
    assert "refuses connections" in cause_of(SmsTiming(f"ws://127.0.0.1:{free_port}/", "START 1@a"))
    assert "refuses connections" in cause_of(RaceMonitor(1, f"http://127.0.0.1:{free_port}"))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/gone", "There is nothing at"),
        ("/secret", "does not let us in"),
        ("/busy", "answers with HTTP 503 instead of the feed"),
        ("/", "answers with HTTP 200 instead of the feed"),
    ],
)
def test_a_web_server_that_is_no_feed(pages: Pages, path: str, words: str) -> None:
    address = pages.address.replace("http", "ws") + path

    assert words in cause_of(WebSocketFeed(address))
    assert words in cause_of(SmsTiming(address, "START 1@a"))


def test_a_timing_server_that_speaks_no_websocket() -> None:
    with FakeRMonitor(SCRIPT) as fake:
        fake.stage.tell()
        address = f"ws://127.0.0.1:{fake.transport.port}/"
        # It never ends what one takes for the header of its answer.
        assert "does not answer" in cause_of(WebSocketFeed(address))
        assert "does not answer" in cause_of(SmsTiming(address, "START 1@a"))


def test_tls_to_a_port_without_it() -> None:
    with FakeApex(SCRIPT) as fake:
        fake.has_bad_tls = True
        address = f"wss://127.0.0.1:{fake.port + 3}/"
        assert "does not speak TLS as it should" in cause_of(WebSocketFeed(address))
        assert "does not speak TLS as it should" in cause_of(SmsTiming(address, "START 1@a"))


def test_a_certificate_that_nobody_knows_everywhere() -> None:
    with FakeApex(SCRIPT) as fake:
        address = f"wss://127.0.0.1:{fake.port + 3}/"
        for transport in (WebSocketFeed(address), SmsTiming(address, "START 1@a")):
            assert "verify_tls: false" in cause_of(transport)


def test_a_page_without_a_port(pages: Pages) -> None:
    assert "does not say on which port" in cause_of(ApexSocket(f"{pages.address}/north/index.html"))


def test_a_list_of_races_that_is_none(pages: Pages) -> None:
    assert "the list of races cannot be read" in cause_of(RaceMonitor(1, pages.address))


@pytest.mark.parametrize("host", ["a..b", "relay.example:port", "[relay", "x" * 70, "127.0.0.1:99999"])
def test_a_list_that_leads_nowhere(host: str) -> None:
    with FakeRaceMonitor(()) as fake:
        fake.host = host
        assert "does not speak the protocol it should" in cause_of(fake.transport)


def test_a_server_that_hangs_before_the_handshake() -> None:
    with FakeApex(SCRIPT) as fake:
        fake.stage.stall()
        assert "does not answer" in cause_of(WebSocketFeed(f"ws://127.0.0.1:{fake.port + 2}/"))


def test_a_page_that_dribbles_is_left() -> None:
    def dribble(client: socket.socket) -> None:
        with client, suppress(OSError):
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while not over.wait(0.02):
                client.sendall(b"x")

    over = threading.Event()
    door = Listening(dribble, lambda: True)
    with pytest.raises(LinkFault, match="does not answer"):
        fetched(f"http://127.0.0.1:{door.port}/", 0.3, verify=True)
    over.set()
    door.close()


def test_a_frame_without_end_ends_the_link_not_the_memory() -> None:
    with FakeApex(SCRIPT) as fake, Held(fake.transport, PATIENT) as link:
        until(fake.stage.has_visitors)
        fake.stage.babble(b"\x81\x7f" + (2**40).to_bytes(8))
        for _ in range(LONGEST_FRAME // 2**20 + 1):
            fake.stage.babble(b"x" * 2**20)

        assert "sends what is not WebSocket" in link.until_told(LinkStatus.LOST)


def test_pauses_are_told_and_grow(free_port: int) -> None:
    with Held(TcpSocket("127.0.0.1", free_port), replace(QUICK, jitter=0.0)) as link:
        link.until_told(LinkStatus.LOST, times=4)

        pauses = [float(words.rsplit(" in ", 1)[1].removesuffix(" s.")) for words in link.told(LinkStatus.LOST)]
        assert all(first <= second for first, second in pairwise(pauses))
        assert [news.attempt for news in link.news if news.status is LinkStatus.LOST][:4] == [1, 2, 3, 4]


def test_a_link_stops_at_once_while_it_waits_for_data() -> None:
    with FakeApex(SCRIPT) as fake, FakeRMonitor(SCRIPT) as lines:
        for transport in (fake.transport, lines.transport):
            link = Held(transport, PATIENT).__enter__()
            link.until_told(LinkStatus.CONNECTED)
            assert link.end() < STOPS_S


def test_a_link_stops_at_once_while_nobody_answers_it() -> None:
    with FakeApex(SCRIPT) as fake:
        fake.stage.stall()
        link = Held(WebSocketFeed(f"ws://127.0.0.1:{fake.port + 2}/"), PATIENT).__enter__()
        link.until_told(LinkStatus.CONNECTING)
        assert link.end() < STOPS_S
        fake.stage.go_on()


def test_a_link_stops_at_once_between_two_attempts(free_port: int) -> None:
    link = Held(TcpSocket("127.0.0.1", free_port), PATIENT).__enter__()
    link.until_told(LinkStatus.LOST)
    assert link.end() < STOPS_S


def test_a_link_stops_at_once_in_the_middle_of_a_frame_that_dribbles() -> None:
    with FakeApex(SCRIPT) as fake:
        link = Held(fake.transport, PATIENT).__enter__()
        until(fake.stage.has_visitors)
        fake.stage.babble(b"\x81\x7f" + (1000).to_bytes(8))
        assert link.end() < STOPS_S
