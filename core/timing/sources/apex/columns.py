"""What the columns of an Apex table mean: by their type, else by their heading in seven languages.

Every grid carries its own map, and the map may change in mid-session. A typed column means what its type says. An
untyped one is the venue's own: its heading decides, unless a typed column already has that meaning; a heading nobody
knows is kept as text. The fingerprint of a layout names it for manual overrides (`ColumnMap`: what a person has said
of a column stands) and for the notice of a change.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from core.timing import mapping
from core.timing.events import ColumnSeen, Layout
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


_SECTORS = (mapping.Meaning.SECTOR_1, mapping.Meaning.SECTOR_2, mapping.Meaning.SECTOR_3)

_SAID = {
    mapping.Meaning.POSITION: TYPES["rk"],
    mapping.Meaning.NUMBER: TYPES["no"],
    mapping.Meaning.TEAM: TYPES["dr"],
    mapping.Meaning.DRIVER: Meaning(cells.read_driver, "driver"),
    mapping.Meaning.FIRST_NAME: _BY_HEADING["first name"],
    mapping.Meaning.LAST_NAME: _BY_HEADING["last name"],
    mapping.Meaning.CATEGORY: TYPES["class"],
    mapping.Meaning.NATION: TYPES["nat"],
    mapping.Meaning.LAPS: TYPES["tlp"],
    mapping.Meaning.LAST: TYPES["llp"],
    mapping.Meaning.BEST: TYPES["blp"],
    **dict.fromkeys(_SECTORS, TYPES["s1"]),
    mapping.Meaning.GAP: TYPES["gap"],
    mapping.Meaning.INTERVAL: TYPES["int"],
    mapping.Meaning.PITS: TYPES["pit"],
    mapping.Meaning.ON_TRACK: TYPES["otr"],
    mapping.Meaning.PENALTY: _BY_HEADING["penalty"],
    mapping.Meaning.TEXT: _UNKNOWN,
    mapping.Meaning.NOTHING: TYPES["grp"],
}
"""How a column is read that a person has given a meaning."""


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


def columns_of(headings: list[Heading], shared: Shared, said: mapping.ColumnMap | None = None) -> dict[str, Column]:
    """Columns by the id of their header cell, such as `c5`."""
    given = {} if said is None else said.columns
    taken = {
        TYPES[heading.type].field for heading in headings if heading.type in TYPES and heading.cell_id not in given
    }
    taken |= {_SAID[meaning].field for meaning in given.values() if meaning in _SAID}
    return {
        heading.cell_id: _given(heading, given[heading.cell_id], shared)
        if given.get(heading.cell_id) in _SAID
        else _column(heading, taken, shared)
        for heading in headings
    }


def layout_of(headings: list[Heading], columns: dict[str, Column], said: mapping.ColumnMap | None = None) -> Layout:
    given = {} if said is None else said.columns
    fields = dict.fromkeys(column.field for column in columns.values() if column.field)
    types = tuple(heading.type for heading in headings)
    unmapped = tuple(
        heading.type
        for heading in headings
        if heading.type and heading.type not in TYPES and heading.cell_id not in given
    )
    seen = (
        ColumnSeen(*heading, columns[heading.cell_id].field, heading.cell_id in given or _is_known(heading))
        for heading in headings
    )
    return Layout(tuple(fields), fingerprint_of(headings), types, unmapped, tuple(seen))


def fingerprint_of(headings: list[Heading]) -> str:
    """Names a layout by types and headings in their order, whatever the ids of its cells."""
    text = "\n".join(f"{heading.type}\t{heading.text}" for heading in headings)
    return sha256(text.encode()).hexdigest()[:16]


def _column(heading: Heading, taken: set[str], shared: Shared) -> Column:
    meaning = TYPES.get(heading.type, _UNKNOWN) if heading.type else _by_heading(heading.text, taken)
    return Column(meaning.read, meaning.field, _needs(meaning, heading, shared))


def _given(heading: Heading, meaning: mapping.Meaning, shared: Shared) -> Column:
    how = _SAID[meaning]
    needs = _SECTORS.index(meaning) if meaning in _SECTORS else _needs(how, heading, shared)
    return Column(how.read, how.field, needs)


def _is_known(heading: Heading) -> bool:
    return heading.type in TYPES if heading.type else _word(heading.text) in _DICTIONARY


def _word(text: str) -> str:
    return text.replace(".", "").strip().lower()


def _by_heading(text: str, taken: set[str]) -> Meaning:
    meaning = _BY_HEADING.get(_DICTIONARY.get(_word(text), ""), _UNKNOWN)
    return _UNKNOWN if meaning.field in taken else meaning


def _needs(meaning: Meaning, heading: Heading, shared: Shared) -> object:
    if meaning.read is cells.read_sector:
        return int(heading.type[1:]) - 1
    if meaning.read is cells.read_plate:
        return shared.rules
    if meaning.read in {cells.read_first_name, cells.read_last_name}:
        return shared.names
    return heading.text or heading.type or heading.cell_id
