"""By what the feeds of this world are known: the marks that a line or a message of theirs bears.

One message is a document (JSON, XML, an archive, an envelope of SockJS or Engine.IO) or lines. Each of these pieces is
looked at once and says one of three things: a `Vote` for a format, `Silent.NOTHING_SAID` (an idle `{}`, a ping) or
`Silent.JUNK` (scanners write into the upload port of many venues: HTTP, TLS, JSON-RPC; junk has no vote). What bears no
mark at all is `Silent.UNKNOWN` and counts against everybody.

Only what is listed counts. Sources of the marks: Apex Timing's own web client 2.01.12, "RMonitor Timing Protocol" v1.0
and IMSA's enhancement v1.03, the public clients of the other feeds.
"""

import json
import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple, TypeAlias

FORMATS = {
    "apex": "Apex Timing",
    "rmonitor": "RMonitor",
    "race_monitor": "Race Monitor (RMonitor with $RM records)",
    "sms_timing": "SMS-Timing",
    "club_speed": "Club Speed",
    "racefacer": "RaceFacer",
    "alkamel": "Al Kamel",
    "alphahub": "AlphaHub",
    "f1_signalr": "Formula 1 live timing (SignalR)",
    "tsl": "TSL (SignalR)",
    "getraceresults": "GetRaceResults (SignalR)",
    "natsoft": "Natsoft",
    "timing71": "Timing71",
}
"""Every format that is recognised, with its name for people; not all of them have a parser."""

APEX_LINE = re.compile(
    r"(init|grid|grid[bc]|title[12]|track|com|comments|msg|css|light|dyn[12]|best|bests|effects|wth[123]|gmt|chp"
    r"|mobile_[td]|r-?\d+(c\d+)?|[bc]r\d+c\d+)\|",
    re.ASCII,
)
"""The whitelist of Apex: what does not match is not Apex's, wherever it stands."""

