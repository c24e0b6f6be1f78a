"""Lines of feeds, each hurt in one place: whatever scanners, torn links and writers of JSON have done to feeds.

Cheap on purpose, a microsecond a line, so that a million of them are a matter of seconds.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from core.timing.board import BoardFold
from core.timing.model import Board
from core.timing.simulate import Plan as ApexPlan
from core.timing.simulate import simulate
from core.timing.sources import SOURCES
from core.timing.wire import board_from_json, board_to_json
from tests.feeds.race import STARTED_AT, Plan
from tests.feeds.rmonitor import rmonitor
from tests.feeds.sms import sms

_WOUNDS = [
    *"0123456789|:.,;<>\"'{}[]=/\\*#$-+ \t\r\n\x00\x16²٣é\u2028\ufeff\ufffd",
    *(
        "",
        "",
        "||",
        '""',
        ",,",
        "\r\n",
        "\n\n",
        "\n$J,",
        "\ninit|r|\n",
        "\ngrid||",
        "r1c1|tn|",
        "$G,1,",
        "null",
        "1e999",
    ),
    *(
        "\ud800",
        "\udfff",
        "\x16\x03\x01\x02\x00\x01",
        "<script>alert(1)</script>",
        '<img src=x onerror="x">',
        "</td><td>",
    ),
    *("GET / HTTP/1.1", '{"jsonrpc":"2.0"}', "-2147483649", "9" * 30, "00:59:59.999", "99:99:99.999", "-00:00:01"),
]
_RARE_WOUNDS = ["x" * 3000, "[" * 3000, '{"D":' * 1000, '"' * 501, "|" * 2000, "," * 2000, "é" * 2000, "9" * 4400]
_RARELY = 2000
"""One line in so many has one of the large wounds."""

_LINES_IN_A_FRAME = 200
_FRAMES_BETWEEN_BOARDS = 100
_STEPS_S = (0.0, 0.2, 0.2, 1.0, 1.0, 3.0, 60.0, 7200.0, -5.0)


def lines_of(protocol: str) -> list[str]:
    """Lines of generated feeds of a protocol."""
    frames: Sequence[str] = {
        "apex": lambda: [frame.text for frame in simulate(ApexPlan(karts=12, duration_s=400, stint_s=120)).frames],
        "rmonitor": lambda: [frame.text for frame in rmonitor(Plan(), is_relayed=True).frames],
        "sms_timing": lambda: [frame.text for frame in sms(Plan(karts=2)).frames],
    }[protocol]()
    return [line for frame in frames for line in frame.split("\n") if line.strip()]


def mutilated(lines: Sequence[str], rng: Random) -> Iterator[str]:
    """Frames of hurt lines, without end."""
    wounds = _WOUNDS * (_RARELY // len(_RARE_WOUNDS)) + _RARE_WOUNDS
    while True:
        picked = rng.choices(lines, k=_LINES_IN_A_FRAME)
        places = rng.choices(range(90), k=_LINES_IN_A_FRAME)
        lengths = rng.choices((0, 0, 1, 1, 2, 5, 40), k=_LINES_IN_A_FRAME)
        hurts = rng.choices(wounds, k=_LINES_IN_A_FRAME)
        torn = zip(picked, places, lengths, hurts, strict=True)
        yield "\n".join([line[:place] + hurt + line[place + length :] for line, place, length, hurt in torn])


def survive(protocol: str, lines: Sequence[str], count: int, check: Callable[[Board], None]) -> Board:
    """Feed so many hurt lines through a source, the fold and the wire; the board at the end."""
    rng = Random(protocol)  # noqa: S311 - a fuzz is repeatable
    source, fold, at = SOURCES[protocol](), BoardFold(), STARTED_AT
    for number, frame in enumerate(mutilated(lines, rng)):
        if number * _LINES_IN_A_FRAME >= count:
            break
        at = _later(at, rng)
        fold.apply(source.feed(frame, at))
        if number % _FRAMES_BETWEEN_BOARDS == 0:
            fold.drain()
            _travels(fold.snapshot(), check)
    _travels(fold.snapshot(), check)
    return fold.snapshot()


def _later(at: datetime, rng: Random) -> datetime:
    return at + timedelta(seconds=rng.choice(_STEPS_S))


def _travels(board: Board, check: Callable[[Board], None]) -> None:
    assert board_from_json(board_to_json(board)) == board
    check(board)
