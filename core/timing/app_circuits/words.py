"""The app's words for columns, and what they mean here.

The app writes what stands above the column in French, or `Non utilisé`. Words are read through the heading dictionary
of Apex's tables, so that other spellings and languages are understood as well; a word nobody knows means nothing here
and is left as it stands.
"""

from collections.abc import Mapping, Sequence

from core.timing.app_circuits.model import COLUMNS
from core.timing.events import ColumnSeen
from core.timing.mapping import Meaning

WORDS = {
    Meaning.POSITION: "Classement",
    Meaning.NUMBER: "Kart",
    Meaning.TEAM: "Equipe/Pilote",
    Meaning.DRIVER: "Pilote",
    Meaning.FIRST_NAME: "Prénom",
    Meaning.LAST_NAME: "Nom",
    Meaning.CATEGORY: "Catégorie",
    Meaning.NATION: "Nation",
    Meaning.LAST: "Dernier T.",
    Meaning.BEST: "Meilleur T.",
    Meaning.SECTOR_1: "S1",
    Meaning.SECTOR_2: "S2",
    Meaning.SECTOR_3: "S3",
    Meaning.GAP: "Ecart",
    Meaning.INTERVAL: "Interv.",
    Meaning.LAPS: "Tours",
    Meaning.ON_TRACK: "En piste",
    Meaning.PITS: "Stands",
    Meaning.PENALTY: "Péna.",
    Meaning.NOTHING: "Non utilisé",
}

_OTHER_WORDS = {
    "clt": Meaning.POSITION,
    "pos": Meaning.POSITION,
    "position": Meaning.POSITION,
    "numéro": Meaning.NUMBER,
    "equipe": Meaning.TEAM,
    "équipe": Meaning.TEAM,
    "tour": Meaning.LAPS,
    "écart": Meaning.GAP,
    "meilleur tour": Meaning.BEST,
    "dernier tour": Meaning.LAST,
}

_READ = {word.casefold().rstrip("."): meaning for meaning, word in WORDS.items()} | _OTHER_WORDS

_OF_FIELD = {
    "stint_ms": Meaning.ON_TRACK,
    "feed_penalty": Meaning.PENALTY,
}
_OF_TYPE = {"s1": Meaning.SECTOR_1, "s2": Meaning.SECTOR_2, "s3": Meaning.SECTOR_3}


def canonical(word: str | None) -> str | None:
    """The word as Paddock would write it, so that two spellings do not differ; None where the column has no use."""
    meaning = meaning_of(word)
    if meaning is Meaning.NOTHING:
        return None
    return word if meaning is None else WORDS[meaning]


def meaning_of(word: str | None) -> Meaning | None:
    """None for a word that nobody knows."""
    return Meaning.NOTHING if word is None else _READ.get(word.strip().casefold().rstrip("."))


def words_of(columns: Sequence[ColumnSeen], said: Mapping[str, Meaning]) -> tuple[str | None, ...]:
    """C1 … C14 of a layout, as they are read here: what a person has said, else what was found automatically."""
    by_id = {column.id: WORDS.get(said.get(column.id) or _found(column)) for column in columns}
    return tuple(by_id.get(f"c{place}") for place in range(1, COLUMNS + 1))


def said_by(words: Sequence[str | None], columns: Sequence[ColumnSeen]) -> dict[str, Meaning]:
    """What the app says otherwise than Paddock finds by itself, for the columns that the layout really has."""
    theirs = {f"c{place}": meaning_of(word) for place, word in enumerate(words, 1)}
    return {
        column.id: meaning
        for column in columns
        if (meaning := theirs.get(column.id)) is not None and meaning is not _found(column)
    }


def _found(column: ColumnSeen) -> Meaning:
    """What Paddock itself makes of a column."""
    if column.type in _OF_TYPE:
        return _OF_TYPE[column.type]
    if column.field in _OF_FIELD:
        return _OF_FIELD[column.field]
    return Meaning(column.field) if column.field in {meaning.value for meaning in WORDS} else Meaning.NOTHING
