"""Rulesets over the API: read, check, store; change those of a session from a time on, after looking what differs.

A mistake in a ruleset is an answer here, not an error: `POST /rulesets/check` lists each with its line, its place in
the file and what to do about it.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from core.accounts.model import Identity, Right
from core.errors import BadInput
from core.penalties.catalogue import Catalogue, Rules
from core.penalties.commands import ChangeRules
from core.penalties.desk import Receipt
from core.penalties.dry_run import DryRun, dry_run
from core.penalties.mistakes import Remedied, mistakes
from core.penalties.rulesets import LONGEST_TEXT, RulesetsDesk, Sheet, Stored, read
from core.sessions.model import Step
from portal.api.needs import needs
from portal.api.penalties import Write
from portal.running import now, runtime

router = APIRouter(tags=["rulesets"])

Reader = Annotated[Identity, Depends(needs(Right.READ_RACE_CONTROL))]
Runner = Annotated[Identity, Depends(needs(Right.RUN_SESSIONS))]
Editor = Annotated[Identity, Depends(needs(Right.EDIT_RULES))]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
Name = Annotated[str, Field(min_length=1, max_length=80)]


class RulesetTyped(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Text
    """YAML."""


class Checked(BaseModel):
    """`reference` is `id@version#hash`; None: it does not hold together, and `mistakes` says where."""

    reference: str | None
    mistakes: tuple[Remedied, ...]


class RulesetShown(BaseModel):
    name: str
    reference: str
    text: str
    stored: Step | None
    """When and by which account; None: a file of the installation."""
    rules: Rules


class RulesTried(BaseModel):
    """One of the two: the name of a ruleset, or its text."""

    model_config = ConfigDict(extra="forbid")

    ruleset: Name | None = None
    text: Text | None = None


class RulesChosen(RulesTried, Write):
    reason: str = Field(min_length=1, max_length=300)
    effective_from: AwareDatetime | None = None
    """Incidents from this moment on are judged by the new rules; left out: from now on."""


@router.get("/rulesets")
def list_rulesets(_: Reader) -> tuple[str, ...]:
    """Names that a new session can be given: files of the installation, then what officials have stored."""
    return _desk().names()


@router.post("/rulesets/check")
def check_ruleset(_: Reader, typed: RulesetTyped) -> Checked:
    """Nothing is stored."""
    found = mistakes(typed.text)
    return Checked(reference=None if found else read(typed.text).reference, mistakes=found)


@router.post("/rulesets", status_code=201)
def store_ruleset(editor: Editor, typed: RulesetTyped) -> Stored:
    """Under its id and version, which never change: another content under them is a 409."""
    return _desk().store(typed.text, editor, now())


@router.get("/rulesets/{name}")
def read_ruleset_of_name(_: Reader, name: str) -> RulesetShown:
    return _shown(_desk().sheet(name))


@router.post("/race-sessions/{session_id}/rules")
def change_rules(runner: Runner, session_id: UUID, chosen: RulesChosen) -> Receipt:
    """Older incidents keep the rules they were judged by."""
    command = ChangeRules(_chosen(chosen), chosen.reason, chosen.effective_from)
    return runtime().penalties(session_id).perform(command, chosen.by(runner, session_id))


@router.post("/race-sessions/{session_id}/rules/dry-run")
def try_rules(_: Reader, session_id: UUID, tried: RulesTried) -> DryRun:
    """What other rules would make of every incident, as if they had always stood. Nothing is stored."""
    return dry_run(runtime().penalties(session_id).state(), _chosen(tried))


def _chosen(tried: RulesTried) -> Catalogue:
    match tried.ruleset, tried.text:
        case str(name), None:
            return _desk().load(name)
        case None, str(text):
            return read(text)
        case _:
            raise BadInput("Either a ruleset's name or its text is needed.", "Send `ruleset` or `text`.")


def _shown(sheet: Sheet) -> RulesetShown:
    return RulesetShown(
        name=sheet.name,
        reference=sheet.catalogue.reference,
        text=sheet.text,
        stored=sheet.stored,
        rules=sheet.catalogue.rules,
    )


def _desk() -> RulesetsDesk:
    return runtime().rulesets
