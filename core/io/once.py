"""A program of ours that runs once, beside us, and whose words are wanted when it has ended."""

import signal
import subprocess

from core.io.children import Start, spawn
from core.io.programs import FOLDER, Program


class Once:
    def __init__(self, program: Program) -> None:
        """Start it, from the main thread and behind all others; 64 kB is all it may say, for it is heard at its end."""
        start = Start(FOLDER, subprocess.PIPE, signal.SIGKILL, environment=program.environment, niceness=10)
        self._child = spawn(program.command, start)

    def ended(self) -> bool:
        return self._child.poll() is not None

    def said(self) -> str:
        """Everything it said, standard output and error together; waits for its end."""
        said, _ = self._child.communicate()
        return said.decode(errors="replace").rstrip()
