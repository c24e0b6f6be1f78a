"""Keys of rows: UUIDs of version 7, which sort by the time they were made."""

import secrets
from datetime import datetime
from uuid import UUID


def uuid7(now: datetime) -> UUID:
    """A new key. RFC 9562, section 5.7: 48 bits of Unix milliseconds, the rest random."""
    milliseconds = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    value = milliseconds << 80 | secrets.randbits(80)
    version, variant = 0x7 << 76, 0b10 << 62
    return UUID(int=value & ~(0xF << 76) & ~(0b11 << 62) | version | variant)
