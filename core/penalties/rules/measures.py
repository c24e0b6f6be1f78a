"""Measured offences: the first band in which the value lies, `over < value <= up_to`."""

from core.penalties.catalogue import Catalogue
from core.penalties.model import Amount
from core.penalties.rules.consistency import MARKERS
from core.penalties.rules.findings import Measured
from core.penalties.rules.schema import Band, Measure


def compare(catalogue: Catalogue, measure: Measure, value: Amount) -> Measured:
    """Where the value lies; below the first band is within tolerance."""
    band = next((band for band in measure.bands if _holds(band, value)), None)
    return Measured(catalogue, measure, value, band, _legal(measure, band, value))


def excess(band: Band | None, value: Amount) -> Amount:
    """How far the value is above the lower limit of its band; without a limit, above zero."""
    return value - band.over if band and band.over is not None else value


def imposes(found: Measured) -> str | None:
    """The penalty of the band, if it has one."""
    return found.band.do if found.band and found.band.do not in MARKERS else None


def _holds(band: Band, value: Amount) -> bool:
    return (band.over is None or band.over < value) and (band.up_to is None or value <= band.up_to)


def _legal(measure: Measure, band: Band | None, value: Amount) -> bool:
    if band is not None:
        return band.do == "none"
    lowest = measure.bands[0].over
    return lowest is not None and value <= lowest
