"""`paddock worker`, `portal`, `migrate`: the parts of an installation one by one, as containers run them."""

from collections.abc import Callable

import typer

from core.io import programs
from core.io.installation import beside, nothing_runs
from core.io.installed import bring_up_to_date, installed
from core.io.programs import Program
from core.io.settings import Settings
from portal.cli.options import DataOption, HostOption, PortOption, remedies, settings_with

worker_app, portal_app, migrate_app = typer.Typer(), typer.Typer(), typer.Typer()


@worker_app.command()
def worker(data: DataOption = None) -> None:
    """Run one worker: it follows timing sources and does the jobs. Several may run at once."""
    _become(programs.worker, settings_with(data))


@portal_app.command()
def portal(data: DataOption = None, host: HostOption = None, port: PortOption = None) -> None:
    """Run one portal: pages, API and sockets on one port. Several may run behind a sticky proxy."""
    _become(programs.portal, settings_with(data, host, port))


@migrate_app.command()
def migrate(data: DataOption = None) -> None:
    """Bring the databases to the schema of this release. Safe to run at any time, also twice at once."""
    with remedies(), installed(settings_with(data), "paddock migrate") as settings:
        for applied in bring_up_to_date(settings):
            typer.echo(applied)
    typer.echo("The databases are up to date.")


def _become(program: Callable[[Settings], Program], settings: Settings) -> None:
    with remedies():
        found = beside(settings)
        if found is None:
            raise nothing_runs(settings.data)
        programs.become(program(found))
