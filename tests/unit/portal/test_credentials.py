"""What a request shows at the gate is read without trusting a byte of it."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts.model import Via
from portal.credentials import (
    COOKIE,
    Credential,
    credential,
    may_be_forged,
    set_cookie,
    stripped,
    without_token,
)

Headers = list[tuple[bytes, bytes]]
HEADERS = st.lists(
    st.tuples(st.sampled_from([b"cookie", b"authorization", b"origin", b"host", b"x-paddock-entry"]), st.binary())
)


@pytest.mark.parametrize(
    ("path", "headers", "shown"),
    [
        ("/", [], None),
        ("/", [(b"cookie", b"paddock=abc")], Credential(Via.COOKIE, "abc")),
        ("/", [(b"cookie", b"a=b;paddock=abc; c=d")], Credential(Via.COOKIE, "abc")),
        ("/", [(b"cookie", b"a=b"), (b"cookie", b"paddock=abc")], Credential(Via.COOKIE, "abc")),
        ("/", [(b"cookie", b"paddock="), (b"cookie", b"xpaddock=abc")], None),
        ("/api/v1/me", [(b"authorization", b"Bearer abc")], Credential(Via.TOKEN, "abc")),
        ("/api/v1/me", [(b"authorization", b"bearer  abc ")], Credential(Via.TOKEN, "abc")),
        ("/api/v1/me", [(b"authorization", b"Basic abc"), (b"cookie", b"paddock=k")], Credential(Via.COOKIE, "k")),
        ("/ws/bell", [(b"authorization", b"Bearer abc"), (b"cookie", b"paddock=k")], Credential(Via.TOKEN, "abc")),
        ("/live", [(b"authorization", b"Bearer abc")], None),
        ("/_stcore/stream", [(b"authorization", b"Bearer abc")], None),
    ],
)
def test_a_token_counts_where_programs_enter_and_a_cookie_everywhere(
    path: str, headers: Headers, shown: Credential | None
) -> None:
    assert credential(_scope(path, headers)) == shown


@given(st.sampled_from(["/", "/api/v1/me", "/ws/bell"]), HEADERS)
def test_no_header_breaks_the_gate_or_passes_in_our_name(path: str, headers: Headers) -> None:
    scope = _scope(path, headers)

    may_be_forged(scope, credential(scope))
    passed = list(stripped(scope))

    assert {name for name, _ in passed} <= {b"cookie", b"origin", b"host"}
    cookies = [part.strip() for name, value in passed if name == b"cookie" for part in value.split(b";")]
    assert not any(cookie.startswith(b"paddock=") for cookie in cookies)


@given(st.sampled_from(["GET", "HEAD", "OPTIONS"]), HEADERS)
def test_reading_is_never_taken_for_a_forgery(method: str, headers: Headers) -> None:
    assert not may_be_forged(_scope("/", headers, method), None)


@given(st.binary(min_size=1), st.binary(min_size=1))
def test_a_write_from_elsewhere_is_a_forgery(origin: bytes, host: bytes) -> None:
    scope = _scope("/", [(b"origin", b"http://" + origin), (b"host", host)], "POST")

    assert origin == host or may_be_forged(scope, None)


def test_a_socket_without_an_origin_may_be_a_forgery_unless_it_has_a_token() -> None:
    socket = {"type": "websocket", "path": "/ws/bell", "headers": [(b"host", b"paddock.example")]}

    assert may_be_forged(socket, Credential(Via.COOKIE, "abc"))
    assert not may_be_forged(socket, Credential(Via.TOKEN, "abc"))


def test_a_credential_does_not_show_its_key() -> None:
    assert "abc" not in repr(Credential(Via.COOKIE, "abc"))


def test_an_empty_key_takes_the_cookie_away() -> None:
    assert set_cookie("", timedelta(days=7), secure=True) == (
        f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
    )


def _scope(path: str, headers: Headers, method: str = "POST") -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "headers": headers}


@pytest.mark.parametrize(
    ("path", "left", "bearer"),
    [
        ("/compat/karting/t/abc_DEF-1/circuits/ring", "/compat/karting/circuits/ring", b"Bearer abc_DEF-1"),
        ("/compat/karting/t/abc", "/compat/karting/", b"Bearer abc"),
        ("/compat/racelith/t/abc/t/def", "/compat/racelith/t/def", b"Bearer abc"),
        ("/compat/karting/t/\u20ac/x", "/compat/karting/x", b"Bearer ?"),
    ],
    ids=["a route", "the base", "once only", "not a token"],
)
def test_a_token_in_the_path_of_a_compatible_api_becomes_a_header(path: str, left: str, bearer: bytes) -> None:
    scope = {"type": "http", "path": path, "raw_path": path.encode(), "headers": [(b"authorization", b"other")]}

    moved = without_token(scope)

    assert (moved["path"], moved["raw_path"], moved["headers"]) == (left, left.encode(), [(b"authorization", bearer)])


@pytest.mark.parametrize("path", ["/api/v1/t/abc/circuits", "/compat/karting/circuits", "/compat/t/abc/x", "/"])
def test_other_paths_stay_as_they_are(path: str) -> None:
    scope = {"type": "http", "path": path, "headers": []}

    assert without_token(scope) is scope
