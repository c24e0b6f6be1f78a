"""`paddock verify`: whether the event logs of race sessions are what was written, also by anchors from paper.

Exits with 0 if every log is whole, 1 if one is broken, 2 if it could not look.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from core.errors import BadInput
from core.io.clock import utc_now
from core.io.runtime import Runtime
from core.penalties.events import Anchor
from core.penalties.integrity import Verdict, read_anchor, told
from core.sessions.model import RaceSession
from portal.cli.backup import chosen
from portal.cli.options import DataOption, installation

app = typer.Typer(help="Check the event logs of race sessions.")

BROKEN = 1
COULD_NOT_LOOK = 2
ALL = "all"

_Found = tuple[RaceSession, Verdict]


@app.command()
def verify(
    session: Annotated[
        list[str] | None, typer.Option(help="Number of a race session, may be repeated; or `all`, the default.")
    ] = None,
    anchor: Annotated[
        list[str] | None, typer.Option(help="SEQ:HASH from paper or mail; may be repeated. Needs one --session.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    data: DataOption = None,
) -> None:
    """Compute every event's hash, look up all anchors; print each log's head, to be kept elsewhere."""
    with installation(data, "paddock verify", COULD_NOT_LOOK) as runtime:
        found = _verified(runtime, _numbers(session), [read_anchor(one) for one in anchor or ()])
    typer.echo(json.dumps(list(map(_facts, found))) if as_json else "\n".join(map(_line, found)))
    if not all(each.whole for _, each in found):
        raise typer.Exit(BROKEN)


def _numbers(said: Sequence[str] | None) -> list[int] | None:
    if not said or list(said) == [ALL]:
        return None
    if wrong := [one for one in said if not one.isdecimal()]:
        raise BadInput(f"“{wrong[0]}” is no number of a race session.", "Give a number, or `all`.")
    return [int(one) for one in said]


def _verified(runtime: Runtime, numbers: list[int] | None, pasted: Sequence[Anchor]) -> list[_Found]:
    sessions = chosen(runtime, numbers)
    if pasted and len(sessions) != 1:
        raise BadInput("An anchor belongs to one race session.", "Name it: --session NUMBER.")
    return [(one, runtime.integrity.verify(one.id, utc_now(), pasted)) for one in sessions]


def _line(found: _Found) -> str:
    session, verdict = found
    state = "whole" if verdict.whole else f"BROKEN AT EVENT {verdict.first_broken}"
    line = f"{session.number:>4}  {session.name:<30}  {state}  head {verdict.head.seq} {verdict.head.hash}"
    return line if not verdict.missed else f"{line}\n      {told(verdict)}"


def _facts(found: _Found) -> dict[str, object]:
    session, verdict = found
    at = verdict.at.isoformat()
    said = {"session": session.number, "id": str(session.id), "name": session.name, "whole": verdict.whole}
    return said | asdict(verdict) | {"at": at}
