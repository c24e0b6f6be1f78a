"""The state of a fold on disk, so that a restart need not read a whole race again.

One file beside a circuit's spool: a line of JSON that says where in the journal it stands and what it belongs to, then
the pickled state. It is taken up only when it belongs to the same source and was written by the same code; otherwise
the fold begins afresh, and the feed sends its whole table again.
"""

import hashlib
import json
import os
import pickle
import sys
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from pathlib import Path
from typing import Any

import core
from core.io.recorder import Place


class Found(Enum):
    """What stands in a circuit's folder."""

    NOTHING = auto()
    OTHER_SOURCE = auto()
    """Its fold says nothing about the source that is followed now."""
    OTHER_CODE = auto()
    """Of the same source, but written by another version of Paddock."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`state` is everything folded from the frames up to and including `place`; None for a fold that begins there."""

    place: Place
    state: object


def freeze(state: object) -> bytes:
    """The state as bytes; the caller sees to it that nobody changes it meanwhile."""
    return pickle.dumps(state, pickle.HIGHEST_PROTOCOL)


def save(folder: Path, source: str, lease_epoch: int, place: Place, frozen: bytes) -> None:
    """Replace the circuit's checkpoint; a crash leaves the old one or the new one.

    One that a successor has written stays: this process may have hung and lost the source without knowing.
    """
    if _file(folder).exists() and _head(folder)["by"] > lease_epoch:
        return
    head = {"epoch": place.epoch, "ordinal": place.ordinal, "by": lease_epoch, "source": source, "code": _code()}
    new = folder / "checkpoint.new"
    with new.open("wb") as file:
        file.write(json.dumps(head).encode() + b"\n" + frozen)
        file.flush()
        os.fsync(file.fileno())
    new.replace(_file(folder))


def load(folder: Path, source: str) -> Checkpoint | Found:
    if not (file := _file(folder)).exists():
        return Found.NOTHING
    head, _, state = file.read_bytes().partition(b"\n")
    facts = json.loads(head)
    if facts["source"] != source:
        return Found.OTHER_SOURCE
    if facts["code"] != _code():
        return Found.OTHER_CODE
    # Our own file, in a folder that only we may enter, written by this very code.
    return Checkpoint(Place(facts["epoch"], facts["ordinal"]), pickle.loads(state))  # noqa: S301


def place(folder: Path) -> Place | None:
    """Where the circuit's checkpoint stands, whatever it belongs to."""
    if not _file(folder).exists():
        return None
    facts = _head(folder)
    return Place(facts["epoch"], facts["ordinal"])


def newest_epoch(folder: Path) -> int:
    """The epoch that wrote the circuit's checkpoint, 0 for none."""
    return int(_head(folder)["by"]) if _file(folder).exists() else 0


def _file(folder: Path) -> Path:
    return folder / "checkpoint"


def _head(folder: Path) -> dict[str, Any]:
    with _file(folder).open("rb") as opened:
        head: dict[str, Any] = json.loads(opened.readline())
    return head


@cache
def _code() -> str:
    """A hash of the code whose objects are pickled."""
    rooms = (Path(core.__file__).parent / "timing", Path(__file__).parent)
    files = sorted(file for room in rooms for file in room.rglob("*.py"))
    return hashlib.sha256(sys.version.encode() + b"".join(file.read_bytes() for file in files)).hexdigest()
