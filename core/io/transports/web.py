"""Small texts over HTTP: pages that say where a feed is, and replies about the past."""

import time
from collections.abc import Iterator, Mapping
from http.client import HTTPResponse
from typing import cast
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPSHandler, Request, build_opener

from core.io.transports.connection import BROWSER
from core.io.transports.faults import LinkFault, in_words
from core.io.transports.plug import tls_context

_PACKET = 65_536
_LONGEST = 16 * 2**20
"""Bytes. A day's laps of one car are less than 100 kB."""


def fetched(url: str, timeout_s: float, *, verify: bool, form: Mapping[str, str] | None = None) -> str:
    """The text at an address; a form is posted.

    Raises:
        LinkFault: there is none, or it is too long.
    """
    opener = build_opener(HTTPSHandler(context=tls_context(verify=verify)))
    shown = url.partition("?")[0]
    with in_words(shown), cast(HTTPResponse, opener.open(_request(url, form), timeout=timeout_s)) as reply:
        body = b"".join(_packets(reply, time.monotonic() + timeout_s))
    if len(body) > _LONGEST:
        raise LinkFault(f"{shown} answers with more than {_LONGEST >> 20} MB.")
    return body.decode("utf-8", "replace")


def _packets(reply: HTTPResponse, until: float) -> Iterator[bytes]:
    """At most one packet more than is allowed; a timeout for each would let a page dribble for ever.

    Raises:
        TimeoutError: the page is not here in time.
    """
    size = 0
    while size <= _LONGEST and (packet := reply.read1(_PACKET)):
        yield packet
        size += len(packet)
        if time.monotonic() > until:
            raise TimeoutError


def _request(url: str, form: Mapping[str, str] | None) -> Request:
    parts = urlsplit(url)
    headers = {"User-Agent": BROWSER, "Accept": "*/*", "Origin": f"{parts.scheme}://{parts.netloc}"}
    body = None if form is None else urlencode(form).encode()
    return Request(url, body, headers)  # noqa: S310 - the model of transports has checked the scheme, redirects do too
