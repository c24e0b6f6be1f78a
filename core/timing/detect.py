"""Which feed is this? Decided from the first twenty messages that say anything, with reasons in words.

Whole messages are looked at, a snapshot of Apex being hundreds of lines. A format is decided when its marks have been
seen three times and at least four fifths of what had a vote belong to it; junk and idle messages have none. An opening
of Apex is enough with three lines of its page. Of a feed that ends before, the format with most marks is named, with
less confidence. A recording may interleave streams under tags: each is judged by itself.

`confidence` is between 0 and 1: the share of what had a vote that belongs to the format, times how much of the marks
asked for was seen, times how much of it is this format's alone (XML, SockJS and Engine.IO are spoken by others too).
1 means that nothing speaks against it; 0 that the feed is none we know.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.timing.signatures import FORMATS, Silent, Vote, look_at

MOST_MESSAGES = 20
"""Messages that say something, of one stream, that are looked at."""

_MOST_LOOKED_AT = 2000
"""Idle messages included."""
_ENOUGH = 3
_SHARE = 0.8
_SAMPLE = 60
_HEADER = re.compile(r"##\d{4}-\d\d-\d\d[T ][\d:.]+(?:\|(\w+))?[ \t]*\r?(?:\n|$)")
_STAMP = re.compile(r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?(?:[ \t]+|\r?$)", re.MULTILINE)
_SHARED = {
    "XML documents": 0.5,
    "Engine.IO packets": 0.6,
    "SockJS frames": 0.6,
    "clock strings": 0.5,
    "headlines of the page": 0.5,
}
"""Marks that others bear too, and how much they are worth when a format has no better ones."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a feed is, and why we think so."""

    format: str | None
    """A key of `FORMATS`; None when it is none of them."""
    confidence: float
    messages_needed: int | None
    """Messages that were not empty until the format was decided."""
    explained: float
    """Share of what had a vote that belongs to the format (the best one, if there is none)."""
    why: tuple[str, ...]


def detect(frames: Iterable[str]) -> Finding:
    """The format of a feed by its first messages."""
    return detect_streams(_untagged(frame) for frame in frames)


def detect_streams(messages: Iterable[tuple[str, str]]) -> Finding:
    """The format of (stream, message) pairs: that of the stream of which most is known."""
    streams: dict[str, Detector] = {}
    heard = 0
    for stream, message in messages:
        heard += bool(message.strip())
        one = streams.setdefault(stream, Detector())
        one.hear(message, heard)
        if heard >= _MOST_LOOKED_AT or all(each.is_full for each in streams.values()):
            break
    best = max(streams.values(), key=lambda each: each.finding().confidence, default=Detector())
    tags = [stream for stream in streams if stream]
    found = best.finding()
    if len(streams) < 2:
        return found
    mixed = f"{len(streams)} streams are mixed ({', '.join(tags)}); judged by itself, one of them is this."
    return Finding(found.format, found.confidence, found.messages_needed, found.explained, (mixed, *found.why))


