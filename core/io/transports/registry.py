"""Which transport brings which frames: one case for each member of the union."""

from pathlib import Path
from typing import assert_never

from core.errors import UnreadableFile
from core.io.transports import FrameStream, Resume
from core.io.transports.recording import Replay
from core.tracks.model import Recording, Transport


def open_transport(transport: Transport, data: Path, after: Resume | None) -> FrameStream:
    """Open a circuit's transport.

    Args:
        transport: as the circuit has it.
        data: the data folder.
        after: the last frame that is already recorded; a replay goes on behind it.

    Raises:
        UnreadableFile: a recording is not there, or none.
    """
    match transport:
        case Recording():
            path = _inside(data, transport.path)
            return Replay(path, speed=transport.speed, loop=transport.loop, begin_s=transport.begin_s, after=after)
        case _:
            assert_never(transport)


def _inside(data: Path, path: str) -> Path:
    """The file, which no link leads out of the data folder."""
    file = (data / path).resolve()
    if not file.is_relative_to(data.resolve()):
        raise UnreadableFile(f"{path} lies outside the data folder.", "Copy the recording itself into the data folder.")
    return file
