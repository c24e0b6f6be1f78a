"""The bus: Redis or Valkey. It rings bells ("look, this changed") and carries the newest board of each circuit.

Nothing on it is the truth: a lost ring or board loses nothing, because whoever listens also looks for itself, at least
once a second (`None`) and after each reconnection. Bells ring after the commit of what they announce.

A board is published by one Lua script that refuses an epoch older than the newest seen: a worker that hung and lost its
lease cannot overwrite the board of its successor. The bus forgets epochs when it restarts; until the successor
publishes again, a second later at most, that guard is down, and only the screen of that moment is at stake.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, repeat
from types import TracebackType
from typing import TypedDict
from uuid import UUID

import redis
from pydantic import TypeAdapter, ValidationError
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)

_LOST = (redis.ConnectionError, redis.TimeoutError, redis.ReadOnlyError)
_NEVER = Retry(NoBackoff(), 0)
_ANEVER = AsyncRetry(NoBackoff(), 0)
_TICK_S = 1.0
_PUBLISH = """
local newest = tonumber(redis.call('HGET', KEYS[1], 'epoch') or 0)
if newest > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'body', ARGV[2])
redis.call('PUBLISH', KEYS[2], ARGV[2])
return 1
"""


class _Message(TypedDict):
    """What redis-py hands over of a subscribed channel."""

    type: str
    data: bytes


class Topic(StrEnum):
    """What a bell is about."""

    SESSION = "session"
    POINTER = "pointer"
    REGISTRY = "registry"
    CIRCUIT = "circuit"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Bell:
    topic: Topic
    subject: str
    """The id of what changed, as text."""
    seq: int = 0
    """SESSION: the head of the event log; POINTER: the pointer's epoch."""


_BELL: TypeAdapter[Bell] = TypeAdapter(Bell)


class Bus:
    """One for the whole process, shared between threads and the event loop. A lost bus is logged, never raised."""

    def __init__(self, url: str, prefix: str = "paddock") -> None:
        self._url = url
        self._prefix = prefix
        # one retry: the pooled connection may be from before a restart of the server
        self._client = redis.Redis.from_url(url, retry=Retry(NoBackoff(), 1))
        self._publish = self._client.register_script(_PUBLISH)
        self._contact = _Contact()

    def close(self) -> None:
        self._client.close()

    def reachable(self) -> bool:
        with self._contact:
            return bool(self._client.ping())
        return False

    def ring(self, bell: Bell) -> None:
        """Tell everybody; after the commit of what the bell is about."""
        with self._contact:
            self._client.publish(self._name("bell"), _BELL.dump_json(bell))

    def publish_board(self, circuit_id: UUID, epoch: int, body: bytes) -> bool:
        """Store and publish a board; False when a newer epoch has published: the caller is fenced off.

        True also when the bus is away: the caller sends its newest board again after a while.
        """
        keys = [self._name("board", circuit_id), self._name("live", circuit_id)]
        with self._contact:
            return bool(self._publish(keys=keys, args=[epoch, body]))
        return True

    def board(self, circuit_id: UUID) -> bytes | None:
        """The newest board; None when there is none, or no bus."""
        with self._contact:
            body = self._client.hget(self._name("board", circuit_id), "body")
            return body if isinstance(body, bytes) else None
        return None

    def bells(self, stop: threading.Event) -> Iterator[Bell | None]:
        """Every bell until `stop`. None, at least once a second and after each reconnection: look for yourself."""
        pauses = _pauses()
        while not stop.is_set():
            with self._contact, redis.Redis.from_url(self._url, retry=_NEVER) as client, client.pubsub() as heard:
                heard.subscribe(self._name("bell"))
                while not stop.is_set():
                    yield _bell(heard.get_message(timeout=_TICK_S))
                    pauses = self._contact.made()
            if not stop.is_set():
                yield None
                stop.wait(next(pauses))

    async def abells(self) -> AsyncIterator[Bell | None]:
        """As `bells`, for an event loop; ends when its task is cancelled."""
        async with aclosing(self._listen(self._name("bell"))) as listening:
            async for message in listening:
                yield _bell(message)

    async def boards(self, circuit_id: UUID) -> AsyncIterator[bytes | None]:
        """The stored board (if any), then each that is published; the stored one again after each reconnection.

        None: about once a second without news.
        """
        async with aclosing(self._listen(self._name("live", circuit_id))) as listening:
            async for message in listening:
                if message is not None and message["type"] == "subscribe":
                    yield await asyncio.to_thread(self.board, circuit_id)
                else:
                    yield _data(message)

    async def _listen(self, channel: str) -> AsyncGenerator[_Message | None]:
        """Messages as they come, beginning with the `subscribe` of each connection; None about once a second."""
        pauses = _pauses()
        while True:
            with self._contact:
                async with AsyncRedis.from_url(self._url, retry=_ANEVER) as client, client.pubsub() as heard:
                    await heard.subscribe(channel)
                    while True:
                        yield await heard.get_message(timeout=_TICK_S)
                        pauses = self._contact.made()
            yield None
            await asyncio.sleep(next(pauses))

    def _name(self, what: str, circuit_id: UUID | None = None) -> str:
        return f"{self._prefix}:{what}:{circuit_id}" if circuit_id else f"{self._prefix}:{what}"


class _Contact:
    """Swallows that the bus is away; says so once, and once that it is back."""

    def __init__(self) -> None:
        self._lost = False

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None:
            self.made()
            return False
        if not isinstance(error, _LOST):
            return False
        if not self._lost:
            log.warning("bus lost", extra={"reason": str(error)})
        self._lost = True
        return True

    def made(self) -> Iterator[float]:
        """The bus answers; returns the pauses between tries for the next time that it does not."""
        if self._lost:
            log.info("bus back")
        self._lost = False
        return _pauses()


def _pauses() -> Iterator[float]:
    return chain((0.05, 0.1, 0.2, 0.5), repeat(1.0))


def _bell(message: _Message | None) -> Bell | None:
    """What was rung; something else on our channel counts as "look for yourself"."""
    data = _data(message)
    try:
        return None if data is None else _BELL.validate_json(data)
    except ValidationError:
        log.warning("a bell of another make", extra={"bytes": len(data or b"")})
        return None


def _data(message: _Message | None) -> bytes | None:
    return message["data"] if message is not None and message["type"] == "message" else None
