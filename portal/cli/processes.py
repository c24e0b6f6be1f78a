"""`paddock worker`, `portal`, `migrate`: the parts of an installation one by one, as containers run them."""

from collections.abc import Callable

import typer

from core.io.installation import beside, bring_up_to_date, installed, nothing_runs
from core.io.programs import Program, become
from core.io.programs import portal as portal_program
from core.io.programs import worker as worker_program
from core.io.settings import Settings
from portal.cli.options import DataOption, HostOption, PortOption, remedies, settings_with


def worker(data: DataOption = None) -> None:
    """Run one worker: it follows timing sources and does the jobs. Several may run at once."""
    _become(worker_program, settings_with(data))


def portal(data: DataOption = None, host: HostOption = None, port: PortOption = None) -> None:
    """Run one portal: pages, API and sockets on one port. Several may run behind a sticky proxy."""
    _become(portal_program, settings_with(data, host, port))


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
        become(program(found))
