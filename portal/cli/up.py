"""`paddock up`: a whole installation on this machine, until it is told to stop.

The portal needs seconds to load, so it is started first and waits for its database; what this command itself needs for
servers and migrations is loaded meanwhile.
"""

import socket
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated

import typer

from core.errors import BadInput
from core.io.claim import claim
from core.io.clock import utc_now
from core.io.installation import embedded, has_servers, published
from core.io.once import Once
from core.io.programs import demo, portal, worker
from core.io.settings import Settings
from core.io.supervisor import LOOK_EVERY_S, Supervisor, until_told_to_stop
from portal.cli.options import DataOption, HostOption, PortOption, remedies, settings_with

app = typer.Typer()


@app.command()
def up(
    with_demo: Annotated[bool, typer.Option("--demo", help="With an endless race, and accounts to try it.")] = False,
    data: DataOption = None,
    host: HostOption = None,
    port: PortOption = None,
) -> None:
    """Start everything: database, bus, worker and portal, and keep it running until Ctrl-C.

    With PADDOCK_DATABASE_URL and PADDOCK_REDIS_URL set, those servers are used and none is started.
    """
    settings = settings_with(data, host, port).model_copy(update={"demo": with_demo})
    with remedies(), claim(settings.data, "paddock up", utc_now(), address(settings)):
        _refuse_taken_port(settings)
        supervisor = Supervisor(settings.data / "logs", _tell)
        try:
            with until_told_to_stop():
                _run(settings, supervisor)
        finally:
            _tell("Stopping.")
            supervisor.stop()


def address(settings: Settings) -> str:
    """Where a browser on this machine finds the portal; one that listens everywhere is also on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - read, not bound
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _run(settings: Settings, supervisor: Supervisor) -> None:
    since = time.monotonic()
    external = has_servers(settings)
    settings = settings if external else embedded(settings)
    supervisor.keep(portal(settings))
    _prepare_databases(settings, supervisor, external=external)
    supervisor.keep(worker(settings))
    with published(settings):
        accounts = Once(demo(settings)) if settings.demo else None
        _keep_until(lambda: _ready(settings), supervisor)
        _tell(f"Paddock is ready: {address(settings)}  ({time.monotonic() - since:.1f} s)")
        if accounts is not None:
            _keep_until(accounts.ended, supervisor)
            _tell(accounts.said())
        _keep_until(_told_to_stop, supervisor)


def _prepare_databases(settings: Settings, supervisor: Supervisor, *, external: bool) -> None:
    from core.io.embedded import Embedded  # half a second, while the portal loads
    from core.io.installed import bring_up_to_date

    if not external:
        supervisor.keep_servers(Embedded(settings.data))
    bring_up_to_date(settings)


def _keep_until(done: Callable[[], bool], supervisor: Supervisor) -> None:
    """Keep everything running until this is so."""
    while not done():
        supervisor.look()
        time.sleep(LOOK_EVERY_S)


def _told_to_stop() -> bool:
    """Never: being told to stop ends the loop from outside."""
    return False


def _ready(settings: Settings) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"{address(settings)}/readyz", timeout=2) as answer:  # noqa: S310 - http, and our own
        return bool(answer.status == 200)
    return False


def _refuse_taken_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise BadInput(
                f"Paddock cannot listen on {settings.host}, port {settings.port}: {error.strerror}.",
                "Choose another port with --port, or another address with --host.",
            ) from error


def _tell(line: str) -> None:
    """One line to the terminal; a terminal that is gone must not stop the race."""
    with suppress(OSError):
        typer.echo(line)
