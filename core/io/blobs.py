"""Files as they were uploaded or sealed: content-addressed by sha256, in the data folder.

File first, row second: a row that names a blob finds it on the disk. A blob without a row is harmless.
"""

import hashlib
import io
import os
import re
import tempfile
from pathlib import Path
from typing import BinaryIO

from core.errors import NotFound

_PIECE = 1 << 20
_NAME = re.compile(r"[0-9a-f]{64}")


class Blobs:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes | BinaryIO) -> str:
        """Keep the content, once, and return its sha256; when this returns it is on the disk."""
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        opened, name = tempfile.mkstemp(dir=self._folder, prefix="draft-")
        try:
            with os.fdopen(opened, "wb") as draft:
                sha256 = _copied(stream, draft)
            self._keep(Path(name), sha256)
        finally:
            Path(name).unlink(missing_ok=True)
        return sha256

    def open(self, sha256: str) -> BinaryIO:
        """Read a blob.

        Raises:
            NotFound: it is not on this machine.
        """
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError as missing:
            raise NotFound(f"File {sha256[:12]}… is not in the store.", "Restore it from a backup.") from missing

    def remove(self, sha256: str) -> None:
        """Let go of a blob that no row names any more; one that is not here is no fault."""
        self.path(sha256).unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        """Where the blob lies or would lie."""
        if not _NAME.fullmatch(sha256):
            raise ValueError(f"not the sha256 of a blob: {sha256!r}")
        return self._folder / sha256[:2] / sha256[2:]

    def _keep(self, draft: Path, sha256: str) -> None:
        target = self.path(sha256)
        if not target.exists():
            target.parent.mkdir(exist_ok=True, mode=0o700)
            draft.rename(target)
            _bring_to_disk(target.parent)
            _bring_to_disk(self._folder)


def _copied(stream: BinaryIO, out: BinaryIO) -> str:
    """Copy in pieces, so that a large file never lies in memory whole; returns its sha256."""
    digest = hashlib.sha256()
    while piece := stream.read(_PIECE):
        digest.update(piece)
        out.write(piece)
    out.flush()
    os.fsync(out.fileno())
    return digest.hexdigest()


def _bring_to_disk(folder: Path) -> None:
    """A new name outlives a power cut only when its folder is written too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
