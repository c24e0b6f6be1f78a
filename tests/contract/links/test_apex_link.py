"""The Apex link against a fake installation: found, followed, silent itself, and never without its certificate."""

from dataclasses import replace

import pytest

from core.io.transports import LinkStatus
from core.tracks.model import ApexSocket
from tests.apex_feed import race
from tests.contract.links.held import QUICK, Held, statuses, until
from tests.fakes.apex import FakeApex

SCRIPT = race(karts=3, laps=4).frames
KEEP_ALIVE = "\n"


def test_the_page_leads_to_the_feed_which_begins_with_a_snapshot() -> None:
    with FakeApex(SCRIPT) as fake, Held(fake.transport) as link:
        link.until_told(LinkStatus.CONNECTED)
        until(fake.stage.has_visitors)
        fake.stage.tell(3)

        link.until_brought(*(text for _, text in SCRIPT[:3]))
        assert link.told(LinkStatus.CONNECTING) == [f"Connecting to {fake.page}."]
        assert link.told(LinkStatus.CONNECTED) == [f"Connected to wss://127.0.0.1:{fake.port + 3}."]


def test_a_latecomer_gets_the_state_of_the_moment_in_one_frame() -> None:
    with FakeApex(SCRIPT) as fake:
        fake.stage.tell(5)
        with Held(fake.transport) as link:
            until(lambda: bool(link.frames))

            first = link.frames[0].text
            assert first.startswith("init|r|\n")
            assert 'data-id="r103c4" class="tn">10.046<' in first
            assert link.frames[0].position is None


def test_an_empty_frame_is_passed_on_as_what_it_is() -> None:
    with FakeApex(((0.0, KEEP_ALIVE), (60.0, ""))) as fake, Held(fake.transport) as link:
        until(fake.stage.has_visitors)
        fake.stage.tell()

        link.until_brought(KEEP_ALIVE, "")


def test_nothing_is_ever_sent_on_the_socket_but_pongs_and_a_farewell() -> None:
    with FakeApex(SCRIPT) as fake:
        with Held(fake.transport) as link:
            until(fake.stage.has_visitors)
            fake.stage.tell(4)
            fake.stage.freeze()
            link.until_told(LinkStatus.SILENT)
            fake.stage.go_on()
            until(lambda: fake.stage.visits > 1)
            list(link.stream.history(["r101"]))
        until(lambda: not fake.stage.has_visitors())

        assert {kind for kind, _ in fake.stage.heard} <= {"pong", "close"}
        assert ("close", (1000).to_bytes(2)) in fake.stage.heard


def test_it_introduces_itself_as_the_page_in_a_browser() -> None:
    with FakeApex(SCRIPT) as fake, Held(fake.transport) as link:
        link.until_told(LinkStatus.CONNECTED)

        [headers] = fake.handshakes
        assert headers["origin"] == "https://www.apex-timing.com"
        assert headers["user-agent"].startswith("Mozilla/5.0")


def test_an_unknown_certificate_is_refused_with_the_way_out_and_without_falling_back() -> None:
    with FakeApex(SCRIPT) as fake, Held(ApexSocket(fake.page)) as link:
        cause = link.until_told(LinkStatus.LOST)

        assert "certificate that cannot be verified" in cause
        assert "verify_tls: false" in cause
        assert fake.stage.visits == 0


def test_without_tls_at_the_port_above_the_open_socket_serves() -> None:
    with FakeApex(SCRIPT) as fake:
        fake.tls_door.refuse()
        with Held(fake.transport) as link:
            assert link.until_told(LinkStatus.CONNECTED) == f"Connected to ws://127.0.0.1:{fake.port + 2}."


def test_bad_tls_leads_to_the_open_socket_too() -> None:
    with FakeApex(SCRIPT) as fake:
        fake.has_bad_tls = True
        with Held(fake.transport) as link:
            assert link.until_told(LinkStatus.CONNECTED) == f"Connected to ws://127.0.0.1:{fake.port + 2}."


def test_host_and_port_need_no_page() -> None:
    with FakeApex(SCRIPT) as fake, Held(ApexSocket(host="127.0.0.1", port=fake.port, verify_tls=False)) as link:
        link.until_told(LinkStatus.CONNECTED)

        assert fake.asked == []


def test_history_asks_for_each_competitor_and_not_too_fast() -> None:
    with FakeApex(SCRIPT) as fake, Held(fake.transport) as link:
        fake.stage.tell()
        link.until_told(LinkStatus.CONNECTED)

        replies = list(link.stream.history(["r101", "r102", "not a row"]))

        assert [reply.splitlines()[0] for reply in replies] == ["D101.L0004#|||10041", "D102.L0004#|||10054"]
        asked = [one.form for one in fake.asked if one.method == "POST"]
        assert [form["port"] for form in asked] == [str(fake.port)] * 2
        assert "D101.L" in asked[0]["request"]


@pytest.mark.parametrize("page", ["/nowhere/index.html", "/live-timing/other/"])
def test_a_page_that_is_not_there_is_told_in_words(page: str) -> None:
    with FakeApex(SCRIPT) as fake:
        address = fake.page.partition("/live-timing")[0] + page
        with Held(ApexSocket(address, verify_tls=False)) as link:
            assert "There is nothing at" in link.until_told(LinkStatus.LOST)
            assert "HTTP 404" in link.told(LinkStatus.LOST)[0]


def test_attempts_are_counted_and_the_last_one_is_told() -> None:
    with FakeApex(SCRIPT) as fake:
        fake.refuse()
        with Held(fake.transport, replace(QUICK, attempts=2)) as link:
            assert link.ends()

            assert statuses(link.news) == [LinkStatus.CONNECTING, LinkStatus.LOST] * 2 + [
                LinkStatus.CONNECTING,
                LinkStatus.GAVE_UP,
            ]
            assert [news.attempt for news in link.news] == [0, 1, 1, 2, 2, 2]
            assert "refuses connections" in link.told(LinkStatus.GAVE_UP)[0]
