"""What is opaque: the random keys in cookies, tokens and setup links. Only their SHA-256 is stored.

A key has 256 random bits, so a plain hash is enough; passwords, which people choose, go through the slow hashing port.
"""

import secrets
from datetime import timedelta
from hashlib import sha256

SIGN_IN_LASTS = timedelta(days=7)
"""Longer than a race weekend: nobody is thrown out during the race."""
SETUP_LINK_LASTS = timedelta(hours=24)
TOKEN_LASTS_DAYS = 90
TOKEN_LASTS_AT_MOST_DAYS = 366

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)

_MARK = "paddock_"
"""Lets a scanner recognise a token that was published by mistake."""


def new_key() -> str:
    return secrets.token_urlsafe(32)


def new_token() -> str:
    return _MARK + new_key()


def fingerprint(key: str) -> bytes:
    return sha256(key.encode("utf-8", "surrogatepass")).digest()
