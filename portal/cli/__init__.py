"""The `paddock` command. Each command is a function or a small app in a file of its own, named here in one line."""

from importlib import metadata
from typing import Annotated

import typer

from portal.cli import account, processes, timing, token
from portal.cli.up import up

app = typer.Typer(
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


app.command()(up)
app.command()(processes.worker)
app.command()(processes.portal)
app.command()(processes.migrate)
app.add_typer(timing.app, name="timing")
app.add_typer(account.app, name="account")
app.add_typer(token.app, name="token")
