"""A feed anybody may write into: hundreds of thousands of mutilated lines, and the fold goes on."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from core.timing.board import BoardFold
from core.timing.model import Board
from core.timing.simulate import Plan, simulate
from core.timing.sources.apex import Apex
from core.timing.wire import board_from_json, board_to_json

LINES = 200_000
ALPHABET = '0123456789|:.<>"=/*#crinotab\x00\x16²é \t-+'
STEPS_S = (0, 0.2, 0.2, 0.2, 1, 3, 60, 7200, -5)


def mutilated(seed: int) -> Iterator[str]:
    """Frames of a race, each hurt in up to six places."""
    rng = Random(seed)  # noqa: S311 - a fuzz is repeatable
    frames = [frame.text for frame in simulate(Plan(seed=seed, duration_s=600, stint_s=150)).frames]
    while True:
        text = rng.choice(frames)
        for _ in range(rng.randint(0, 6)):
            text = _hurt(text, rng)
        yield text


def _hurt(text: str, rng: Random) -> str:
    place, length = rng.randrange(len(text) + 1), rng.randint(1, 30)
    match rng.randrange(4):
        case 0:
            return text[:place] + rng.choice(ALPHABET) + text[place + 1 :]
        case 1:
            return text[:place] + text[place + length :]
        case 2:
            return text[:place] + "".join(rng.choices(ALPHABET, k=length)) + text[place:]
        case _:
            return text[:place] + text[max(0, place - length) : place] * 3 + text[place:]


def test_no_mutilated_feed_stops_the_fold() -> None:
    rng, plan = Random(7), Plan()  # noqa: S311 - a fuzz is repeatable
    source, fold, at, lines = Apex(), BoardFold(), plan.started_at, 0
    for number, frame in enumerate(mutilated(7)):
        at += timedelta(seconds=rng.choice(STEPS_S))
        fold.apply(source.feed(frame, at))
        lines += frame.count("\n") + 1
        if number % 500 == 0:
            fold.drain()
            _check(fold.snapshot())
        if lines > LINES:
            break

    assert fold.snapshot().unread > 0
    assert fold.snapshot().junk > 0
    assert fold.snapshot().novelties > 0


def _check(board: Board) -> None:
    """The board travels as JSON, and no markup of the feed has come with it."""
    assert board_from_json(board_to_json(board)) == board
    names = [text for car in board.cars for text in (car.team, car.driver, car.category, car.feed_penalty) if text]
    assert not [name for name in names if "<td" in name or "</" in name]
