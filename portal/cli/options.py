"""What several commands have in common: their options, and how an error that a person can mend is shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import PortalError
from core.io.settings import Settings

if TYPE_CHECKING:
    from core.io.runtime import Runtime

DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data", help="Data folder of the installation. Default: PADDOCK_DATA, else ./data.", file_okay=False
    ),
]
HostOption = Annotated[str | None, typer.Option(help="Address to listen on. Default: PADDOCK_HOST, else 127.0.0.1.")]
PortOption = Annotated[
    int | None, typer.Option(help="Port to listen on. Default: PADDOCK_PORT, else 8600.", min=1, max=65535)
]


def settings_with(data: Path | None = None, host: str | None = None, port: int | None = None) -> Settings:
    """The environment's settings, with what was said on the command line in their place."""
    said = {name: value for name, value in {"data": data, "host": host, "port": port}.items() if value is not None}
    settings = Settings().model_copy(update=said)
    return settings.model_copy(update={"data": settings.data.resolve()})


@contextmanager
def remedies(status: int = 1) -> Iterator[None]:
    """Show what happened and the remedy, and exit with this status."""
    try:
        yield
    except PortalError as error:
        typer.echo(f"{error.what}\n{error.remedy}", err=True)
        raise typer.Exit(status) from error


@contextmanager
def installation(data: Path | None, command: str, status: int = 1) -> "Iterator[Runtime]":
    """An installation as its owner: the running one, or its servers started for as long as the command lasts.

    `status` is what the command exits with where a person can mend what went wrong.
    """
    from core.io.installed import installed  # a second of loading that `paddock up` does without
    from core.io.runtime import open_runtime

    with (
        remedies(status),
        installed(settings_with(data), command) as settings,
        open_runtime(settings, owner=True) as runtime,
    ):
        yield runtime
