"""Scripts for fakes, and playing one from the command line."""

import argparse
import threading
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

from core.timing.recordings import read_recording
from tests.fakes.stage import Script, Stage


def script_of(path: Path) -> Script:
    """A recording."""
    return script_from(read_recording(path))


class Timed(Protocol):
    """A frame and its moment."""

    @property
    def at(self) -> datetime: ...
    @property
    def text(self) -> str: ...


def script_from(frames: Iterable[Timed]) -> Script:
    """Frames with the time since the first one; a clock that jumps back stands still."""
    kept = list(frames)
    return tuple((max((frame.at - kept[0].at).total_seconds(), 0.0), frame.text) for frame in kept)


def arguments(words: str | None, port: int, *, invents: bool = False) -> argparse.ArgumentParser:
    """What every fake takes; one that invents a race needs no recording."""
    parser = argparse.ArgumentParser(description=words)
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--recording", type=Path, required=not invents)
    parser.add_argument("--speed", type=float, default=1.0)
    return parser


def run(stage: Stage, speed: float, words: str) -> None:
    """Play until Ctrl-C."""
    print(f"{words}; Ctrl-C ends it", flush=True)  # noqa: T201 - a program's first words
    stage.play(speed)
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
