"""When two names are one: the case and the spaces do not count, nor does the way Unicode writes an accent."""

import unicodedata

from core.errors import BadInput

LONGEST_NAME = 100


def key_of(name: str) -> str:
    """The name as it is compared."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def checked_name(name: str) -> str:
    """The name with single spaces.

    Raises:
        BadInput: empty, too long, or with characters that cannot be shown.
    """
    words = " ".join(name.split())
    if not key_of(words) or len(words) > LONGEST_NAME or not words.isprintable():
        raise BadInput(f"A name has 1 to {LONGEST_NAME} characters.", "Type another one.")
    return words
