"""`paddock token`: keys for programs that use the API. A key is printed once; only its fingerprint is kept."""

from typing import Annotated
from uuid import UUID

import typer

from core.accounts.keys import TOKEN_LASTS_AT_MOST_DAYS, TOKEN_LASTS_DAYS
from core.accounts.model import Role
from core.accounts.plan import TokenPlan
from core.accounts.policy import token_rights
from core.io.clock import utc_now
from portal.cli.options import DataOption, installation

app = typer.Typer(help="Keys for programs that use the API.", no_args_is_help=True)

UserOption = Annotated[str, typer.Option(help="The account whose rights the token has.")]


@app.command()
def create(
    user: UserOption,
    role: Annotated[Role, typer.Option(help="The scope: the rights of this role, as far as the account has them.")],
    days: Annotated[
        int, typer.Option(help="How long it is valid.", min=1, max=TOKEN_LASTS_AT_MOST_DAYS)
    ] = TOKEN_LASTS_DAYS,
    label: Annotated[str, typer.Option(help="What it is for.")] = "command line",
    data: DataOption = None,
) -> None:
    """Make a token and print its key, alone on a line, this once."""
    with installation(data, "paddock token create") as runtime:
        account = runtime.accounts.find(user)
        token, key = runtime.accounts.create_token(account.id, TokenPlan(label, role, days), by=None, now=utc_now())
    rights = ", ".join(sorted(token_rights(account.role, role)))
    typer.echo(f"Valid until {token.expires_at:%Y-%m-%d %H:%M} UTC for: {rights}", err=True)
    typer.echo(key)


@app.command("list")
def list_tokens(user: UserOption, data: DataOption = None) -> None:
    """The tokens of an account, newest first."""
    with installation(data, "paddock token list") as runtime:
        tokens = runtime.accounts.tokens(runtime.accounts.find(user).id)
    for token in tokens:
        state = "revoked" if token.revoked_at else f"until {token.expires_at:%Y-%m-%d}"
        typer.echo(f"{token.id}  {token.role:<12}  {state:<16}  {token.label}")


@app.command()
def revoke(
    user: UserOption,
    token: Annotated[UUID, typer.Argument(help="The id that `paddock token list` shows.")],
    data: DataOption = None,
) -> None:
    """End a token at once, also on sockets that it holds open."""
    with installation(data, "paddock token revoke") as runtime:
        runtime.accounts.revoke_token(runtime.accounts.find(user).id, token, by=None, now=utc_now())
    typer.echo("The token is revoked.")
