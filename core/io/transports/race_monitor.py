"""Race Monitor: a public list says where a race is relayed; there a WebSocket pushes RMonitor records.

The list gives a token for the socket; it is never shown. What happened in a hole is asked for on the socket itself,
and the answers come among the frames.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlencode, urlsplit

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from core.io.transports import LinkLimits
from core.io.transports.faults import LinkFault
from core.io.transports.turns import Turns
from core.io.transports.web import fetched
from core.io.transports.web_socket import Way, WebSocketConnection, opened
from core.tracks.model import RaceMonitor


def _text(raw: object) -> str:
    """Numbers come as text or as numbers."""
    return str(raw)


_Text = Annotated[str, BeforeValidator(_text)]


@dataclass(frozen=True, slots=True)
class Relayed:
    """A race in the list."""

    instance: Annotated[_Text, Field(alias="Instance")]
    is_live: Annotated[bool, Field(alias="ReceivingData")] = False


@dataclass(frozen=True, slots=True)
class RaceList:
    races: Annotated[tuple[Relayed, ...], Field(alias="CurrentRaces")] = ()
    host: Annotated[str, Field(alias="LiveTimingHost")] = ""
    token: Annotated[_Text, Field(alias="LiveTimingToken")] = ""


_RACE_LIST: TypeAdapter[RaceList] = TypeAdapter(RaceList)


class RaceMonitorDialler:
    """The way to one race."""

    def __init__(self, transport: RaceMonitor) -> None:
        self.address = f"Race Monitor, race {transport.race_id}"
        self._transport = transport
        self._connection: WebSocketConnection | None = None
        self._turns = Turns()

    def dial(self, limits: LinkLimits, _left: threading.Event) -> WebSocketConnection:
        found = self._listed(limits)
        instance = next((race.instance for race in found.races if race.is_live), None)
        if instance is None or not found.host:
            raise LinkFault(f"{self.address}, sends nothing now: the venue is not connected to it.")
        connection = opened(self._way(found, instance), limits)
        connection.say(f"$JOIN,{instance},{found.token}")
        self._connection = connection
        return connection

    def history(self, source_ids: Sequence[str], limits: LinkLimits, stop: threading.Event) -> Iterator[str]:
        """Ask on the socket; the laps come among the frames, nothing is yielded."""
        for racer in filter(_is_askable, source_ids):
            if not self._turns.wait(limits.ask_every_s, stop):
                return
            if self._connection is not None:
                self._connection.say(f"$GET,{racer}")
        yield from ()

    def _listed(self, limits: LinkLimits) -> RaceList:
        query = urlencode({"accountID": "", "seriesID": "", "raceID": self._transport.race_id, "styleID": ""})
        url = f"{self._transport.api.rstrip('/')}/Info/WebRaceList?{query}"
        try:
            return _RACE_LIST.validate_json(fetched(url, limits.connect_s, verify=self._transport.verify_tls))
        except ValidationError as error:
            raise LinkFault(f"{self.address}: the list of races cannot be read. Check the number.") from error

    def _way(self, found: RaceList, instance: str) -> Way:
        scheme = "ws" if urlsplit(self._transport.api).scheme == "http" else "wss"
        url = f"{scheme}://{found.host}/instance/{quote(instance, safe='')}/{quote(found.token, safe='')}"
        return Way(url, self._transport.verify_tls, f"{self.address}, at {found.host}")


def _is_askable(racer: str) -> bool:
    return bool(racer) and racer.isprintable() and "," not in racer
