"""How the processes of an installation are called: command, folder and environment of the worker and the portal."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from core.io.settings import Settings

FOLDER = Path(__file__).parents[2]
"""Where all of them run: Streamlit reads `.streamlit/config.toml` from the working folder."""


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    command: tuple[str, ...]
    environment: dict[str, str]


def worker(settings: Settings) -> Program:
    return Program("worker", (sys.executable, "-m", "workers"), _environment(settings))


def portal(settings: Settings) -> Program:
    """The portal never learns the owner's address, unless it is the only one there is."""
    if settings.app_database_url is not None:
        settings = settings.model_copy(update={"database_url": None})
    return Program("portal", (sys.executable, "-m", "portal"), _environment(settings))


def demo(settings: Settings) -> Program:
    """Makes the demo, prints its accounts; a program of its own, because hashing passwords brings Streamlit along."""
    return Program("demo", (sys.executable, "-m", "portal.cli", "demo"), _environment(settings))


def become(program: Program) -> None:
    """End this program and be that one, with the same process number."""
    os.chdir(FOLDER)
    os.execve(program.command[0], program.command, program.environment)  # noqa: S606 - a shell is what we do not want


def _environment(settings: Settings) -> dict[str, str]:
    """Ours without what was said to us, and everything that these settings say."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PADDOCK_")}  # noqa: TID251 - handed on whole
    given = settings.model_dump(exclude_none=True) | {"data": settings.data.resolve()}
    return inherited | {f"PADDOCK_{name.upper()}": str(value) for name, value in given.items()}
