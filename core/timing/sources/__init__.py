"""Timing protocols. A source is a parser, not a connection: it is fed frames and yields events.

Every source yields the same closed union of events (`core.timing.events`), keeps its state plain enough to be
pickled, and never raises, whatever it is fed: what it cannot read comes out as `Unread`, what is not its protocol's
as `Junk`. To add one, write its module and one line in `SOURCES`; its marks stand in `core.timing.signatures`.

A circuit may also be set to `auto` (the source finds out) and to `mapped` (a confirmed map of a feed nobody knows).
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from core.errors import BadInput
from core.timing.detect import Detector
from core.timing.events import Event
from core.timing.mapping import NO_MAPS, Maps
from core.timing.sources.apex import Apex
from core.timing.sources.auto import Auto
from core.timing.sources.mapped import Mapped
from core.timing.sources.rmonitor import RMonitor
from core.timing.sources.sms_timing import SmsTiming
from core.timing.sources.timing71 import Timing71


class Source(Protocol):
    """A parser of one protocol, with the memory that the protocol needs."""

    def feed(self, frame: str, at: datetime) -> Iterable[Event]:
        """The events of one frame that was received at `at`."""


SOURCES: dict[str, Callable[[], Source]] = {
    "apex": Apex,
    "rmonitor": RMonitor,
    "sms_timing": SmsTiming,
    "timing71": Timing71,
}

AUTO, MAPPED = "auto", "mapped"

PROTOCOLS = frozenset((*SOURCES, AUTO, MAPPED))
"""Everything a circuit may be set to."""

_READ_BY = {"race_monitor": "rmonitor"}
"""Formats that are read by the source of another."""


def make_source(protocol: str, maps: Maps = NO_MAPS) -> Source:
    """A fresh source of a protocol.

    Raises:
        BadInput: nobody reads the protocol, or it is `mapped` and no map is confirmed.
    """
    if protocol == AUTO:
        return Auto(maps, make_recognised)
    if protocol == MAPPED:
        return _mapped(maps)
    if protocol not in SOURCES:
        raise BadInput(f"No parser reads the protocol “{protocol}”.", f"Choose one of: {', '.join(sorted(PROTOCOLS))}.")
    return _known(protocol, maps)


def make_recognised(format_: str, maps: Maps) -> Source | None:
    """The source that reads a recognised format; None when nobody reads it yet."""
    protocol = protocol_of(format_)
    return None if protocol is None else _known(protocol, maps)


def protocol_of(format_: str | None) -> str | None:
    """The protocol by which a format is read; None when nobody reads it."""
    protocol = _READ_BY.get(format_ or "", format_)
    return protocol if protocol in SOURCES else None


def recognise(frames: Iterable[str]) -> str | None:
    """The protocol of a feed, by its first messages that say anything; None when they speak none we read."""
    detector = Detector()
    for frame in frames:
        if detector.hear(frame) is not None or detector.is_full:
            break
    return protocol_of(detector.finding().format)


def _known(protocol: str, maps: Maps) -> Source:
    return Apex(maps.columns) if protocol == "apex" and maps.columns else SOURCES[protocol]()


def _mapped(maps: Maps) -> Source:
    if maps.feed is None:
        raise BadInput(
            "The circuit reads a generated map, but none is confirmed.", "Confirm one on the page Timing › Formats."
        )
    return Mapped(maps.feed)
