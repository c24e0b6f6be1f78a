"""The bus: Redis or Valkey. It rings bells ("look, this changed") and carries the newest board of each circuit.

Nothing on it is the truth: a lost ring or board loses nothing, because whoever listens also looks for itself, at least
once a second (`None`) and after each reconnection. Bells ring after the commit of what they announce.

A board is published by one Lua script that refuses an epoch older than the newest seen: a worker that hung and lost its
lease cannot overwrite the board of its successor. The bus forgets epochs when it restarts; until the successor
publishes again, a second later at most, that guard is down, and only the screen of that moment is at stake.

Happenings (a lap, a stop, a flag …) are a numbered stream a circuit, fenced the same way. The bus gives the numbers:
one more than the last, and after the bus has lost everything the microseconds since 1970, so that no number comes
again. A happening that is appended a second time, by its key, is passed over. Raw frames and probes live for minutes.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import TypedDict
from uuid import UUID

import redis
from pydantic import TypeAdapter, ValidationError
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.io.contact import Contact, pauses

log = logging.getLogger(__name__)

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


_APPEND = """
local newest = tonumber(redis.call('HGET', KEYS[1], 'epoch') or 0)
if newest > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1])
local n = tonumber(redis.call('HGET', KEYS[1], 'happening') or 0)
if n == 0 then
  local now = redis.call('TIME')
  n = now[1] * 1000000 + now[2]
end
for i = 3, #ARGV, 2 do
  if not redis.call('ZSCORE', KEYS[3], ARGV[i]) then
    n = n + 1
    local number = string.format('%.0f', n)
    redis.call('XADD', KEYS[2], 'MAXLEN', ARGV[2], number .. '-0', 'body', ARGV[i + 1])
    redis.call('ZADD', KEYS[3], number, ARGV[i])
  end
end
redis.call('HSET', KEYS[1], 'happening', string.format('%.0f', n))
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', string.format('%.0f', n - ARGV[2]))
return 1
"""
MOST_HAPPENINGS = 20_000
"""A circuit's stream goes so far back: hours of forty cars."""
RAW_FRAMES = 50
_PORTION = 500
_RAW_FOR_S = 600
_PROBE_FOR_S = 60
_PRESENCE_FOR_S = 60


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
    LAPS = "laps"
    """Laps or stops of a circuit were stored, or somebody has come into the pits: the board shows it."""
    PRESENCE = "presence"
    """Somebody came, left or turned to something else in a race session."""


@dataclass(frozen=True, slots=True)
class Bell:
    topic: Topic
    subject: str
    """The id of what changed, as text."""
    seq: int = 0
    """SESSION: the head of the event log; POINTER: the pointer's epoch."""


_BELL: TypeAdapter[Bell] = TypeAdapter(Bell)


_ENTRIES: TypeAdapter[list[tuple[bytes, dict[bytes, bytes]]]] = TypeAdapter(list[tuple[bytes, dict[bytes, bytes]]])
_STREAMS: TypeAdapter[list[tuple[bytes, object]]] = TypeAdapter(list[tuple[bytes, object]])
_TEXTS: TypeAdapter[list[str]] = TypeAdapter(list[str])
_NOTED: TypeAdapter[dict[bytes, bytes]] = TypeAdapter(dict[bytes, bytes])
_TAKEN: TypeAdapter[tuple[bytes, bytes] | None] = TypeAdapter(tuple[bytes, bytes] | None)


class Appended(Enum):
    """What became of happenings that were appended."""

    DONE = auto()
    FENCED = auto()
    """A newer epoch has published: the caller is fenced off."""
    AWAY = auto()
    """No bus; the caller keeps them and appends them again."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A happening as it stands in the stream."""

    n: int
    body: bytes