@dataclass(slots=True)
class Detector:
    """Counts the marks of one stream; plain state that can be pickled."""

    messages: int = 0
    needed: int | None = None
    decided: str | None = None
    weights: Counter[str] = field(default_factory=Counter)
    votes: Counter[str] = field(default_factory=Counter)
    features: Counter[tuple[str, str]] = field(default_factory=Counter)
    silent: Counter[Silent] = field(default_factory=Counter)
    samples: dict[Silent, str] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Whether enough messages have been looked at."""
        return self.messages >= MOST_MESSAGES

    def hear(self, message: str, number: int | None = None) -> str | None:
        """Look at the next message; the format, once it is decided.

        Args:
            number: the message's place in the feed, where it has several streams.
        """
        if self.is_full:
            return self.decided
        said = [self._count(piece, look) for piece, look in look_at(message)]
        self.messages += any(said)
        leader = self.leader()
        if self.decided is None and leader is not None and self._is_enough(leader):
            self.decided, self.needed = leader, number or self.messages
        return self.decided

    def leader(self) -> str | None:
        """The format with most marks; records of Race Monitor are RMonitor's and its own."""
        best = max(self.votes, key=lambda name: (self.weights[name], self.votes[name]), default=None)
        return "race_monitor" if best == "rmonitor" and self.votes["race_monitor"] else best

    def finding(self) -> Finding:
        """What is known so far."""
        leader = self.leader()
        name = self.decided or (leader if leader and self._is_likely(leader) else None)
        name = leader if name and leader == "race_monitor" else name
        explained = self._share(name or leader)
        confidence = explained * self._evidence(name) * self._own(name) if name else 0.0
        needed = (self.needed or self.messages) if name else None
        return Finding(name, round(confidence, 3), needed, round(explained, 3), tuple(self._why(name)))

    def _count(self, piece: str, look: Vote | Silent) -> bool:
        """Whether the piece said anything."""
        if isinstance(look, Silent):
            self.silent[look] += 1
            self.samples.setdefault(look, piece[:_SAMPLE])
            return look is not Silent.NOTHING_SAID
        self.weights[look.format] += look.weight
        self.votes[look.format] += 1
        self.features[look.format, look.feature] += 1
        return True

    def _is_enough(self, name: str) -> bool:
        opened = self.features["apex", "beginnings of a state (init)"] and self.votes["apex"] > _ENOUGH
        marks = _DECISIVE_OF_PARTS if name == "apex" and opened else self._weight(name)
        return marks >= _ENOUGH and self._share(name) >= _SHARE

    def _is_likely(self, name: str) -> bool:
        """At the end of what there is: fewer marks do, when hardly anything speaks against them."""
        return self._share(name) >= _SHARE and (self._weight(name) > 0 or self.votes[name] >= _ENOUGH)

    def _weight(self, name: str) -> int:
        return sum(self.weights[each] for each in _counted(name))

    def _share(self, name: str | None) -> float:
        voted = self.votes.total() + self.silent[Silent.UNKNOWN]
        return sum(self.votes[each] for each in _counted(name)) / voted if voted else 0.0

    def _evidence(self, name: str) -> float:
        return 1.0 if self.decided else max(min(1.0, self._weight(name) / _ENOUGH), 1 / _ENOUGH)

    def _own(self, name: str) -> float:
        """How much the best mark of the format is its own."""
        return max(
            (_SHARED.get(feature, 1.0) for (owner, feature), _ in self.features.items() if owner in _counted(name)),
            default=0.0,
        )

    def _why(self, name: str | None) -> Iterable[str]:
        voted = self.votes.total() + self.silent[Silent.UNKNOWN]
        looked = f"{self.messages} message{'s' if self.messages != 1 else ''}"
        if name is None:
            yield f"Nothing in {looked} speaks clearly for a feed we know." if voted else "Nothing was said yet."
        for each in [name] if name else list(self.votes):
            mine = sum(self.votes[one] for one in _counted(each))
            yield f"{mine} of {voted} pieces with a vote ({mine / voted:.0%}) belong to {FORMATS[each]}, in {looked}."
            yield f"Seen: {self._seen(each)}."
        yield from self._not_counted()

    def _seen(self, name: str) -> str:
        seen = [(count, feature) for (owner, feature), count in self.features.items() if owner in _counted(name)]
        return ", ".join(f"{feature} × {count}" for count, feature in sorted(seen, reverse=True))

    def _not_counted(self) -> Iterable[str]:
        """What had no vote, and what speaks against."""
        junk, idle, unknown = (self.silent[each] for each in (Silent.JUNK, Silent.NOTHING_SAID, Silent.UNKNOWN))
        if junk:
            yield f"{junk} pieces of junk had no vote, such as {_quoted(self.samples[Silent.JUNK])}."
        if idle:
            yield f"{idle} idle messages had no vote."
        if unknown:
            yield f"{unknown} pieces belong to nothing we know, such as {_quoted(self.samples[Silent.UNKNOWN])}."


_DECISIVE_OF_PARTS = _ENOUGH


def _counted(name: str | None) -> tuple[str, ...]:
    """Formats whose marks count for one: a relay sends RMonitor's records among its own."""
    if name is None:
        return ()
    return ("race_monitor", "rmonitor") if name in {"race_monitor", "rmonitor"} else (name,)


def _untagged(frame: str) -> tuple[str, str]:
    """The stream that a `##` header names, and the message without what containers put before it."""
    text = frame.removeprefix("\ufeff")
    header = _HEADER.match(text)
    if header is not None:
        return header[1] or "", text[header.end() :]
    return "", _STAMP.sub("", text) if text[:2] == "20" else text


def _quoted(text: str) -> str:
    return "“" + "".join(letter if letter.isprintable() else "·" for letter in text) + "”"
