"""How well the values of a field agree with a meaning: 0 not at all, 1 entirely."""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

from core.timing.mapping import Meaning, Notation
from core.timing.mapping_columns import Column, Samples
from core.timing.mapping_values import count, gap, notation_of, number, time_ms
from core.timing.mapping_words import words_of

Fit: TypeAlias = Callable[[Column, Samples], float]

_MOST_CARS = 250
_MOST_LAPS = 3000
_LONGEST_NUMBER = 6
_LAP_MS = (5_000, 1_800_000)
_SECTOR_MS = (500, 900_000)
_ANY_MS = (1, 10**9)


def fit(meaning: Meaning, column: Column, samples: Samples) -> float:
    """Whether a field with this name may mean this."""
    if not column.texts:
        return 0.5
    return _NAMED.get(meaning, _anything)(column, samples)


def fit_unnamed(meaning: Meaning, column: Column, samples: Samples) -> float:
    """Whether the values alone tell this meaning: more must agree than when the name says so."""
    if not column.texts or fit(meaning, column, samples) < 0.8:
        return 0.0
    return _UNNAMED[meaning](column, samples)


def _position(column: Column, samples: Samples) -> float:
    places = [count(text) for text in column.texts]
    fitting = _share(place is not None and 0 <= place <= _MOST_CARS for place in places)
    return fitting * (0.5 + 0.5 * _ordered(column) if samples.is_table else 1.0)


def _ordered(column: Column) -> float:
    """Share of messages in which all places differ; equal ones are for cars that have none."""
    told = [[text for text in texts if text not in {"", "0"}] for texts in column.messages]
    return _share(len(set(texts)) == len(texts) for texts in told)


def _number(column: Column, _samples: Samples) -> float:
    return _share(len(text) <= _LONGEST_NUMBER and "." not in text for text in column.texts)


def _laps(column: Column, samples: Samples) -> float:
    counted = _share((laps := count(text)) is not None and laps <= _MOST_LAPS for text in column.texts)
    return counted * _share(_never_falls(_counts(told)) for told in samples.histories(column))


def _between(bounds: tuple[int, int]) -> Fit:
    def fits(column: Column, _samples: Samples) -> float:
        notation = notation_of(column.texts, words_of(column.name))
        if notation is None:
            return 0.0
        times = [time_ms(text, notation) for text in column.texts]
        told = [ms for ms in times if ms is not None]
        fair = _share(bounds[0] <= ms <= bounds[1] for ms in told)
        empty = sum(number(text) == 0 or not any(map(str.isdigit, text)) for text in column.texts)
        return fair * min(1.0, (len(told) + empty) / len(times))

    return fits


def _total(column: Column, samples: Samples) -> float:
    notation = notation_of(column.texts, words_of(column.name)) or Notation.CLOCK
    grows = (_never_falls([time_ms(text, notation) or 0 for text in told]) for told in samples.histories(column))
    return _between(_ANY_MS)(column, samples) * _share(grows)


def _gap(column: Column, _samples: Samples) -> float:
    notation = notation_of([text for text in column.texts if gap(text, Notation.CLOCK)[1] is None]) or Notation.CLOCK
    readable = (
        any(told is not None for told in gap(text, notation)) or number(text) == 0 or not any(map(str.isdigit, text))
        for text in column.texts
    )
    return _share(readable)


def _name(column: Column, _samples: Samples) -> float:
    return _share(any(map(str.isalpha, text)) for text in column.texts)


def _few(column: Column, _samples: Samples) -> float:
    return _share((told := count(text)) is not None and told <= _MOST_CARS for text in column.texts)


def _anything(_column: Column, _samples: Samples) -> float:
    return 1.0


def _says_position(column: Column, samples: Samples) -> float:
    """1, 2, 3 … in every message, and not always the same of the same row."""
    tables = [texts for texts in column.messages if len(texts) > 1]
    ranked = _share({str(place + 1) for place in range(len(texts))} == set(texts) for texts in tables)
    return ranked if tables and column is not samples.identity else 0.0


