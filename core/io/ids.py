"""Keys of rows: UUIDs of version 7, which sort by the time they were made; of version 8 where only content counts."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def uuid7(now: datetime) -> UUID:
    """A new key. RFC 9562, section 5.7: 48 bits of Unix milliseconds, the rest random."""
    return _version_7(now, secrets.randbits(80))


def uuid7_of(now: datetime, what: bytes) -> UUID:
    """The key of what is found again by its content: the same moment and content give the same key."""
    return _version_7(now, int.from_bytes(hashlib.sha256(what).digest()[:10]))


def uuid8_of(what: bytes) -> UUID:
    """The key of what is the same whenever it comes. RFC 9562, section 5.8."""
    value = int.from_bytes(hashlib.sha256(what).digest()[:16])
    version, variant = 0x8 << 76, 0b10 << 62
    return UUID(int=value & ~(0xF << 76) & ~(0b11 << 62) | version | variant)


def _version_7(now: datetime, rest: int) -> UUID:
    milliseconds = (now - _EPOCH) // timedelta(milliseconds=1) & ((1 << 48) - 1)
    value = milliseconds << 80 | rest
    version, variant = 0x7 << 76, 0b10 << 62
    return UUID(int=value & ~(0xF << 76) & ~(0b11 << 62) | version | variant)
