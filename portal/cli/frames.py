"""`paddock frames`: a table of a feed session as CSV, Parquet or xlsx, from an installation or from a recording."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from core.errors import Conflict, NotFound
from portal.cli.options import DataOption, installation, remedies
from portal.frame_files import FORMATS
from portal.frames import COLUMNS, Timed, frame, timed_of_recording

app = typer.Typer()


@app.command(help=f"Write a table to a file, by its ending. Tables: {', '.join(COLUMNS)}.")
def frames(
    table: Annotated[str, typer.Argument(help="Which table.")],
    out: Annotated[Path, typer.Option(help="File to write: .csv, .parquet or .xlsx.", dir_okay=False)],
    circuit: Annotated[str | None, typer.Option(help="Short name of the circuit.")] = None,
    session: Annotated[str | None, typer.Option(help="Id of its feed session, or its place in the file.")] = None,
    recording: Annotated[Path | None, typer.Option(help="A recording instead of an installation.")] = None,
    data: DataOption = None,
) -> None:
    with remedies():
        if out.suffix.lstrip(".") not in FORMATS:
            raise Conflict(f"{out.name} has no ending we write.", f"Endings: {', '.join(FORMATS)}.")
        timed = _of_file(recording, session) if recording else _of_installation(circuit, session, data)
        rows = frame(table, timed)
        out.write_bytes(FORMATS[out.suffix.lstrip(".")][0](rows))
        typer.echo(f"{len(rows)} rows in {out}")


def _of_file(recording: Path, session: str | None) -> Timed:
    if session is not None and not session.isdecimal():
        raise NotFound(f"“{session}” is no place in a recording.", "Count its sessions from 0.")
    return timed_of_recording(recording, None if session is None else int(session))


def _of_installation(circuit: str | None, session: str | None, data: Path | None) -> Timed:
    from portal import race_analysis

    if circuit is None:
        raise NotFound("Which circuit?", "Name it with --circuit, or give a file with --recording.")
    with installation(data, "paddock frames") as runtime:
        found = race_analysis.chosen(runtime.timing, runtime.circuits.find(circuit).id, _id(session))
        if found is None:
            raise NotFound(f"The feed of {circuit} has had no session yet.", "Start its source: Timing › Circuits.")
        desk = runtime.timing
        return Timed(desk.laps(found.id), desk.stops(found.id), race_analysis.board_of(desk, found))


def _id(session: str | None) -> UUID | None:
    try:
        return None if session is None else UUID(session)
    except ValueError as error:
        raise NotFound(f"“{session}” names no feed session.", "Ids stand in the address of Timing › Charts.") from error
