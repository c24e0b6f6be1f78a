"""Short names of circuits, made from what people call them."""

import re
import unicodedata

_LONGEST = 40


def slug_of(name: str) -> str:
    """A short name for addresses: `Kartway Süd` → `kartway-sud`; "" when no letter of the name can stand in one."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:_LONGEST].strip("-")
