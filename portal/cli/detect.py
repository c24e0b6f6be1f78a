"""`paddock timing detect`: which feed a file holds, how sure that is and why.

Recordings are read as their container says. Any other file still gets an answer: an archive by its contents, a JSON
document as one message, text line by line, bytes as bytes. The shape of `--json` is
`config/schemas/timing-detect.schema.json`; an example stands beside it.
"""

import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated
from zipfile import BadZipFile, ZipFile, is_zipfile

import typer

from core.errors import UnreadableFile
from core.timing.detect import Finding, detect, detect_streams
from core.timing.recordings import read_recording
from core.timing.signatures import FORMATS

_UNREADABLE = 2
"""Exit code for a file that cannot be opened; a feed that nobody knows is an answer."""

_MOST_BYTES = 8 * 1024 * 1024
_GZIP = b"\x1f\x8b"


def detect_file(
    file: Annotated[Path, typer.Argument(help="A recording of a timing feed, compressed or not.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say which feed a file holds, and why."""
    try:
        found = finding_of(file)
    except UnreadableFile as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(_UNREADABLE) from error
    typer.echo(json.dumps(asdict(found), ensure_ascii=False) if as_json else "\n".join(_lines(file, found)))


def finding_of(file: Path) -> Finding:
    """What a file holds.

    Raises:
        UnreadableFile: it cannot be opened.
    """
    try:
        head = _beginning(file)
        if is_zipfile(file):
            return _archive(file)
    except OSError as error:
        raise UnreadableFile(f"{file} cannot be opened: {error.strerror}.", "Check the path and its rights.") from error
    try:
        recording = read_recording(file)
    except UnreadableFile:
        return _no_recording(head)
    return detect_streams((frame.stream, frame.text) for frame in recording)


def _beginning(file: Path) -> bytes:
    """The first bytes, unpacked; what is damaged ends where it cannot be read on."""
    with file.open("rb") as raw:
        is_packed = raw.read(2) == _GZIP
        raw.seek(0)
        if not is_packed:
            return raw.read(_MOST_BYTES)
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            return unpack.decompress(raw.read(_MOST_BYTES), _MOST_BYTES)
        except zlib.error:
            return b""


def _archive(file: Path) -> Finding:
    try:
        with ZipFile(file) as archive:
            names = archive.namelist()
    except (BadZipFile, NotImplementedError):  # the second: a zip of a later version than zipfile reads
        names = []
    if "manifest.json" in names:
        return detect(["PK\x03\x04 manifest.json"])
    return _unknown("It is a zip archive, but without the manifest.json of a Timing71 recording.")


def _no_recording(head: bytes) -> Finding:
    if not head.strip():
        return _unknown("The file is empty.")
    if b"\x00" in head[:4096]:
        return _unknown("It holds bytes, not text: no feed that we know is kept like that.")
    text = head.decode("utf-8", "replace")
    messages = [text] if text.lstrip("\ufeff \r\n\t")[:1] in {"{", "["} else text.split("\n")
    found = detect(messages)
    return replace(found, why=("The file is no recording that we read; it was judged as plain text.", *found.why))


def _unknown(reason: str) -> Finding:
    return Finding(None, 0.0, None, 0.0, (reason,))


def _lines(file: Path, found: Finding) -> Iterator[str]:
    name = FORMATS[found.format] if found.format else "no feed that we know"
    yield f"{file.name}: {name}"
    if found.format:
        yield f"confidence {found.confidence:.2f}, decided at message {found.messages_needed}"
    yield from (f"- {reason}" for reason in found.why)
