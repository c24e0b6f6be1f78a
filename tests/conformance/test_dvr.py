"""Real recordings are played as they fold: wherever one seeks stands the fold of everything before."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from core.io.dvr import Player
from core.timing.recordings import read_recording
from tests.conformance.data import apex
from tests.unit.dvr.shelf import Shelf, folded

NAMES = ("mariembourg_24h_day1_20260523", "eupen_column", "misanino_it_20260528", "los_santos_3h_demo")
FILES = [path for path in apex() if path.name.startswith(NAMES)]


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_a_seek_stands_where_the_fold_stands(file: Path, tmp_path: Path) -> None:
    frames, latest = [], None
    for frame in read_recording(file):
        latest = frame.at if latest is None else max(latest, frame.at)
        frames.append(frame._replace(at=latest))  # a journal's time never runs backwards
    shelf = Shelf(tmp_path)
    shelf.record(frames)
    player, chance = Player(shelf.dvr()), Random(1)  # noqa: S311 - not a secret
    length_s = (frames[-1].at - frames[0].at).total_seconds()

    for _ in range(3):
        at = frames[0].at + timedelta(seconds=chance.uniform(0, length_s))
        player.seek(at)

        assert player.board() == folded([frame for frame in frames if frame.at <= at])