class Bus:
    """One for the whole process, shared between threads and the event loop. A lost bus is logged, never raised."""

    def __init__(self, url: str, prefix: str = "paddock") -> None:
        self._url = url
        self._prefix = prefix
        # one retry: the pooled connection may be from before a restart of the server
        self._client = redis.Redis.from_url(url, retry=Retry(NoBackoff(), 1))
        self._publish = self._client.register_script(_PUBLISH)
        self._append = self._client.register_script(_APPEND)
        self._contact = Contact()

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

    def append_happenings(self, circuit_id: UUID, epoch: int, fresh: Sequence[tuple[str, bytes]]) -> Appended:
        """Number and keep what happened: pairs of a key that names the content, and the body; in their order."""
        keys = [self._name(what, circuit_id) for what in ("board", "happenings", "happened")]
        with self._contact:
            told = self._append(keys=keys, args=[epoch, MOST_HAPPENINGS, *(part for pair in fresh for part in pair)])
            return Appended.DONE if told else Appended.FENCED
        return Appended.AWAY

    def happenings(self, circuit_id: UUID, after: int = 0, limit: int = 1000) -> list[Numbered]:
        """What happened after number `after`, oldest first, as far as the stream goes back; nothing without a bus."""
        with self._contact:
            return _numbered(self._client.xrange(self._name("happenings", circuit_id), f"{after + 1}", count=limit))
        return []

    def last_happening(self, circuit_id: UUID) -> int | None:
        """The number of the newest happening; 0 when nothing ever happened, None when the bus cannot say."""
        with self._contact:
            return int(self._client.hget(self._name("board", circuit_id), "happening") or 0)
        return None

    async def follow_happenings(self, circuit_id: UUID, after: int) -> AsyncGenerator[list[Numbered]]:
        """Everything after number `after` in portions, for an event loop; an empty one about once a second."""
        waits = pauses()
        while True:
            with self._contact:
                async with AsyncRedis.from_url(self._url, retry=_ANEVER) as client:
                    while True:
                        portion = await self._portion(client, circuit_id, after)
                        after = portion[-1].n if portion else after
                        yield portion
                        waits = self._contact.made()
            yield []
            await asyncio.sleep(next(waits))

    def put_raw_frames(self, circuit_id: UUID, frames: Sequence[str]) -> None:
        """Keep the newest frames of a link as they came, for whoever wants to look at them."""
        if not frames:
            return
        key = self._name("frames", circuit_id)
        with self._contact, self._client.pipeline() as pipeline:
            pipeline.rpush(key, *frames[-RAW_FRAMES:])
            pipeline.ltrim(key, -RAW_FRAMES, -1)
            pipeline.expire(key, _RAW_FOR_S)
            pipeline.execute()

    def raw_frames(self, circuit_id: UUID) -> list[str]:
        """The newest frames, oldest first; none some minutes after the last."""
        with self._contact:
            return _TEXTS.validate_python(self._client.lrange(self._name("frames", circuit_id), 0, -1))
        return []

    def ask_probe(self, probe_id: UUID, body: bytes) -> bool:
        """Ask any one worker to try something out; False without a bus. A question nobody takes is soon forgotten."""
        key = self._name("probes")
        with self._contact, self._client.pipeline() as pipeline:
            pipeline.rpush(key, probe_id.bytes + body)
            pipeline.expire(key, _PROBE_FOR_S)
            pipeline.execute()
            return True
        return False

    def take_probe(self, patience_s: float) -> tuple[UUID, bytes] | None:
        """For workers: the oldest question nobody has taken, within `patience_s`; each goes to one worker only."""
        with self._contact:
            taken = _TAKEN.validate_python(self._client.blpop([self._name("probes")], patience_s))
            return None if taken is None else (UUID(bytes=taken[1][:16]), taken[1][16:])
        return None

    def answer_probe(self, probe_id: UUID, body: bytes) -> None:
        """Put down what was found so far; a later answer replaces it."""
        with self._contact:
            self._client.set(self._name("probe", probe_id), body, ex=_PROBE_FOR_S)

    def probe_answer(self, probe_id: UUID) -> bytes | None:
        """What was found so far; None while nobody has answered, and again a minute later."""
        with self._contact:
            answer = self._client.get(self._name("probe", probe_id))
            return answer if isinstance(answer, bytes) else None
        return None

    def note_presence(self, session_id: UUID, screen: str, body: bytes) -> None:
        """Say what a screen looks at; forgotten a minute after the last word of any screen."""
        key = self._name("presence", session_id)
        with self._contact, self._client.pipeline() as pipeline:
            pipeline.hset(key, screen, body)
            pipeline.expire(key, _PRESENCE_FOR_S)
            pipeline.execute()

    def end_presence(self, session_id: UUID, *screens: str) -> None:
        with self._contact:
            self._client.hdel(self._name("presence", session_id), *screens)

    def presences(self, session_id: UUID) -> dict[str, bytes]:
        """What was said last of each screen, also of those that fell silent meanwhile; nothing without a bus."""
        with self._contact:
            noted = _NOTED.validate_python(self._client.hgetall(self._name("presence", session_id)))
            return {screen.decode(): body for screen, body in noted.items()}
        return {}

    def count(self, what: str, window_s: int) -> tuple[int, int] | None:
        """Count something that happens now: how often since its window began, and in how many seconds that ends.

        A window begins with its first count. None without a bus.
        """
        key = self._name(f"count:{what}")
        with self._contact, self._client.pipeline() as pipeline:
            pipeline.incr(key)
            pipeline.expire(key, window_s, nx=True)
            pipeline.ttl(key)
            so_far, _, left = pipeline.execute()
            return so_far, max(1, left)
        return None

    def bells(self, stop: threading.Event) -> Iterator[Bell | None]:
        """Every bell until `stop`. None, at least once a second and after each reconnection: look for yourself."""
        waits = pauses()
        while not stop.is_set():
            with self._contact, redis.Redis.from_url(self._url, retry=_NEVER) as client, client.pubsub() as heard:
                heard.subscribe(self._name("bell"))
                while not stop.is_set():
                    yield _bell(heard.get_message(timeout=_TICK_S))
                    waits = self._contact.made()
            if not stop.is_set():
                yield None
                stop.wait(next(waits))

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

    async def _portion(self, client: AsyncRedis, circuit_id: UUID, after: int) -> list[Numbered]:
        key = self._name("happenings", circuit_id)
        found = await client.xread({key: f"{after}-0"}, count=_PORTION, block=int(_TICK_S * 1000))
        return [one for _, entries in _STREAMS.validate_python(found) for one in _numbered(entries)]

    async def _listen(self, channel: str) -> AsyncGenerator[_Message | None]:
        """Messages as they come, beginning with the `subscribe` of each connection; None about once a second."""
        waits = pauses()
        while True:
            with self._contact:
                async with AsyncRedis.from_url(self._url, retry=_ANEVER) as client, client.pubsub() as heard:
                    await heard.subscribe(channel)
                    while True:
                        yield await heard.get_message(timeout=_TICK_S)
                        waits = self._contact.made()
            yield None
            await asyncio.sleep(next(waits))

    def _name(self, what: str, about: UUID | None = None) -> str:
        return f"{self._prefix}:{what}:{about}" if about else f"{self._prefix}:{what}"


def _numbered(entries: object) -> list[Numbered]:
    """Entries of a stream, which are named `number-0`."""
    read = _ENTRIES.validate_python(entries)
    return [Numbered(int(name.partition(b"-")[0]), fields[b"body"]) for name, fields in read]


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
