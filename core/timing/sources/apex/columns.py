"""What the columns of an Apex table mean: by their type, else by their heading in seven languages.

Every grid carries its own map, and the map may change in mid-session. A typed column means what its type says. An
untyped one is the venue's own: its heading decides, unless a typed column already has that meaning; a heading nobody
knows is kept as text. The fingerprint of a layout names it for manual overrides and for the notice of a change.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from core.timing.events import Layout
from core.timing.sources.apex import cells
from core.timing.sources.apex.cells import Reader


class Heading(NamedTuple):
    """A header cell as the grid sends it."""

    cell_id: str
    type: str
    text: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """How a column is read and which field of `Car` it fills; "" for decoration and for the feed's own columns."""

    read: Reader
    field: str = ""


TYPES = {
    "grp": Meaning(cells.read_nothing),
    "sta": Meaning(cells.read_status, "status"),
    "rk": Meaning(cells.read_position, "position"),
    "no": Meaning(cells.read_plate, "number"),
    "nat": Meaning(cells.read_nation, "nation"),
    "dr": Meaning(cells.read_name, "team"),
    "class": Meaning(cells.read_category, "category"),
    "llp": Meaning(cells.read_last_lap, "last"),
    "blp": Meaning(cells.read_best_lap, "best"),
    "s1": Meaning(cells.read_sector, "sectors"),
    "s2": Meaning(cells.read_sector, "sectors"),
    "s3": Meaning(cells.read_sector, "sectors"),
    "gap": Meaning(cells.read_gap, "gap"),
    "int": Meaning(cells.read_interval, "interval"),
    "tlp": Meaning(cells.read_laps, "laps"),
    "otr": Meaning(cells.read_on_track, "stint_ms"),
    "pit": Meaning(cells.read_pits, "pits"),
    "rku": Meaning(cells.read_extra, "more"),
    "sp1": Meaning(cells.read_extra, "more"),
    "sp2": Meaning(cells.read_extra, "more"),
}
"""Every type that Apex's own client knows."""

_UNKNOWN = Meaning(cells.read_extra, "more")

_BY_HEADING = {
    "category": Meaning(cells.read_category, "category"),
    "penalty": Meaning(cells.read_penalty, "feed_penalty"),
    "first name": Meaning(cells.read_first_name, "driver"),
    "last name": Meaning(cells.read_last_name, "driver"),
    "position": TYPES["rk"],
    "number": TYPES["no"],
    "name": TYPES["dr"],
    "last": TYPES["llp"],
    "best": TYPES["blp"],
    "gap": TYPES["gap"],
    "interval": TYPES["int"],
    "laps": TYPES["tlp"],
    "on track": TYPES["otr"],
    "pits": TYPES["pit"],
    "nation": TYPES["nat"],
}

_HEADINGS = {
    "category": "catégorie categoria categoría category clase class classe klasse kategori",
    "penalty": "péna pena penalty penalties penalización penalizzazione pénalité pénalités penalidade straff straf",
    "position": "clt rnk cla clasif clssf pos position posición posição posizione plats plaats",
    "number": "kart nº no num numéro número numero",
    "name": "pilote equipe équipe driver team pilota piloto equipo equipa squadra förare lag piloot ploeg",
    "gap": "ecart écart gap distacco dif diferença diferencia afstand",
    "interval": "interv interval intervalle intervallo intervalo",
    "laps": "tours laps giri vueltas voltas varv rondes",
    "pits": "stands pits paradas",
    "nation": "nation nat nación nação nazione",
}

_LONG_HEADINGS = {
    "first name": ("first name", "prénom", "nome", "nombre", "förnamn", "voornaam"),
    "last name": ("last name", "nom", "cognome", "apellido", "apellidos", "apelido", "efternamn", "achternaam"),
    "last": (
        "dernier t", "dernier tour", "last lap", "ultimo t", "ultimo giro", "última vuelta", "última v", "última volta",
        "sista v", "sista varv", "laatste ronde",
    ),
    "best": (
        "meilleur t", "meilleur tour", "best lap", "giro mig", "giro migliore", "mejor vuelta", "m vuelta", "melhor v",
        "melhor volta", "bästa varv", "snelste ronde",
    ),
    "on track": ("en piste", "on track", "in pista", "na pista", "en pista"),
    "pits": ("pit stop", "pit stops"),
}  # fmt: skip

_DICTIONARY = {word: meaning for meaning, words in _HEADINGS.items() for word in words.split()} | {
    phrase: meaning for meaning, phrases in _LONG_HEADINGS.items() for phrase in phrases
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one grid: how to read its cells and what its reader needs beside them."""

    read: Reader
    field: str
    needs: object


class Shared(NamedTuple):
    """What cells of a whole table share: colours by style class, and the two halves of names."""

    rules: dict[str, str]
    names: dict[str, tuple[str, str]]


def columns_of(headings: list[Heading], shared: Shared) -> dict[str, Column]:
    """Columns by the id of their header cell, such as `c5`."""
    taken = {TYPES[heading.type].field for heading in headings if heading.type in TYPES}
    return {heading.cell_id: _column(heading, taken, shared) for heading in headings}


def layout_of(headings: list[Heading], columns: dict[str, Column]) -> Layout:
    fields = dict.fromkeys(column.field for column in columns.values() if column.field)
    types = tuple(heading.type for heading in headings)
    unmapped = tuple(kind for kind in types if kind and kind not in TYPES)
    return Layout(tuple(fields), fingerprint_of(headings), types, unmapped)


def fingerprint_of(headings: list[Heading]) -> str:
    """Names a layout by types and headings in their order, whatever the ids of its cells."""
    text = "\n".join(f"{heading.type}\t{heading.text}" for heading in headings)
    return sha256(text.encode()).hexdigest()[:16]


def _column(heading: Heading, taken: set[str], shared: Shared) -> Column:
    meaning = TYPES.get(heading.type, _UNKNOWN) if heading.type else _by_heading(heading.text, taken)
    return Column(meaning.read, meaning.field, _needs(meaning, heading, shared))


def _by_heading(text: str, taken: set[str]) -> Meaning:
    word = text.replace(".", "").strip().lower()
    meaning = _BY_HEADING.get(_DICTIONARY.get(word, ""), _UNKNOWN)
    return _UNKNOWN if meaning.field in taken else meaning


def _needs(meaning: Meaning, heading: Heading, shared: Shared) -> object:
    if meaning.read is cells.read_sector:
        return int(heading.type[1:]) - 1
    if meaning.read is cells.read_plate:
        return shared.rules
    if meaning.read in {cells.read_first_name, cells.read_last_name}:
        return shared.names
    return heading.text or heading.type or heading.cell_id
