"""The second door of a source: replies about the past, which came by another way than the feed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, runtime_checkable

from core.timing.events import Event


@runtime_checkable
class WithHistory(Protocol):
    """A source that reads replies about the past too."""

    def feed_history(self, text: str, at: datetime) -> Iterable[Event]: ...
