"""`paddock demo`: sets the demo up and prints who may enter it. `paddock up --demo` calls it at every start."""

import typer

from core.io.clock import utc_now
from core.io.demo import DemoAccount, prepare
from portal.cli.options import DataOption, installation

app = typer.Typer()


@app.command()
def demo(data: DataOption = None) -> None:
    """Set up an endless race with its session, and an account for each role. A worker must run."""
    with installation(data, "paddock demo") as runtime:
        accounts = prepare(runtime, utc_now())
    typer.echo("Demo accounts, until the next start:")
    for account in accounts:
        typer.echo(_line(account))


def _line(account: DemoAccount) -> str:
    return f"  {account.name:<14}{account.password}"
