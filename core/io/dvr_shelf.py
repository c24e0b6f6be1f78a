"""Opening recordings for those who play or export them; opened ones are shared and kept for a while.

The journal of a circuit is read where it lies. A file that was brought in is first copied into a spool of its own below
the folder `dvr`, overlapping files spliced, so that it is read like a journal; the copy is derived and made again when
it is missing.
"""

import hashlib
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import mkdtemp
from uuid import UUID

from core.io.blobs import Blobs
from core.io.database.recordings import RecordingRows
from core.io.dvr import Dvr
from core.io.journal import Journal, Name
from core.io.recorder import Place, Recorded, Recorder, beginning, pieces, records
from core.io.transports import Channel, Frame
from core.timing.mapping import NO_MAPS, Maps
from core.timing.recordings import read_recording
from core.timing.recordings_desk import Imported, Kept, Origin, Piece
from core.timing.splice import spliced

_OPEN = 16
"""Journals that are kept open."""


class DvrShelf:
    """Shared between threads.

    Args:
        data: the data folder.
        blobs: sealed segments and imported files.
        rows: what there is.
        maps: by what a circuit's feed is read.
    """

    def __init__(
        self, data: Path, blobs: Blobs, rows: RecordingRows, maps: Callable[[UUID], Maps] = lambda _: NO_MAPS
    ) -> None:
        self._maps = maps
        self._data = data
        self._blobs = blobs
        self._rows = rows
        self._open: OrderedDict[str, Dvr] = OrderedDict()
        self._guard = threading.Lock()

    def journal(self, circuit_id: UUID, protocol: str) -> Dvr:
        """A circuit's own journal."""
        maps = self._maps(circuit_id)
        with self._guard:
            title = f"{circuit_id} {protocol} {maps.mark}"
            return self._kept(title, lambda: self._of_circuit(circuit_id, protocol, maps))

    def imported(self, kept: Kept) -> Dvr:
        """A recording that was brought in; the first to open it waits for its copy."""
        if kept.origin is not Origin.IMPORT:
            raise ValueError(kept.origin)
        with self._guard:
            return self._kept(_title(kept.parts), lambda: self._of_files(kept.parts))

    def tail(self, circuit_id: UUID) -> Piece | None:
        """What this machine has of a circuit's journal that is not sealed yet."""
        spool = pieces(self._spool(circuit_id))
        found = [told for name, file in spool.items() if file.suffix == ".spool" for told in _whole(name, file)]
        if not found:
            return None
        return Piece(found[0].received_at, max(one.received_at for one in found), len(found))

    def forget(self, kept: Kept) -> None:
        """Let go of the copy of what was brought in; whoever plays it just now is at its end."""
        title = _title(kept.parts)
        with self._guard:
            self._open.pop(title, None)
            shutil.rmtree(self._cache / title, ignore_errors=True)
            (self._cache / f"{title}.keys").unlink(missing_ok=True)

    def _kept(self, title: str, make: Callable[[], Dvr]) -> Dvr:
        if title not in self._open:
            self._open[title] = make()
            if len(self._open) > _OPEN:
                self._open.popitem(last=False)
        self._open.move_to_end(title)
        return self._open[title]

    def _of_circuit(self, circuit_id: UUID, protocol: str, maps: Maps) -> Dvr:
        journal = Journal(self._spool(circuit_id), self._blobs, lambda: self._rows.sealed(circuit_id))
        return Dvr(journal, protocol, self._cache / f"{circuit_id}.keys", maps)

    def _of_files(self, parts: Sequence[Imported]) -> Dvr:
        folder = self._cache / _title(parts)
        if not folder.exists():
            self._copy(parts, folder)
        return Dvr(Journal(folder, self._blobs, tuple), parts[0].protocol, self._cache / f"{folder.name}.keys")

    def _copy(self, parts: Sequence[Imported], folder: Path) -> None:
        """Into a draft that gets its name when it is whole; of two who copy at once, one copy stays."""
        self._cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = Path(mkdtemp(dir=self._cache, prefix="draft-"))
        try:
            recorder = Recorder(draft, 0, segment_s=float("inf"))
            for frame in spliced(read_recording(self._blobs.path(part.sha256)) for part in parts):
                recorder.append(Frame(frame.text, frame.at, channel=_channel(frame.stream)), frame.at)
            recorder.close()
            if not folder.exists():
                draft.rename(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _spool(self, circuit_id: UUID) -> Path:
        return self._data / "spool" / str(circuit_id)

    @property
    def _cache(self) -> Path:
        return self._data / "dvr"


def _title(parts: Sequence[Imported]) -> str:
    """Names the copy by what it is made of."""
    return hashlib.sha256("".join(part.sha256 for part in parts).encode()).hexdigest()


def _channel(stream: str) -> Channel:
    """The door a frame of our own export came through; other recorders name their streams as they like."""
    return Channel(stream) if stream in set(Channel) else Channel.FEED


def _whole(name: Name, file: Path) -> list[Recorded]:
    data = file.read_bytes()
    return [recorded for recorded, _ in records(data, beginning(data), Place(*name))]
