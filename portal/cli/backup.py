"""`paddock backup`, `paddock restore`: race sessions as files to carry away, and back."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from core.errors import NotFound
from core.io.clock import utc_now
from core.io.rehearsing import rehearsed
from core.io.runtime import Runtime
from core.io.session_copies import Manifest, bring_in, carry_out
from core.sessions.model import RaceSession, SessionState
from portal.cli.options import DataOption, installation

backup_app = typer.Typer(help="Copy race sessions into files, each verified by restoring it.")
restore_app = typer.Typer(help="Bring back a race session from the files of `paddock backup`.")

SessionOption = Annotated[
    list[int] | None, typer.Option("--session", help="Number of a race session; may be repeated. Default: all.")
]
_READABLE = (SessionState.READY, SessionState.CLOSED)


@backup_app.command()
def backup(
    to: Annotated[Path, typer.Option(help="Folder for the files; a dump and a manifest for each session.")],
    session: SessionOption = None,
    data: DataOption = None,
) -> None:
    """Dump race sessions, restore each dump beside the original, compare, and write what is good."""
    with installation(data, "paddock backup") as runtime:
        for one in chosen(runtime, session):
            with rehearsed(runtime, one, utc_now()) as note:
                written = carry_out(runtime, one, to, utc_now())
                held = Manifest.model_validate_json(written.read_bytes())
                note(held.head, held.events, held.entries)
            typer.echo(written)


@restore_app.command()
def restore(
    manifest: Annotated[Path, typer.Argument(help="The .json that `paddock backup` wrote; its .dump lies beside it.")],
    circuit: Annotated[str | None, typer.Option(help="Short name of another circuit than before.")] = None,
    name: Annotated[str | None, typer.Option(help="Another name than before.")] = None,
    data: DataOption = None,
) -> None:
    """Make the session's database from the dump; it is inactive until somebody opens it."""
    with installation(data, "paddock restore") as runtime:
        session = bring_in(runtime, manifest, utc_now(), circuit=circuit, name=name)
        head = runtime.penalties(session.id).state().head
    typer.echo(f"Session {session.number} “{session.name}” is {session.state}: {head.seq} events, head {head.hash}.")


def chosen(runtime: Runtime, numbers: Sequence[int] | None) -> list[RaceSession]:
    """The readable sessions of these numbers; without numbers all of them.

    Raises:
        NotFound: there is none of such a number.
    """
    known = {one.number: one for one in runtime.race_sessions.all() if one.state in _READABLE}
    missing = [number for number in numbers or () if number not in known]
    if missing:
        raise NotFound(
            f"There is no race session {missing[0]} that can be read.", "Archived ones must be brought back."
        )
    return [known[number] for number in sorted(numbers or known)]
