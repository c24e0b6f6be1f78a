"""Text that can travel: halves of surrogate pairs, which only damaged JSON brings, can be put into no message."""


def mended(text: str) -> str:
    """The text with every lone surrogate replaced by a question mark; almost always the text itself."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def one_line(words: str, longest: int) -> str:
    """Words of a feed as a name: one line, no control characters, not endless."""
    return "".join(letter for letter in " ".join(mended(words[: 4 * longest]).split()) if letter.isprintable())[
        :longest
    ]