def _says_laps(column: Column, samples: Samples) -> float:
    grown = [_counts(told) for told in samples.histories(column)]
    steps = [after - before for told in grown for before, after in pairwise(told)]
    return 1.0 if any(steps) and all(0 <= step <= 2 for step in steps) else 0.0


def _says_last(column: Column, samples: Samples) -> float:
    """Lap times that go up and down, written as only times are."""
    if not _is_written_as_time(column):
        return 0.0
    notation = notation_of(column.texts) or Notation.CLOCK
    rising = falling = 0
    for told in samples.histories(column):
        times = [ms for text in told if (ms := time_ms(text, notation)) is not None]
        rising += sum(after > before for before, after in pairwise(times))
        falling += sum(after < before for before, after in pairwise(times))
    return 1.0 if rising and falling else 0.0


def _says_best(column: Column, samples: Samples) -> float:
    """Lap times that only go down, or stay."""
    if not _is_written_as_time(column):
        return 0.0
    notation = notation_of(column.texts) or Notation.CLOCK
    told = [[ms for text in texts if (ms := time_ms(text, notation))] for texts in samples.histories(column)]
    fallen = sum(after < before for times in told for before, after in pairwise(times))
    return 1.0 if fallen and all(_never_falls([-ms for ms in times]) for times in told) else 0.0


def _says_number(column: Column, samples: Samples) -> float:
    """Short, always the same of the same row, and another one of every other."""
    known = [set(filter(None, told)) for told in samples.histories(column)]
    everybody = {text for texts in known for text in texts}
    is_counted = all(count(text) is not None for text in everybody)
    return 1.0 if is_counted and all(len(texts) == 1 for texts in known) and len(everybody) == len(known) else 0.0


def _says_name(column: Column, samples: Samples) -> float:
    """Words, the same of the same row, and another one of nearly every other."""
    known = [set(filter(None, told)) for told in samples.histories(column)]
    everybody = {text for texts in known for text in texts}
    long = [text for text in everybody if sum(map(str.isalpha, text)) > 2]
    is_own = all(len(texts) <= 1 for texts in known) and len(everybody) * 5 >= len(known) * 4
    return 1.0 if is_own and len(long) * 5 >= len(everybody) * 4 else 0.0


_NAMED: dict[Meaning, Fit] = {
    Meaning.POSITION: _position,
    Meaning.NUMBER: _number,
    Meaning.LAPS: _laps,
    Meaning.LAST: _between(_LAP_MS),
    Meaning.BEST: _between(_LAP_MS),
    Meaning.SECTOR_1: _between(_SECTOR_MS),
    Meaning.SECTOR_2: _between(_SECTOR_MS),
    Meaning.SECTOR_3: _between(_SECTOR_MS),
    Meaning.TOTAL: _total,
    Meaning.GAP: _gap,
    Meaning.INTERVAL: _gap,
    Meaning.DRIVER: _name,
    Meaning.TEAM: _name,
    Meaning.FIRST_NAME: _name,
    Meaning.LAST_NAME: _name,
    Meaning.PITS: _few,
}

_UNNAMED: dict[Meaning, Fit] = {
    Meaning.POSITION: _says_position,
    Meaning.LAPS: _says_laps,
    Meaning.LAST: _says_last,
    Meaning.BEST: _says_best,
    Meaning.NUMBER: _says_number,
    Meaning.DRIVER: _says_name,
}


def _is_written_as_time(column: Column) -> bool:
    return any("." in text or ":" in text for text in column.texts) or all(
        (told := number(text)) is None or told >= _LAP_MS[0] for text in column.texts
    )


def _counts(texts: Sequence[str]) -> list[int]:
    return [told for text in texts if (told := count(text)) is not None]


def _never_falls(told: Sequence[int]) -> bool:
    return all(after >= before for before, after in pairwise(told))


def _share(told: Iterable[bool]) -> float:
    answers = list(told)
    return sum(answers) / len(answers) if answers else 0.0
