"""After a hole, the laps that nobody heard are asked for, and then they are those of the uncut run."""

from datetime import datetime

from core.io.hearing import heard
from core.io.transports import Channel, Frame, LinkStatus
from core.timing.board import BoardFold
from core.timing.events import LinkCut
from core.timing.sources import make_source
from tests.apex_feed import race
from tests.contract.links.held import Held, until
from tests.fakes.apex import FakeApex

RACE = race(karts=4, laps=8)
BEFORE, BEHIND = 10, 22
"""Frames told before the hole, and before the link is back."""


def test_the_laps_of_a_hole_come_from_request_php() -> None:
    with FakeApex(RACE.frames) as fake, Held(fake.transport) as link:
        until(fake.stage.has_visitors)
        fake.stage.tell(BEFORE)
        until(lambda: len(link.frames) == BEFORE)
        fake.stage.hang_up(clean=False)
        fake.stage.tell(BEHIND - BEFORE)
        until(lambda: len(link.frames) == BEFORE + 1)
        rows = {lap.source_id for lap in RACE.laps}
        replies = [Frame(text, link.frames[-1].at, channel=Channel.HISTORY) for text in link.stream.history([*rows])]
        fake.stage.tell()
        until(lambda: len(link.frames) == len(RACE.frames) - BEHIND + BEFORE + 1)

        assert laps(link, replies) == {(lap.source_id, lap.lap, lap.lap_ms) for lap in RACE.laps}


def laps(link: Held, replies: list[Frame]) -> set[tuple[str, int, int | None]]:
    """Of a follower: frames, the hole as it is told to the fold, the replies, frames."""
    source, fold = make_source("apex"), BoardFold()
    for frame in link.frames[:BEFORE]:
        fold.apply(heard(source, frame))
    fold.apply([LinkCut(link.frames[BEFORE - 1].at, back_at(link))])
    for frame in (link.frames[BEFORE], *replies, *link.frames[BEFORE + 1 :]):
        fold.apply(heard(source, frame))
    fold.close()
    known = {(lap.source_id, lap.lap): lap.lap_ms for harvest in fold.drain() for lap in harvest.laps}
    return {(source_id, lap, lap_ms) for (source_id, lap), lap_ms in known.items()}


def back_at(link: Held) -> datetime:
    return [news.at for news in link.news if news.status is LinkStatus.CONNECTED][-1]
