"""Known installations: from a page's config.js to the address of the socket that others have used for months."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from pydantic import TypeAdapter

from core.io.transports.apex_page import config_address, hosts, read_config, socket_addresses
from core.tracks.model import ApexSocket, transport_of
from tests.conformance.data import folder


@dataclass(frozen=True)
class Known:
    slug: str
    timing_url: str
    websocket_url: str
    gmt: int
    host: str


KNOWN = TypeAdapter(list[Known]).validate_json(
    (folder() / "timing" / "apex" / "known_tracks_lt_analyzer.json").read_bytes()
)


def test_all_fifty_are_here() -> None:
    assert len(KNOWN) == 50


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.slug)
def test_a_known_installation_is_found_by_its_page(known: Known) -> None:
    config_port = (urlsplit(known.websocket_url).port or 0) - 3
    script = f'var configPort = {config_port};\nvar configHost = "{known.host}";\nvar configGMT = {known.gmt};'

    transport = transport_of({"kind": "apex", "page": known.timing_url})
    said = read_config(script)

    assert isinstance(transport, ApexSocket)
    assert config_address(known.timing_url).endswith(f"/{known.slug}/javascript/config.js")
    assert said.gmt_h == known.gmt
    assert said.port is not None
    addresses = socket_addresses(hosts(transport.page, transport.host, said.host), said.port)
    assert addresses[0] == known.websocket_url
    assert len(addresses) == 6
