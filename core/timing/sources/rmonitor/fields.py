"""The fields of a line whose quotes demand a real reader: commas and line breaks inside them, blanks before them.

Such lines are one in three thousand. All others are split at their commas, quotes and all; a line read here is put
into that same form, so that what reads records knows only one.
"""

import csv

from core.timing.sources.plain import one_line

_LONGEST_FIELD = 200


def is_plain(parts: list[str]) -> bool:
    """Whether a split at the commas was right: every field is whole, in quotes or without any."""
    for part in parts:
        quotes = part.count('"')
        if quotes and not (quotes == 2 and part[0] == '"' == part[-1]):
            return False
    return True


def is_open(line: str) -> bool:
    """Whether the line ends inside quotes: what follows may belong to it."""
    return line.count('"') % 2 == 1


def fields(line: str) -> list[str]:
    """The fields in the form of a plain line: texts in quotes, the command bare.

    Quotes that are never closed end with the line. A line without fields, or one that even a patient reader refuses,
    has no command.
    """
    try:
        command, *rest = next(csv.reader([line], skipinitialspace=True), [""])
    except csv.Error:
        return [""]
    return [command.strip(), *(f'"{clean(part)}"' for part in rest)]


def text(part: str) -> str:
    """A field without its quotes."""
    return clean(part.strip('" '))


def clean(words: str) -> str:
    """Words of a feed as a name: one line, not endless, no quotes that would end a field."""
    if len(words) <= _LONGEST_FIELD and words.isascii() and words.isprintable() and '"' not in words:
        return words.strip() if "  " not in words else " ".join(words.split())
    return one_line(words.replace('"', "'"), _LONGEST_FIELD)
