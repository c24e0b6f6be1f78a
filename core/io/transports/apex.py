"""Apex Timing: a WebSocket that pushes, and a page that answers questions about the past.

Nothing is ever sent on the socket, not even a ping: some of Apex's servers close on any text. A snapshot comes by
itself. The TLS socket is tried before the open one; a certificate that cannot be verified is never a reason to go on
without TLS: that is for the operator to decide.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.errors import Unavailable
from core.io.transports import LinkLimits
from core.io.transports.apex_history import requests_for
from core.io.transports.apex_page import (
    ORIGIN,
    PageConfig,
    config_address,
    hosts,
    read_config,
    request_address,
    socket_addresses,
)
from core.io.transports.faults import BadCertificate, LinkFault
from core.io.transports.patience import Errand
from core.io.transports.turns import Turns
from core.io.transports.web import fetched
from core.io.transports.web_socket import Way, WebSocketConnection, opened
from core.tracks.model import ApexSocket


@dataclass(frozen=True, slots=True)
class Found:
    """Where an installation is."""

    port: int
    """Its `configPort`."""
    addresses: tuple[str, ...]
    """Its sockets, in the order in which to try them."""


class ApexDialler:
    """The way to one installation."""

    def __init__(self, transport: ApexSocket) -> None:
        self.address = transport.page or f"Apex Timing at {transport.host}, port {transport.port}"
        self._transport = transport
        self._found: Found | None = None
        self._turn = 0
        """Which address to begin with: the last that worked, or the one behind the last that did not."""
        self._turns = Turns()

    def dial(self, limits: LinkLimits, left: threading.Event) -> WebSocketConnection:
        addresses = self._search(limits).addresses
        fault: LinkFault | None = None
        for _ in addresses:
            try:
                return self._opened(addresses[self._turn % len(addresses)], limits)
            except BadCertificate:
                raise
            except LinkFault as refused:
                fault = fault or refused
            self._turn += 1
            if left.is_set():
                break
        raise fault or LinkFault(f"{self.address} has no address to connect to.")

    def history(self, source_ids: Sequence[str], limits: LinkLimits, stop: threading.Event) -> Iterator[str]:
        """One question for each competitor, so many seconds apart.

        Raises:
            Unavailable: the server does not answer them.
        """
        for question in requests_for(source_ids):
            if not self._turns.wait(limits.ask_every_s, stop):
                return
            reply = self._asked(question, limits, stop)
            if reply is None:
                return
            yield reply

    def _asked(self, question: str, limits: LinkLimits, stop: threading.Event) -> str | None:
        """The reply; None when nobody wants it any more."""
        try:
            return Errand(lambda: self._posted(question, limits)).result(2 * limits.connect_s, stop)
        except LinkFault as fault:
            raise Unavailable(fault.words, "The laps of the hole stay marked as missing.") from fault
        except TimeoutError as error:
            raise Unavailable(
                f"{self.address} does not tell the past.", "The laps of the hole stay marked as missing."
            ) from error

    def _posted(self, question: str, limits: LinkLimits) -> str:
        found = self._found or self._search(limits)
        page = self._transport.page or f"https://{self._transport.host}/live-timing/{found.port}/"
        form = {"port": str(found.port), "request": question}
        return fetched(request_address(page), limits.connect_s, verify=self._transport.verify_tls, form=form)

    def _search(self, limits: LinkLimits) -> Found:
        """Read the page anew, because venues change ports; while it does not answer, what it said last stands."""
        asked = self._transport
        try:
            said = self._config(limits)
        except LinkFault:
            if self._found is None:
                raise
            return self._found
        port = asked.port or said.port
        if port is None:
            raise LinkFault(f"{self.address} does not say on which port its feed is. Give host and port themselves.")
        self._found = Found(port, socket_addresses(hosts(asked.page, asked.host, said.host), port))
        return self._found

    def _config(self, limits: LinkLimits) -> PageConfig:
        asked = self._transport
        if asked.page is None or (asked.host and asked.port):
            return PageConfig()
        return read_config(fetched(config_address(asked.page), limits.connect_s, verify=asked.verify_tls))

    def _opened(self, address: str, limits: LinkLimits) -> WebSocketConnection:
        return opened(Way(address, self._transport.verify_tls, address.rstrip("/"), ORIGIN), limits)
