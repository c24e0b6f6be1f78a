"""The `paddock` command. Each command is a small app in a file of its own, named here in one line.

A command's file is loaded when the command is called: all of them together take longer than the servers need to start.
"""

from importlib import import_module, metadata
from typing import Annotated

import typer
from typer.core import TyperCommand, TyperGroup

COMMANDS = {
    "up": "up:app",
    "worker": "processes:worker_app",
    "portal": "processes:portal_app",
    "migrate": "processes:migrate_app",
    "account": "account:app",
    "token": "token:app",
    "timing": "timing:app",
    "frames": "frames:app",
    "recordings": "recordings:app",
    "rules": "rules:app",
    "demo": "demo:app",
    "backup": "backup:backup_app",
    "restore": "backup:restore_app",
    "verify": "verify:app",
}
"""Name of the command: the file in this folder and the app in it."""


class Commands(TyperGroup):
    def list_commands(self, _: object) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _: object, name: str) -> TyperCommand | TyperGroup | None:
        if name not in COMMANDS:
            return None
        file, found = COMMANDS[name].split(":")
        command = typer.main.get_command(getattr(import_module(f"portal.cli.{file}"), found))
        command.name = name
        return command if isinstance(command, TyperCommand | TyperGroup) else None


app = typer.Typer(
    cls=Commands,
    help="Paddock: race control, timing, telemetry and Formula 1 in one portal.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"paddock {metadata.version('paddock')}")
        raise typer.Exit


@app.callback()
def paddock(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Paddock: race control, timing, telemetry and Formula 1 in one portal."""
