"""`paddock rules`: whether rulesets hold together, what they make of scenarios and of a past session."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import BadInput, NotFound
from core.penalties.catalogue import RulesetFile, read_ruleset_file
from core.penalties.rules.scenarios import Library, Ran, read_scenarios, run
from core.penalties.rules.schema import json_schema
from portal.cli.options import DataOption, installation, remedies

if TYPE_CHECKING:
    from core.penalties.dry_run import DryRun
    from core.penalties.fold import Fold

app = typer.Typer(help="Rulesets: check them and try them.", no_args_is_help=True)

_UNREADABLE = 2
"""Exit code for a file that cannot be used."""

_File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file of rulesets, YAML.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def rules() -> None:
    """Rulesets: check them and try them."""


@app.command("check")
def check_file(file: _File) -> None:
    """Say of each ruleset in a file whether it holds together; every mistake with its line and path."""
    found = _read(file)
    mistakes = [said for name in found.names if (said := _checked(found, name))]
    if mistakes or not found.names:
        typer.echo("\n".join(mistakes) or f"{file.name} holds no ruleset.", err=True)
        raise typer.Exit(1)


@app.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of a ruleset file."""
    typer.echo(json.dumps(json_schema(), indent=2))


@app.command("scenarios")
def run_scenarios(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file of scenarios, YAML.")],
    rulesets: Annotated[list[Path], typer.Option("--rulesets", exists=True, dir_okay=False, help="Rulesets, YAML.")],
    as_json: _Json = False,
) -> None:
    """Play scenarios; the exit code is 0 only if every expectation holds."""
    try:
        scenarios = read_scenarios(file.read_text(encoding="utf-8"), file.name)
    except BadInput as error:
        raise _unusable(error) from error
    library = Library([_read(each) for each in rulesets])
    ran = [run(scenario, library) for scenario in scenarios]
    if as_json:
        told = [{"n": each.name, "passed": each.passed, "result": each.result} for each in ran]
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        typer.echo("\n".join(map(_line, ran)))
    if any(each.passed is False for each in ran):
        raise typer.Exit(1)


@app.command("dry-run")
def judge_again(
    ruleset: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The other ruleset, YAML.")],
    events: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The session's events, JSON of the API.")
    ] = None,
    session: Annotated[int | None, typer.Option(help="Or the number of a session of this installation.")] = None,
    name: Annotated[str | None, typer.Option(help="Which ruleset of a file that holds several.")] = None,
    as_json: _Json = False,
    data: DataOption = None,
) -> None:
    """Say which incidents of a past session would have come to something else by another ruleset."""
    from core.penalties.dry_run import dry_run  # loads the whole log, which checks and scenarios do without

    with remedies():
        found = _read(ruleset)
        tried = dry_run(_fold(events, session, data), found.catalogue(name or found.names[0]))
    typer.echo(json.dumps(asdict(tried), default=datetime.isoformat) if as_json else "\n".join(_told(tried)))


def _fold(events: Path | None, session: int | None, data: Path | None) -> "Fold":
    from core.penalties.exported import read_events  # see above
    from core.penalties.fold import EMPTY, advance

    if events is not None:
        return advance(EMPTY, read_events(events.read_bytes()))
    with installation(data, "paddock rules dry-run") as runtime:
        found = next((each for each in runtime.race_sessions.all() if each.number == session), None)
        if found is None:
            remedy = "Name its events (--events FILE), or its number as the list of sessions has it (--session NUMBER)."
            raise NotFound("There is no such session.", remedy)
        return runtime.penalties(found.id).state()


def _told(tried: "DryRun") -> Iterator[str]:
    for one in tried.differences:
        yield f"#{one.incident} {one.at:%Y-%m-%d %H:%M:%S} kart {one.kart} {one.code}: {one.now} → {one.then}"
    yield f"{tried.ruleset}: {len(tried.differences)} of {tried.incidents} incidents would be judged differently."
    if tried.review:
        yield f"Served penalties that would lose their basis: {', '.join(tried.review)}"


def _read(file: Path) -> RulesetFile:
    try:
        return read_ruleset_file(file.read_text(encoding="utf-8"), file.name)
    except BadInput as error:
        raise _unusable(error) from error


def _unusable(error: BadInput) -> typer.Exit:
    typer.echo(str(error), err=True)
    return typer.Exit(_UNREADABLE)


def _checked(file: RulesetFile, name: str) -> str:
    """What is wrong with a ruleset; what is right is printed at once."""
    try:
        catalogue = file.catalogue(name)
    except BadInput as error:
        return str(error)
    typer.echo(f"{name}: {catalogue.reference} holds together.")
    return ""


def _line(ran: Ran) -> str:
    said = {True: "passed", False: "failed", None: "ran, nothing was expected"}[ran.passed]
    return f"{ran.name}: {said}" + (f": {'; '.join(ran.differs)}" if ran.differs else "")
