"""Where a circuit's timing comes from, as fields of a page: one set of fields for each kind of transport."""

from collections.abc import Callable, Mapping

import streamlit as st

from core.tracks.model import (
    ApexSocket,
    RaceMonitor,
    Recording,
    SmsTiming,
    TcpSocket,
    Transport,
    WebSocketFeed,
    transport_of,
)

KINDS = {
    "apex": "Apex Timing",
    "tcp": "RMonitor over TCP",
    "race_monitor": "Race Monitor",
    "sms_timing": "SMS-Timing",
    "websocket": "Another web socket",
    "recording": "A recording",
}
"""Kinds of transports in words, in the order in which they are offered."""

PROTOCOLS = {"apex": "apex", "tcp": "rmonitor", "race_monitor": "rmonitor", "sms_timing": "sms_timing"}
"""What such a transport speaks; any other is listened to first."""

_UNKNOWN_ISSUER = "Only for a venue whose certificate is broken: whoever sits in between can then change the timing."

Fields = Mapping[str, object]


def choose_kind(known: Transport | None, key: str) -> str:
    """What brings the timing."""
    kinds = list(KINDS)
    index = 0 if known is None else kinds.index(known.kind)
    return str(st.selectbox("Timing comes from", kinds, index, format_func=KINDS.__getitem__, key=f"{key}-kind"))


def fields(kind: str, known: Transport | None, key: str) -> Fields:
    """What is typed about a transport of that kind, to be read by `transport`."""
    same = known if known is not None and known.kind == kind else None
    return {"kind": kind, **_FIELDS[kind](same, f"{key}-{kind}")}


def transport(typed: Fields) -> Transport:
    """The transport of what was typed.

    Raises:
        BadInput: a field cannot be used; the text names it.
    """
    return transport_of({name: value for name, value in typed.items() if value not in ("", None)})


def _apex(known: Transport | None, key: str) -> Fields:
    now = known if isinstance(known, ApexSocket) else ApexSocket()
    typed: dict[str, object] = {
        "page": st.text_input(
            "Page with the live timing",
            now.page or "",
            placeholder="https://www.apex-timing.com/live-timing/kartway/index.html",
            key=f"{key}-page",
        )
    }
    with st.container(horizontal=True):
        typed["host"] = st.text_input("or host", now.host or "", placeholder="www.apex-timing.com", key=f"{key}-host")
        typed["port"] = st.number_input(
            "and port", 1, 65_532, now.port, key=f"{key}-port", help="The page's configPort."
        )
    return typed | {"verify_tls": _certificate(now.verify_tls, key)}


def _tcp(known: Transport | None, key: str) -> Fields:
    now = known if isinstance(known, TcpSocket) else None
    with st.container(horizontal=True):
        host = st.text_input("Host", now.host if now else "", placeholder="192.168.1.20", key=f"{key}-host")
        port = st.number_input("Port", 1, 65_535, now.port if now else 50_000, key=f"{key}-port")
    return {"host": host, "port": port}


def _race_monitor(known: Transport | None, key: str) -> Fields:
    now = known if isinstance(known, RaceMonitor) else None
    race_id = st.number_input("Race number", 1, value=now.race_id if now else None, key=f"{key}-race")
    typed: dict[str, object] = {"race_id": race_id, "verify_tls": _certificate(now is None or now.verify_tls, key)}
    return typed | ({"api": now.api} if now else {})


def _sms_timing(known: Transport | None, key: str) -> Fields:
    now = known if isinstance(known, SmsTiming) else None
    return {
        "url": st.text_input(
            "Address", now.url if now else "", placeholder="wss://webserver.example:10015/", key=f"{key}-url"
        ),
        "hello": st.text_input(
            "First words", now.hello if now else "", placeholder="START 18662@kartway", key=f"{key}-hello"
        ),
        "verify_tls": _certificate(now is None or now.verify_tls, key),
    }


def _websocket(known: Transport | None, key: str) -> Fields:
    now = known if isinstance(known, WebSocketFeed) else None
    return {
        "url": st.text_input(
            "Address", now.url if now else "", placeholder="wss://timing.example/live", key=f"{key}-url"
        ),
        "hello": st.text_input(
            "First words", now.hello if now else "", help="Sent once after connecting; often none.", key=f"{key}-hello"
        ),
        "verify_tls": _certificate(now is None or now.verify_tls, key),
    }


def _recording(known: Transport | None, key: str) -> Fields:
    now = known if isinstance(known, Recording) else Recording("")
    path = st.text_input(
        "Recording in the data folder", now.path, placeholder="recordings/heat.jsonl.gz", key=f"{key}-path"
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        speed = st.number_input("Speed", 0.1, 100.0, now.speed, width=130, key=f"{key}-speed")
        begin_s = st.number_input("Begin at second", 0.0, 172_800.0, now.begin_s, width=150, key=f"{key}-begin")
        loop = st.checkbox("In a loop", now.loop, key=f"{key}-loop")
    return {"path": path, "speed": float(speed), "loop": loop, "begin_s": float(begin_s)}


def _certificate(verified: bool, key: str) -> bool:  # noqa: FBT001 - the state of a box
    return not st.checkbox("Accept any certificate", not verified, help=_UNKNOWN_ISSUER, key=f"{key}-tls")


_FIELDS: dict[str, Callable[[Transport | None, str], Fields]] = {
    "apex": _apex,
    "tcp": _tcp,
    "race_monitor": _race_monitor,
    "sms_timing": _sms_timing,
    "websocket": _websocket,
    "recording": _recording,
}
