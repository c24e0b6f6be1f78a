"""A recorded frame as events: which door of the source it goes through, and what the link itself told."""

from pydantic import TypeAdapter, ValidationError

from core.io.transports import Channel, Frame
from core.timing.events import Event, LinkCut, Unread
from core.timing.recordings import clean
from core.timing.sources import Source
from core.timing.sources.history import WithHistory

_CUT: TypeAdapter[LinkCut] = TypeAdapter(LinkCut)


def heard(source: Source, frame: Frame) -> list[Event]:
    """What the source makes of the frame; what it has no door for adds nothing."""
    if frame.channel is Channel.LINK:
        return [_cut(frame.text)]
    text = clean(frame.text)
    if frame.channel is Channel.FEED:
        return list(source.feed(text, frame.at))
    return list(source.feed_history(text, frame.at)) if isinstance(source, WithHistory) else []


def _cut(text: str) -> Event:
    try:
        return _CUT.validate_json(text)
    except ValidationError:
        return Unread(text, "link")
