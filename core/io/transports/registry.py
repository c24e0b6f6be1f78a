"""Which transport brings which frames: one case for each member of the union."""

from collections.abc import Callable
from pathlib import Path
from typing import assert_never

from core.errors import UnreadableFile
from core.io.transports import FrameStream, LinkLimits, LinkNews, Resume, ignore
from core.io.transports.apex import ApexDialler
from core.io.transports.connection import Dialler
from core.io.transports.link import Link
from core.io.transports.race_monitor import RaceMonitorDialler
from core.io.transports.recording import Replay
from core.io.transports.sms_timing import SmsDialler
from core.io.transports.tcp import TcpDialler
from core.io.transports.web_socket import WebSocketDialler
from core.tracks.model import ApexSocket, RaceMonitor, Recording, SmsTiming, TcpSocket, Transport, WebSocketFeed

_DEFAULTS = LinkLimits()

_WATCH_S = {"apex": 130.0, "rmonitor": 5.0, "sms_timing": 45.0}
"""Apex is never silent for longer than 60 s, RMonitor sends its clock every second, SMS-Timing is idle in words."""

_OTHERS_WATCH_S = 60.0


def watch_s(transport: Transport, protocol: str | None = None) -> float:
    """After how many seconds without data a link is taken for dead.

    Args:
        transport: a relay (Race Monitor) may be silent for longer than the protocol that it relays.
        protocol: what is spoken over a plain socket; None = what is usual there.
    """
    match transport:
        case ApexSocket() | SmsTiming():
            return _WATCH_S[transport.kind]
        case TcpSocket():
            return _WATCH_S.get(protocol or "rmonitor", _OTHERS_WATCH_S)
        case WebSocketFeed():
            return _WATCH_S.get(protocol or "", _OTHERS_WATCH_S)
        case RaceMonitor() | Recording():
            return _OTHERS_WATCH_S
        case _:
            assert_never(transport)


def open_transport(
    transport: Transport,
    data: Path,
    after: Resume | None,
    *,
    news: Callable[[LinkNews], None] = ignore,
    limits: LinkLimits = _DEFAULTS,
) -> FrameStream:
    """Open a circuit's transport. A live one connects when its frames are asked for.

    Args:
        transport: as the circuit has it.
        data: the data folder.
        after: the last frame that is already recorded; a replay goes on behind it.
        news: hears every step of a live link, from the thread that takes the frames.
        limits: how patient a live link is.

    Raises:
        UnreadableFile: a recording is not there, or none.
    """
    if isinstance(transport, Recording):
        path = _inside(data, transport.path)
        return Replay(path, speed=transport.speed, loop=transport.loop, begin_s=transport.begin_s, after=after)
    return Link(_dialler(transport), watch_s(transport), news=news, limits=limits)


def _dialler(transport: ApexSocket | TcpSocket | RaceMonitor | SmsTiming | WebSocketFeed) -> Dialler:
    match transport:
        case ApexSocket():
            return ApexDialler(transport)
        case TcpSocket():
            return TcpDialler(transport)
        case RaceMonitor():
            return RaceMonitorDialler(transport)
        case SmsTiming():
            return SmsDialler(transport)
        case WebSocketFeed():
            return WebSocketDialler(transport)
        case _:
            assert_never(transport)


def _inside(data: Path, path: str) -> Path:
    """The file, which no link leads out of the data folder."""
    file = (data / path).resolve()
    if not file.is_relative_to(data.resolve()):
        raise UnreadableFile(f"{path} lies outside the data folder.", "Copy the recording itself into the data folder.")
    return file
