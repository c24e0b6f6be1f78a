"""Statistics that a few spins, stops and safety cars do not move: medians instead of means.

Plain Python: workers import this room, and a race has some ten thousand laps, which sorting does in milliseconds.
"""

import math
from collections.abc import Sequence

NORMAL = 1.4826
"""Median absolute deviation of a normal distribution, turned into its standard deviation."""
_MEDIAN_ERROR = 1.2533
"""Standard error of a median over that of a mean, for normal noise: √(π/2)."""
_TWO_SIDED_95 = 1.96


def median(values: Sequence[float]) -> float:
    """The middle value.

    Raises:
        ValueError: there are none.
    """
    if not values:
        raise ValueError("the median of nothing")
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def spread(values: Sequence[float], centre: float) -> float:
    """How far values usually are from `centre`, as a standard deviation that outliers do not widen."""
    return NORMAL * median([abs(value - centre) for value in values])


def margin(spread_of_one: float, count: int) -> float:
    """Half the width of the 95 % interval of a median of so many values."""
    return _TWO_SIDED_95 * _MEDIAN_ERROR * spread_of_one / math.sqrt(count)