_APEX_STRONG = re.compile(r"(?P<init>init\|[rpn]\|)|(?P<grid>grid\|\|)|(?P<cell>r\d+c\d+\|)|(?P<row>r\d+\|)", re.ASCII)
_APEX_WORDS = {
    "init": "beginnings of a state (init)",
    "grid": "tables (grid)",
    "cell": "cells (r1c1|)",
    "row": "rows (r1|)",
}
_RMONITOR = re.compile(r"\$(A|B|C|COMP|E|F|G|H|I|J|COR|L|T|SP|SR),", re.ASCII)
_RACE_MONITOR = re.compile(r"\$RM[A-Z]{1,4}(,|$)", re.ASCII)
_JUNK = re.compile(
    r"(GET|POST|PUT|HEAD|OPTIONS|CONNECT|DELETE|PRI|TRACE) \S|HTTP/\d|MGLNDD_|SSH-|EHLO\b|HELP\b|CONNECT\b|\*\d+\r?$"
    r"|(Host|User-Agent|Accept[-\w]*|Connection|Content-[-\w]+|Upgrade[-\w]*|Cookie|Authorization|Sec-[-\w]+|Origin"
    r"|Referer|Cache-Control|Pragma|X-[-\w]+|From|Server|Date): ?|<!doctype|<html",
    re.ASCII | re.IGNORECASE,
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")
_CLOCK = re.compile(r"\d\d:\d\d:\d\d GMT[+-]\d{4}( \(.*\))?$", re.ASCII)
_ENGINE_IO = re.compile(r"(0\{.*\}|40|40[{/].*|42(/[^,]*,)?\[.*\])$", re.ASCII | re.DOTALL)
_SOCKJS = re.compile(r'(o|h|a\[.*\]|c\[\d+,".*"\])$', re.ASCII | re.DOTALL)
_PINGS = frozenset(("1", "2", "3", "2probe", "3probe", "5", "6", "{}", "[]", "null"))

_F1_TOPICS = frozenset(
    ("Heartbeat", "ExtrapolatedClock", "TopThree", "TimingStats", "TimingAppData", "WeatherData", "TrackStatus")
    + ("DriverList", "RaceControlMessages", "SessionInfo", "SessionData", "LapCount", "TimingData", "TeamRadio")
    + ("TimingDataF1", "CarData.z", "Position.z", "PitLaneTimeCollection", "ChampionshipPrediction", "TyreStintSeries")
    + ("CurrentTyres", "DriverRaceInfo", "ContentStreams", "AudioStreams", "PitStopSeries", "TlaRcm")
)
_GRR_METHODS = frozenset(("_", "h_i", "h_h", "r_i", "r_c", "r_l", "m_i", "m_c", "t_i", "t_p", "s_i", "s_t", "a_i"))
_DECISIVE = 3
"""Weight of a mark that needs no second one."""


class Vote(NamedTuple):
    """A piece bears the mark of a format. `weight`: 0 agrees with it, 1 speaks for it, 3 decides alone."""

    format: str
    feature: str
    weight: int = 1


class Silent(Enum):
    NOTHING_SAID = auto()
    JUNK = auto()
    UNKNOWN = auto()


Look: TypeAlias = Vote | Silent


def look_at(message: str) -> Iterator[tuple[str, Look]]:
    """Every piece of a message with what it says. Never raises."""
    text = message.strip()
    if not text:
        return
    whole = _whole(text)
    if whole is not None:
        yield text, whole
        return
    for line in message.split("\n"):
        if line and not line.isspace():
            yield line, _line(line.strip("\r"))


def _whole(text: str) -> Look | None:
    """What a message says that is one document; None when it is lines."""
    if text in _PINGS:
        return Silent.NOTHING_SAID
    if text.startswith("PK\x03\x04"):
        return Vote("timing71", "an archive with a manifest", _DECISIVE) if "manifest.json" in text else Silent.JUNK
    if text[0] in "{[":
        return _json(text)
    return _enveloped(text)


def _enveloped(text: str) -> Look | None:
    if text.startswith("<"):
        return Silent.JUNK if _JUNK.match(text) else Vote("natsoft", "XML documents")
    if _ENGINE_IO.match(text):
        return _engine_io(text)
    return _sockjs(text) if _SOCKJS.match(text) else None


def _line(line: str) -> Look:
    if APEX_LINE.match(line):
        strong = _APEX_STRONG.match(line)
        kind = strong.lastgroup if strong else None
        return Vote("apex", _APEX_WORDS[kind], 1) if kind else Vote("apex", "headlines of the page", 0)
    if line.startswith("$"):
        return _record(line)
    if _CLOCK.match(line):
        return Vote("club_speed", "clock strings", 0)
    if _JUNK.match(line) or _CONTROL.search(line):
        return Silent.JUNK
    return (_json(line) or Silent.UNKNOWN) if line[0] in "{[" else Silent.UNKNOWN


def _record(line: str) -> Look:
    if _RACE_MONITOR.match(line):
        return Vote("race_monitor", "$RM records")
    return Vote("rmonitor", "records ($A $B $C $F $G …)") if _RMONITOR.match(line) else Silent.UNKNOWN


def _engine_io(text: str) -> Vote:
    """Socket.IO on Engine.IO. Of the feeds we know only RaceFacer speaks it; its own words make it sure."""
    if '"track_configuration_id"' in text or ('"event_name"' in text and '"runs"' in text):
        return Vote("racefacer", "runs of a track configuration")
    return Vote("racefacer", "Engine.IO packets")


def _sockjs(text: str) -> Vote:
    """SockJS; Al Kamel wraps Meteor's DDP in it."""
    if text.startswith("a[") and '\\"msg\\"' in text:
        return Vote("alkamel", "DDP messages in SockJS")
    return Vote("alkamel", "SockJS frames", 1 if text.startswith("a[") else 0)


def _json(text: str) -> Look | None:
    """What a JSON document says; None when it is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _object(value) if isinstance(value, dict) else Silent.UNKNOWN


def _object(value: dict[str, object]) -> Look:
    if "jsonrpc" in value or str(value.get("method", "")).startswith("eth_"):
        return Silent.JUNK
    for needs, vote in _BY_KEYS:
        if needs <= value.keys():
            return vote
    if value.get("msg") in {"added", "changed", "removed", "connected", "ready"}:
        return Vote("alkamel", "DDP messages")
    if str(value.get("event", "")).startswith("pusher") or {"event", "channel", "data"} <= value.keys():
        return Vote("alphahub", "Pusher envelopes")
    return _signalr(value) or _f1(value) or Silent.UNKNOWN


_BY_KEYS: tuple[tuple[frozenset[str], Vote], ...] = (
    (frozenset(("D", "CE", "CS")), Vote("sms_timing", "states of a heat (D, CE, CS)")),
    (frozenset(("race", "scoreboard")), Vote("club_speed", "races with a scoreboard")),
    (frozenset(("track_configuration_id", "runs")), Vote("racefacer", "runs of a track configuration")),
    (frozenset(("cars", "session", "messages")), Vote("timing71", "a state of cars, session and messages", _DECISIVE)),
    (frozenset(("Sequence", "Competitors")), Vote("alphahub", "states with Sequence and Competitors")),
)


def _signalr(value: dict[str, object]) -> Look | None:
    """Feeds behind SignalR differ by hub and method; an envelope without a message says nothing."""
    messages = value.get("M")
    if isinstance(messages, list) and (messages or "C" in value):
        named = [_hub_vote(message) for message in messages if isinstance(message, dict)]
        return next((vote for vote in named if vote), Silent.UNKNOWN if messages else Silent.NOTHING_SAID)
    reply = value.get("R")
    return _f1(reply) if isinstance(reply, dict) else None


def _hub_vote(message: dict[str, object]) -> Vote | None:
    hub, method = str(message.get("H", "")).lower(), message.get("M")
    if hub == "streaming" and method == "feed":
        return Vote("f1_signalr", "messages of the hub Streaming")
    if "livetiming" in hub:
        return Vote("tsl", "messages of the hub livetiming")
    if isinstance(method, str) and method in _GRR_METHODS:
        return Vote("getraceresults", "methods r_c, h_i, m_c, …")
    return None


def _f1(value: dict[str, object]) -> Vote | None:
    """One topic behind its name, or the state of all topics that a subscription begins with; or a Timing71 state."""
    if value.get("Type") in _F1_TOPICS and "Json" in value:
        return Vote("f1_signalr", "topics such as TimingData")
    if len(_F1_TOPICS & value.keys()) >= _DECISIVE:
        return Vote("f1_signalr", "a state of all topics", _DECISIVE)
    state = value.get("state")
    if isinstance(state, dict) and {"cars", "session", "messages"} <= state.keys():
        return Vote("timing71", "a state of cars, session and messages", _DECISIVE)
    return None
