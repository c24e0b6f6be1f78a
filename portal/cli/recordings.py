"""`paddock recordings`: what is recorded of a circuit, files brought in, and recordings as files to carry away."""

import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from core.errors import BadInput
from core.io.clock import utc_now
from core.io.opened import Format, bring_in_file, opened, span_of, told
from core.timing.recordings_desk import Kept
from portal.cli.options import DataOption, installation

app = typer.Typer(help="Recordings of circuits: list, import, export.", no_args_is_help=True)


@app.command("list")
def list_recordings(circuit: Annotated[str, typer.Argument(help="Short name.")], data: DataOption = None) -> None:
    """Print what there is of a circuit, newest first."""
    with installation(data, "paddock recordings list") as runtime:
        for kept in runtime.recordings.all(runtime.circuits.find(circuit).id):
            typer.echo(_line(kept))


@app.command("import")
def import_files(
    circuit: Annotated[str, typer.Argument(help="Short name.")],
    files: Annotated[list[Path], typer.Argument(help="Recordings of any kind Paddock reads.")],
    data: DataOption = None,
) -> None:
    """Bring files in as recordings of a circuit. A file it has already adds nothing."""
    with installation(data, "paddock recordings import") as runtime:
        found = runtime.circuits.find(circuit)
        for file in files:
            one, is_new = bring_in_file(runtime, found.id, file, by=None, now=utc_now())
            word = f"{one.frames} frames of {one.protocol}" if is_new else "was there already, nothing added"
            typer.echo(f"{one.id}  {file.name}: {word}")


@app.command("export")
def export_recording(
    recording: Annotated[UUID, typer.Argument(help="As `list` prints it.")],
    to: Annotated[Path | None, typer.Option(help="A file; by default it is printed.")] = None,
    kind: Annotated[Format, typer.Option("--format", help="jsonl: frames; csv: laps.")] = Format.JSONL,
    since: Annotated[str | None, typer.Option("--from", help="ISO time.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="ISO time.")] = None,
    data: DataOption = None,
) -> None:
    """Write a recording, or a range of it, as a file."""
    with installation(data, "paddock recordings export") as runtime:
        one = opened(runtime, recording)
        span = span_of(one, _instant(since), _instant(until))
        with to.open("wb") if to else nullcontext(sys.stdout.buffer) as file:
            file.writelines(told(one, kind, span))


def _line(kept: Kept) -> str:
    frames = "" if kept.frames is None else f"{kept.frames} frames"
    span = f"{kept.started_at:%Y-%m-%d %H:%M:%S} … {kept.ended_at:%Y-%m-%d %H:%M:%S} UTC"
    return f"{kept.id}  {kept.origin:<7}  {span}  {frames:>14}  {kept.name}".rstrip()


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"“{text}” is not a time.", "Type it as 2026-05-02T14:30:00+02:00.") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)
