"""What a child process says: every line to `<data>/logs/<name>.log`, the ones somebody should look at to the terminal.

Children log lines of JSON (`core.io.logs`); anything else they say (a traceback of the interpreter) is kept as it is.
"""

import json
import logging
import threading
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

_MOST_BYTES = 5 << 20
_KEPT_FILES = 3
_LONGEST_LINE = 1 << 16
_SAID_ALREADY = frozenset({"time", "level", "logger", "message", "trace"})


class Chronicle:
    """Reads one child's output until it ends; one thread a child."""

    def __init__(self, name: str, folder: Path, tell: Callable[[str], None]) -> None:
        self._name = name
        self._tell = tell
        self._file = RotatingFileHandler(
            folder / f"{name}.log", maxBytes=_MOST_BYTES, backupCount=_KEPT_FILES, encoding="utf-8", errors="replace"
        )

    def follow(self, output: IO[bytes]) -> None:
        """Return at once; a thread reads on. A child's successor is written to the same file."""
        threading.Thread(target=self._read, args=[output], name=f"log of {self._name}", daemon=True).start()

    def _read(self, output: IO[bytes]) -> None:
        with output:
            while raw := output.readline(_LONGEST_LINE):
                line = raw.decode(errors="replace").rstrip("\n")
                self._file.emit(logging.makeLogRecord({"msg": line}))
                if (told := worth_telling(line)) is not None:
                    self._tell(f"{self._name}: {told}")


def worth_telling(line: str) -> str | None:
    """A warning or worse as a person reads it; None for everything else."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    if not isinstance(said, dict) or said.get("level") not in {"WARNING", "ERROR", "CRITICAL"}:
        return None
    facts = "  ".join(f"{name}={value}" for name, value in said.items() if name not in _SAID_ALREADY)
    return f"{said.get('message')}  {facts}".rstrip()
