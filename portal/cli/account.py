"""`paddock account`: who may enter, from the command line: the first account of a script, a forgotten password.

A password is asked for without showing it, or read from standard input where that is not a terminal.
"""

import sys
from getpass import getpass
from typing import Annotated

import typer

from core.accounts.model import Role
from core.accounts.plan import AccountPlan
from core.errors import BadInput
from core.io.clock import utc_now
from portal.cli.options import DataOption, installation

app = typer.Typer(help="Who may enter.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="The name that is typed to sign in.")]


@app.command("list")
def list_accounts(data: DataOption = None) -> None:
    """Every account with its role."""
    with installation(data, "paddock account list") as runtime:
        accounts = runtime.accounts.accounts()
    for account in accounts:
        state = "" if account.active else "  (not active)"
        typer.echo(f"{account.name:<20}  {account.role:<12}  {account.display_name}{state}")


@app.command()
def create(
    name: NameArgument,
    role: Annotated[Role, typer.Option(help="What the account may do.")],
    display_name: Annotated[str, typer.Option(help="The shown name.")] = "",
    team: Annotated[str | None, typer.Option(help="The team of a team account.")] = None,
    data: DataOption = None,
) -> None:
    """Make an account."""
    with installation(data, "paddock account create") as runtime:
        plan = AccountPlan(name, display_name, role, _asked_password(), team)
        account = runtime.accounts.create_account(plan, by=None, now=utc_now())
    typer.echo(f"{account.name} may sign in as {account.role.replace('_', ' ')}.")


@app.command()
def password(name: NameArgument, data: DataOption = None) -> None:
    """Set a new password; ends the account's lock and every sign-in."""
    with installation(data, "paddock account password") as runtime:
        account = runtime.accounts.find(name)
        runtime.accounts.set_password(account.id, _asked_password(), by=None, now=utc_now())
    typer.echo(f"{account.name} has a new password.")


def _asked_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed = getpass("Password: ")
    if typed != getpass("Again: "):
        raise BadInput("The two passwords differ.", "Run the command again.")
    return typed
