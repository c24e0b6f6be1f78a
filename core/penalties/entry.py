"""The line an official types, read into a command.

    42 w 7          kart, code key, turn (also `42w7`)     -30 42 w        30 seconds ago
    42,17 w         two incidents                          42>17 c         one incident with a second kart
    42 o 7 words    with a note                            42 c 7 =t5      record and decide
    42 p 117.2      the value of a code that is measured   42 c 7 v:cam3@1:02:33   with a reference to a video
    @3              accept report 3 of the queue           @3 42 w 7       accept it, or fill in a mark, as this
    @3 =t5          accept and decide it                   @3 x words      refuse it, with a reason
    #17 =t5         decide incident 17 (`=nfa`, `=inv`)    #17 ok          approve its decision or penalty
    #17 !           issue its pending penalty              #17 c words     cancel its penalty, with a reason
    #17 n           its team has been told                 #17 f           it was shown to the driver (flag)
    #17 s 5.2       its penalty was served, in 5.2 s       #17 v           the serving is verified
    #17 u           it was not served                      #17 a words     accept a late or short serving
    #17 k43 words   amend the kart, with a reason          #17 t8 words, #17 l12 words   turn, lap
    #17 m16 words   it is the same as incident 16          #17 x words     void incident 17, with a reason
    sc              safety car; vsc, fcy, red, pw (driver-change window), green
    ! words         a message to everybody

Car numbers are digits with capital letters behind them (`12B`), code keys are small letters, so that both may stand
without a space. A message names the word that was not understood and what could stand in its place.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from core.errors import BadInput
from core.penalties.catalogue import Catalogue
from core.penalties.commands import (
    AcceptServing,
    Amend,
    AmendReport,
    Approve,
    Cancel,
    Command,
    ConfirmUnserved,
    Decide,
    FileReport,
    Issue,
    Merge,
    Notify,
    Record,
    RefuseReport,
    Say,
    Serve,
    SetTrack,
    ShowSignal,
    VerifyServing,
    Void,
)
from core.penalties.events import OTHER
from core.penalties.model import Amount, TrackState

LONGEST = 300
"""Characters of a line; a longer one was pasted by mistake."""


_NUMBER = r"[0-9]{1,6}[A-Z]{0,2}(?![A-Z])"
_BACK = re.compile(r"-([0-9]{1,4})s?(?=\s)")
_KARTS = re.compile(rf"({_NUMBER}(?:\s*,\s*{_NUMBER})*)")
_SECOND = re.compile(rf">\s*({_NUMBER})")
_CODE = re.compile(r"([^\W\d_]+)")
_TURN = re.compile(r"([0-9]{1,3})(?!\S)")
_DECISION = re.compile(r"\s*=(\S*)$")
_INCIDENT = re.compile(r"#\s*([0-9]{1,9})(?![0-9])")
_REPORT = re.compile(r"@\s*([0-9]{1,9})(?![0-9])")
_VIDEO = re.compile(r"(?<!\S)v:(\S{1,100})(?!\S)")
_VOID = re.compile(r"(x)(?!\w)")
_SAY = re.compile(r"(!)")
_VALUE = re.compile(r"([0-9]{1,6}(?:[.,][0-9]{1,3})?)(?!\S)")
_ACT = re.compile(r"(s|v|u|ok|c|a|n|f)(?!\w)")
_KART_CHANGE = re.compile(rf"k\s*({_NUMBER})(?!\S)")
_PLACE_CHANGE = re.compile(r"([tl]\s*[0-9]{1,3})(?!\S)")
_MERGE = re.compile(r"m\s*([0-9]{1,9})(?!\S)")
_SHAPE = "Type `42 w 7` (kart, code, turn), `#17 =t5` to decide, `#17 !` to issue, `#17 x reason` to void."
TRACKS: Mapping[str, TrackState] = {
    "green": TrackState.GREEN,
    "sc": TrackState.SC,
    "vsc": TrackState.VSC,
    "fcy": TrackState.FCY,
    "red": TrackState.RED,
    "pw": TrackState.PITWINDOW,
}
"""A word alone on its line sets the state of the track."""


def parse(line: str, catalogue: Catalogue) -> Command:
    """Read one line.

    Raises:
        BadInput: which word was not understood, and what could stand there.
    """
    if len(line) > LONGEST:
        raise BadInput(f"A line has at most {LONGEST} characters.", "Shorten the note.")
    if (state := TRACKS.get(line.strip().lower())) is not None:
        return SetTrack(state)
    scan = _Scan(line.strip())
    if scan.take(_SAY):
        return Say(_needed(scan.rest, "A message", "! Track is damp in turn 3", what_is_missing="words"))
    if (incident := scan.take(_INCIDENT)) is not None:
        return _act(int(incident), scan, catalogue)
    if (report := scan.take(_REPORT)) is not None:
        return _judge(int(report), scan, catalogue)
    return _record(scan, catalogue)


class _Scan:
    """What is left of the line; each `take` eats one word from its front."""

    def __init__(self, line: str) -> None:
        self.rest = line

    def take(self, word: re.Pattern[str]) -> str | None:
        found = word.match(self.rest)
        if not found:
            return None
        self.rest = self.rest[found.end() :].lstrip()
        return found[1]

    def take_decision(self) -> str | None:
        """The `=t5` at the end of the line."""
        found = _DECISION.search(self.rest)
        if not found:
            return None
        self.rest = self.rest[: found.start()]
        return found[1]

    def take_video(self) -> str:
        """The `v:cam3@1:02:33`, wherever it stands."""
        found = _VIDEO.search(self.rest)
        if not found:
            return ""
        self.rest = " ".join([self.rest[: found.start()].rstrip(), self.rest[found.end() :].lstrip()]).strip()
        return found[1]

    @property
    def next_word(self) -> str:
        return (self.rest.split(maxsplit=1) or [""])[0]


def _judge(report: int, scan: _Scan, catalogue: Catalogue) -> Command:
    """What is not said is taken from the report when it is recorded."""
    if scan.take(_VOID):
        return RefuseReport(report, _needed(scan.rest, "Refusing", f"@{report} x seen twice"))
    if not scan.rest or scan.rest.startswith("="):
        wish = scan.take_decision()
        if scan.rest:
            raise BadInput(f"“{scan.rest}” is not a decision.", "Type one word behind the `=`.")
        return Record((), "", outcome=None if wish is None else outcome(wish, catalogue), report=report)
    return replace(_record(scan, catalogue), report=report)


def _act(incident: int, scan: _Scan, catalogue: Catalogue) -> Command:
    if scan.take(_VOID):
        return Void(incident, _reason(incident, scan.rest))
    if scan.rest == "!":
        return Issue(incident)
    if scan.rest.startswith("="):
        return Decide(incident, outcome(scan.rest[1:].strip(), catalogue))
    found = _life(incident, scan) or _amend(incident, scan)
    if found is None:
        said = f"“{scan.next_word}” says nothing" if scan.rest else "Nothing is said"
        raise BadInput(f"{said} about what to do with incident {incident}.", _SHAPE)
    return found


def _life(incident: int, scan: _Scan) -> Command | None:
    """An act on the incident or on its penalty, which its number alone names."""
    before = scan.rest
    act, penalty = scan.take(_ACT), str(incident)
    if act == "s" and (scan.rest == "" or _VALUE.fullmatch(scan.rest)):
        return Serve(penalty, seconds=_amount(scan.rest) if scan.rest else None)
    if act == "c":
        return Cancel(penalty, _needed(scan.rest, "Cancelling", f"#{incident} c overruled"))
    if act == "a":
        return AcceptServing(penalty, _needed(scan.rest, "Accepting", f"#{incident} a blocked in the pits"))
    if act is not None and act in _PLAIN and not scan.rest:
        return _PLAIN[act](incident)
    scan.rest = before
    return None


_PLAIN: Mapping[str, Callable[[int], Command]] = {
    "v": lambda incident: VerifyServing(str(incident)),
    "u": lambda incident: ConfirmUnserved(str(incident)),
    "n": lambda incident: Notify(str(incident)),
    "ok": Approve,
    "f": ShowSignal,
}


def _amend(incident: int, scan: _Scan) -> Command | None:
    if into := scan.take(_MERGE):
        return Merge(incident, int(into), _needed(scan.rest, "Merging", f"#{incident} m{into} the same"))
    if kart := scan.take(_KART_CHANGE):
        return Amend(incident, {"kart": kart}, _needed(scan.rest, "Amending", f"#{incident} k{kart} misread"))
    if place := scan.take(_PLACE_CHANGE):
        name, number = "turn" if place[0] == "t" else "lap", int(place[1:])
        return Amend(incident, {name: number}, _needed(scan.rest, "Amending", f"#{incident} {place} misread"))
    return None


def _needed(words: str, what: str, example: str, *, what_is_missing: str = "a reason") -> str:
    if not words:
        raise BadInput(f"{what} needs {what_is_missing}.", f"Type it behind: `{example}`.")
    return words


def _reason(incident: int, words: str) -> str:
    if not words:
        raise BadInput("Voiding needs a reason.", f"Type it behind the x: `#{incident} x wrong kart`.")
    return words


def _record(scan: _Scan, catalogue: Catalogue) -> Record:
    wish = scan.take_decision()
    video = scan.take_video()
    back, karts, second = scan.take(_BACK), _karts(scan), scan.take(_SECOND)
    code = _code(scan, catalogue)
    measured = catalogue.rule(code).value is not None
    value = scan.take(_VALUE) if measured else None
    turn = _turn(scan, measured=measured)
    return checked(
        Record(
            karts=karts,
            code=code,
            second_kart=second,
            turn=turn,
            text=scan.rest,
            back_s=int(back or 0),
            outcome=None if wish is None else outcome(wish, catalogue),
            video=video,
            value=None if value is None else _amount(value),
        ),
        catalogue,
    )


def _karts(scan: _Scan) -> tuple[str, ...]:
    word = scan.next_word
    karts = scan.take(_KARTS)
    if karts is None:
        raise BadInput(f"“{word}” is not a kart." if word else "The kart is missing.", _SHAPE)
    return tuple(kart.strip() for kart in karts.split(","))


def _code(scan: _Scan, catalogue: Catalogue) -> str:
    word = scan.take(_CODE)
    code = catalogue.code(word) if word else None
    if code is None:
        missing = not (word or scan.rest)
        said = "The code is missing." if missing else f"“{word or scan.next_word}” is not a code."
        raise BadInput(said, f"Codes: {_choices(catalogue)}.")
    return code


def _turn(scan: _Scan, *, measured: bool) -> int | None:
    turn = None if measured else scan.take(_TURN)
    if turn is None and scan.rest[:1].isdigit():
        what = "value" if measured else "turn"
        raise BadInput(f"“{scan.next_word}” is not a {what}.", _NUMBERS[what])
    return None if turn is None else int(turn)


_NUMBERS = {
    "turn": "A turn is a number up to 999; a note begins with a letter.",
    "value": "A value is a number with at most 3 decimals, once; a note begins with a letter.",
}


def _amount(words: str) -> Amount:
    digits = words.replace(",", ".")
    return Decimal(digits) if "." in digits else int(digits)


def checked(record: Record, catalogue: Catalogue) -> Record:
    """The record, if it holds together with what the ruleset says about its code.

    Raises:
        BadInput: which part does not fit.
    """
    code = catalogue.rule(record.code)
    if len(set(record.karts)) < len(record.karts):
        raise BadInput("One kart stands twice in the line.", "Name each kart once, or type two lines.")
    if record.second_kart is not None:
        _check_second(record, takes_second=code.second_kart, label=code.label)
    if code.text == "required" and not record.text:
        raise BadInput(f"“{code.label}” needs words.", f"Say what happened: `{record.karts[0]} {code.key} words`.")
    return record


def _check_second(record: Record, *, takes_second: bool, label: str) -> None:
    if not takes_second:
        raise BadInput(f"“{label}” takes no second kart.", "Leave out the `>` and what follows it.")
    if len(record.karts) > 1 or record.second_kart in record.karts:
        raise BadInput("A second kart goes with one other kart.", "Type one line for each pair: `42>17 c`.")


def outcome(word: str, catalogue: Catalogue) -> str:
    """What the word behind `=` decides.

    Raises:
        BadInput: neither a penalty of the ruleset nor `nfa` or `inv`.
    """
    found = catalogue.outcome(word)
    if found is None:
        said = f"“{word}” is not a decision." if word else "Nothing stands behind the `=`."
        keys = ", ".join(rule.key or name for name, rule in catalogue.rules.penalties.items())
        raise BadInput(said, f"Decisions: nfa, inv, {keys}.")
    return found


def _choices(catalogue: Catalogue) -> str:
    return ", ".join(f"{rule.key or name} {rule.label.lower()}" for name, rule in catalogue.rules.codes.items())


def resolve(command: Command, catalogue: Catalogue) -> Command:
    """The same command with its words (code, key, label, alias) turned into codes of the ruleset.

    Raises:
        BadInput: which word the ruleset does not know, or which part does not fit.
    """
    match command:
        case Record():
            return checked(_resolved(command, catalogue), catalogue)
        case Decide() if command.outcome != OTHER:
            return replace(command, outcome=outcome(command.outcome, catalogue))
        case Void():
            return Void(command.incident, _reason(command.incident, command.reason.strip()))
        case _:
            return _with_code(command, catalogue)


def _with_code(command: Command, catalogue: Catalogue) -> Command:
    if isinstance(command, FileReport) and command.code:
        return replace(command, code=known_code(command.code, catalogue))
    if isinstance(command, Amend | AmendReport) and isinstance(code := command.changes.get("code"), str):
        return replace(command, changes={**command.changes, "code": known_code(code, catalogue)})
    return command


def known_code(word: str, catalogue: Catalogue) -> str:
    """The infringement that a word means.

    Raises:
        BadInput: the ruleset does not know it.
    """
    code = catalogue.code(word)
    if code is None:
        raise BadInput(f"“{word}” is not a code.", f"Codes: {_choices(catalogue)}.")
    return code


def _resolved(record: Record, catalogue: Catalogue) -> Record:
    code = known_code(record.code, catalogue)
    decided = None if record.outcome is None else outcome(record.outcome, catalogue)
    return replace(record, code=code, outcome=decided)
