"""What number a lap has when laps may have gone by unseen: after a hole, when the table comes again, at the beginning.

A feed with a counter tells it. Without one the gap cells do, at the car's next passing: the leader's tells its laps,
those of others how many they are behind. Where nothing tells, the time that went by does, at the car's own pace; that
is a guess, and such laps are told as `COMPUTED`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from core.timing.cars import CarState
from core.timing.laps import complete
from core.timing.model import Lap, LapKind, Provenance

_FIRST = 2
"""So many laps may a feed have counted when it shows the first time."""


_FEW = 2
"""Laps of a hole so short that gaps told before it are still of use."""

_LAPS_A_LAP_IS_LOST = 8
"""Stops cost a lap in so many, at least: a guess must not be ahead, since numbers that were told never go back."""


def rebase(car: CarState, laps: int | None, now: datetime, *, is_told: bool) -> None:
    """At a passing after laps may have gone by unseen: `laps` is where the gaps put the car, if they do.

    Otherwise (also when the gaps count fewer: laps are taken away as a penalty) as many went by as fit into the time,
    at the pace of the car: a guess, and told as one. Gaps to cars that nobody has heard of since (not `is_told`) only
    help to guess, while the hole is short.
    """
    if car.laps_shown is not None:
        return
    if car.is_sure:
        _correct(car, laps if is_told else None)
        return
    least = car.counted + (car.recovered is not None)
    guess = max(least, car.counted + _laps_between(car, now))
    is_of_use = is_told or (car.lap_began_at is None and _was_short(car, guess))
    is_believed = laps is not None and laps > least and _is_believable(car, laps - 1, guess) and is_of_use
    car.is_sure = is_believed and is_told
    car.counted = laps - 1 if laps is not None and is_believed else guess


def needs_number(car: CarState) -> bool:
    """Whether the gaps should be asked, which costs: in doubt, at the beginning, and now and then."""
    return not car.is_sure or car.ahead > 0 or car.leader_laps is not None or car.counted & 3 == 0


def recover_lap(car: CarState, ms: int, laps: int | None, now: datetime) -> Lap | None:
    """A table that is sent again shows another last lap than we knew: it was driven while nobody listened.

    Returns:
        a lap that has its number; one that has none yet waits in the car, and one that waited there is returned.
    """
    if ms == car.last_ms or (laps is not None and laps <= car.counted):
        return None
    car.last_ms, car.laps_shown = ms, laps
    is_counted = laps is not None or car.leader_laps is not None
    car.is_sure = is_counted or (car.is_sure and _is_one_lap(car, now))
    if laps is None and car.leader_laps is not None:
        car.counted = max(car.counted, car.leader_laps - 1)
    if car.is_sure:
        return complete(car, LapKind.LAP, now)
    return _put_off(car, now)


def take_recovered(car: CarState) -> Lap | None:
    """The lap that waits for its number, once the lap behind it has one."""
    lap, car.recovered = car.recovered, None
    if lap is None:
        return None
    provenance = Provenance.FEED if car.is_sure else Provenance.COMPUTED
    return replace(lap, lap=max(1, car.counted - 1), provenance=provenance)


def give_up_recovered(car: CarState) -> Lap | None:
    """No lap came behind it: its number stays a guess."""
    lap, car.recovered = car.recovered, None
    if lap is not None:
        car.counted = lap.lap
    return lap


def _was_short(car: CarState, guess: int) -> bool:
    return car.crossed_at is not None and guess - car.counted <= _FEW


def _is_believable(car: CarState, laps: int, guess: int) -> bool:
    """Whether the car's own gap tells laps, or so many fit into the time that went by; fewer do after a stop.

    A time gap means "as many laps down as the car ahead that shows laps", which need not have been seen since the hole.
    """
    tells = car.gap_laps is not None or car.leader_laps is not None
    return tells or car.crossed_at is None or laps - guess <= 1 + (guess - car.counted) // 8


def _correct(car: CarState, laps: int | None) -> None:
    """The gaps count more laps than we: believed of the first lap, and of others when they say so twice.

    Of the first, since a feed may count the untimed way to the line as a lap.
    """
    ahead = 0 if laps is None else max(0, laps - car.counted - 1)
    if ahead and (ahead == car.ahead or (car.counted == 0 and ahead <= _FIRST)):
        car.counted += ahead
        ahead = 0
    car.ahead = ahead


def _put_off(car: CarState, now: datetime) -> Lap | None:
    earlier = give_up_recovered(car)
    counted, crossed_at = car.counted, car.crossed_at
    car.recovered = complete(car, LapKind.LAP, now)
    car.counted, car.crossed_at, car.lap_began_at = counted, crossed_at, None
    return earlier


def _laps_between(car: CarState, now: datetime) -> int:
    """Laps that fit between the last passing we know and the beginning of the lap that ends now."""
    pace_ms = car.pace_ms or car.last_ms
    if car.crossed_at is None or not car.last_ms or not pace_ms:
        return 0
    lap_ms = car.last_ms if car.fresh_at is not None else pace_ms  # its time may come behind the passing
    unseen_ms = (now - car.crossed_at) / timedelta(milliseconds=1) - lap_ms
    laps = max(0, round(unseen_ms / pace_ms))
    return laps - laps // _LAPS_A_LAP_IS_LOST


def _is_one_lap(car: CarState, at: datetime) -> bool:
    """Whether no second lap of that time fits between the last lap we saw and now."""
    if car.lap_began_at is None or car.last_ms is None:
        return False
    return at - car.lap_began_at < timedelta(milliseconds=2 * car.last_ms)
