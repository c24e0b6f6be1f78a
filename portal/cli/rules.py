"""`paddock rules`: whether rulesets hold together, what they make of scenarios and of a past session."""

import json
from pathlib import Path
from typing import Annotated

import typer

from core.errors import BadInput
from core.penalties.catalogue import RulesetFile, read_ruleset_file
from core.penalties.rules.scenarios import Library, Ran, read_scenarios, run
from core.penalties.rules.schema import json_schema

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
