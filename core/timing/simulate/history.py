"""What the venue of a simulated race answers to request.php: every lap, every stop and the drivers of a kart."""

from datetime import datetime, timedelta

from core.timing.model import Lap, LapKind, Stop
from core.timing.simulate.race import Race


def replies(race: Race, until: datetime) -> list[str]:
    """One reply a kart, of all that had happened until then."""
    laps = [lap for lap in race.official_laps if lap.at <= until]
    stops = [stop for stop in race.official_stops if stop.out_at is not None and stop.out_at <= until]
    return [
        _reply(race, [lap for lap in laps if lap.source_id == one], [stop for stop in stops if stop.source_id == one])
        for one in sorted({lap.source_id for lap in laps})
    ]


def _reply(race: Race, laps: list[Lap], stops: list[Stop]) -> str:
    row = "D" + laps[0].source_id.removeprefix("r")
    drivers = list(dict.fromkeys(lap.driver or "" for lap in laps))
    lines = [f"{row}.L{lap.lap:04}#|||{'b' if lap.kind is LapKind.PIT else ''}{lap.lap_ms}" for lap in reversed(laps)]
    lines += reversed([_stop(race, row, number, stop, laps, drivers) for number, stop in enumerate(stops, start=1)])
    names = "".join(
        f'<driver  id="{number}" num="{number}" name="{name}" nat="" color="#000000"{_current(name, laps)}/>'
        for number, name in enumerate(drivers, start=1)
    )
    return "\n".join([*lines, f'{row}.INF#<driver  id="{row[1:]}" num="1" name="Team" nat="">{names}</driver>', ""])


def _stop(race: Race, row: str, number: int, stop: Stop, laps: list[Lap], drivers: list[str]) -> str:
    green_at = race.plan.started_at + timedelta(seconds=race.plan.green_s)
    in_ms, out_ms = (
        "" if at is None else round((at - green_at) / timedelta(milliseconds=1)) for at in (stop.in_at, stop.out_at)
    )
    driver = next(lap.driver or "" for lap in laps if lap.lap == stop.lap)
    driver_id = drivers.index(driver) + 1
    return f"{row}.P{number:02}#{number}|{stop.lap}|{in_ms}|{out_ms}|{stop.duration_ms}|0|0|{driver_id}|0"


def _current(name: str, laps: list[Lap]) -> str:
    return ' current="1"' if name == laps[-1].driver else ""
