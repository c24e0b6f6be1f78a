"""One open live screen: pictures from a bounded queue, happenings from its own place in their stream."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from core.errors import BadInput
from portal.api.live_happenings import HappeningCursor
from portal.api.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Resume:
    """Where an earlier connection ended: the stream that it had, and the number of its last picture."""

    stream: str
    seq: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client asks for as it connects."""

    resume: Resume | None = None
    happenings: bool = False
    after: int | None = None
    """The number of the last happening it has; None: from now on."""


class LiveViewer:
    """What a socket sends, in its order; a slow one skips pictures and never a happening."""

    def __init__(self, cursor: HappeningCursor | None = None) -> None:
        self._pictures = Viewer()
        self._cursor = cursor

    def begin(self, backlog: Sequence[str]) -> None:
        """What comes first, however much it is."""
        self._pictures.begin(backlog)

    def offer(self, message: str, whole: Callable[[], str]) -> None:
        self._pictures.offer(message, whole)

    def wake(self) -> None:
        """Something has happened."""
        if self._cursor is not None:
            self._pictures.wake()

    def close(self) -> None:
        self._pictures.close()

    async def messages(self) -> AsyncIterator[str]:
        """Until the viewer is closed."""
        while await self._pictures.news():
            while True:
                for message in self._pictures.take():
                    yield message
                happened = await self._cursor.take() if self._cursor is not None else ()
                for message in happened:
                    yield message
                if not happened:
                    break


def wish_of(asked: dict[str, str]) -> Wish:
    """Read the parameters of the address.

    Raises:
        BadInput: one of them is not as documented.
    """
    after = asked.get("happenings_after")
    resume = _resume(asked["resume"]) if "resume" in asked else None
    return Wish(resume, after is not None, None if after in {None, "now"} else _number(after or "", "happenings_after"))


def _resume(text: str) -> Resume:
    stream, _, seq = text.rpartition(":")
    return Resume(stream, _number(seq, "resume"))


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise BadInput(f"“{text}” is no number for {name}.", "Send resume=<stream>:<seq> and happenings_after=<n>|now.")
    return int(text)
