"""Looking at processes: who descends from whom, and waiting for an end. Linux only."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[3]


@contextmanager
def running(*module_and_arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A Python module as a process of its own."""
    with process([sys.executable, "-m", *module_and_arguments]) as started:
        yield started


@contextmanager
def process(command: Sequence[str | Path]) -> Iterator[subprocess.Popen[str]]:
    """A process that is ended in any case, at the latest after two minutes; what it says is in `stdout`."""
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as started:
        last_resort = threading.Timer(120, started.kill)
        last_resort.start()
        try:
            yield started
        finally:
            last_resort.cancel()
            started.terminate()
            try:
                started.wait(20)
            except subprocess.TimeoutExpired:
                started.kill()


def heard(process: subprocess.Popen[str], words: str) -> str:
    """Read on until a line with these words comes; everything read, when the process ends without it, is the error."""
    read: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        read.append(line)
        if words in line:
            return line
    raise AssertionError(f"{words!r} was never said: {''.join(read)}")


def descendants(pid: int) -> dict[int, str]:
    """Every process below this one, with its command; one that ends while we look is left out."""
    found: dict[int, str] = {}
    with suppress(FileNotFoundError, ProcessLookupError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found |= {int(child): _command(child)} | descendants(int(child))
    return found


def _command(pid: str) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()


def one(pid: int, words: str) -> int:
    """The first process below this one whose command has these words."""
    return next(child for child, command in descendants(pid).items() if words in command)


def alive(pid: int) -> bool:
    """A zombie that nobody has collected yet counts as dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def soon(check: Callable[[], object], *, within_s: float = 15.0) -> None:
    deadline = time.monotonic() + within_s
    while not check():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
