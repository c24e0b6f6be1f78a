"""A program of ours that runs once, beside us, and whose words are wanted when it has ended."""

import signal
import subprocess

from core.io.children import Start, spawn
from core.io.programs import FOLDER, Program


class Once:
    def __init__(self, program: Program) -> None:
        """Start it, from the main thread. It may say 64 kB at most, for nobody listens until it has ended."""
        start = Start(FOLDER, subprocess.PIPE, signal.SIGKILL, environment=program.environment)
        self._child = spawn(program.command, start)

    def ended(self) -> bool:
        return self._child.poll() is not None

    def said(self) -> str:
        """Everything it said, standard output and error together; waits for its end."""
        said, _ = self._child.communicate()
        return said.decode(errors="replace").rstrip()
