"""HTML of the feed as plain text. Nothing that stands in a tag ever leaves this room, save the attributes asked for."""

from html import unescape


def attribute(tag: str, name: str) -> str:
    """The value of one attribute of a start tag; "" when it is not there."""
    start = tag.find(f'{name}="')
    if start < 0:
        return ""
    start += len(name) + 2
    end = tag.find('"', start)
    return tag[start:end] if end >= 0 else ""


def text_of(html: str) -> str:
    """What a browser would show of a piece of HTML, as plain text."""
    parts = html.split("<")
    kept = [parts[0]] + [part.partition(">")[2] for part in parts[1:]]
    return unescape("".join(kept)).strip()


def plain(text: str) -> str:
    """A cell's text; only text that looks like HTML is taken apart, for cells come by the hundred thousand."""
    return text_of(text) if "<" in text or "&" in text else text.strip()
