"""Where an installation is, by its page's address and config.js, which is read but never run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.io.transports.apex_page import (
    PageConfig,
    config_address,
    hosts,
    read_config,
    request_address,
    socket_addresses,
)

PAGE = "https://www.apex-timing.com/live-timing/north-loop/index.html"


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("configPort=8310;", PageConfig(8310)),
        (
            "var configPort = '8310' ;\nvar configHost = \"live.apex-timing.com\";",
            PageConfig(8310, "live.apex-timing.com"),
        ),
        ("window.configPort\t=\n8310", PageConfig(8310)),
        ("// configPort = 1;\nvar configPort = 8310; // = 2\n/* configPort = 3;\n */", PageConfig(8310)),
        ("var configPort = 1;\nconfigPort = 8310;", PageConfig(8310)),
        ('var page = "https://a.b/c"; configPort = 8310', PageConfig(8310)),
        ("var c = {configPort: 8310, 'configGMT': +2}", PageConfig(8310, gmt_h=2.0)),
        ("if (configPort == 5) {}\nvar configPort = 8310", PageConfig(8310)),
        ("var myconfigPort = 5;", PageConfig()),
        ('configHost = "wss://Live-Data.apex-timing.com/";', PageConfig(host="live-data.apex-timing.com")),
        ('configHost = "";\nconfigPort = 0;', PageConfig()),
        ('configHost = "a b";\nconfigPort = 65535;\nconfigGMT = "-3.5";', PageConfig(gmt_h=-3.5)),
        ("", PageConfig()),
    ],
)
def test_settings_are_found_however_they_are_written(script: str, found: PageConfig) -> None:
    assert read_config(script) == found


@given(st.text() | st.text(st.sampled_from("configPort=:'\"/*\n\\8 ")))
def test_no_script_breaks_the_reader(script: str) -> None:
    read_config(script)


@pytest.mark.parametrize(
    ("page", "config"),
    [
        (PAGE, "https://www.apex-timing.com/live-timing/north-loop/javascript/config.js"),
        ("https://live.apex-timing.com/north-loop/", "https://live.apex-timing.com/north-loop/javascript/config.js"),
        ("https://live.apex-timing.com/north-loop", "https://live.apex-timing.com/north-loop/javascript/config.js"),
        (f"{PAGE}?lang=en", "https://www.apex-timing.com/live-timing/north-loop/javascript/config.js"),
        ("http://venue.example", "http://venue.example/javascript/config.js"),
    ],
)
def test_config_stands_beside_the_page(page: str, config: str) -> None:
    assert config_address(page) == config


def test_request_php_stands_above_all_pages() -> None:
    assert request_address(PAGE) == "https://www.apex-timing.com/live-timing/commonv2/functions/request.php"


def test_the_named_host_is_tried_first_then_the_others_of_apex() -> None:
    assert hosts(PAGE, None, "www.apex-timing.com") == (
        "www.apex-timing.com",
        "live-data.apex-timing.com",
        "live.apex-timing.com",
    )
    assert len(hosts(PAGE, None, None)) == 3


def test_a_page_elsewhere_never_leads_to_apex() -> None:
    assert hosts("https://apex-timing.com.example.org/x/", None, None) == ("apex-timing.com.example.org",)
    assert hosts(None, "10.0.0.9", None) == ("10.0.0.9",)


def test_tls_comes_before_the_open_socket() -> None:
    assert socket_addresses(("a", "::1"), 8310) == (
        "wss://a:8313/",
        "ws://a:8312/",
        "wss://[::1]:8313/",
        "ws://[::1]:8312/",
    )
