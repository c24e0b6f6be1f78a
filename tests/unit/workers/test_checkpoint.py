"""A checkpoint is taken up only by the source and code it belongs to, and never replaced by a slower predecessor."""

from pathlib import Path

import pytest

from core.io.recorder import Place
from workers import checkpoint
from workers.checkpoint import Checkpoint, Found

HERE = Place(1, 5)


def save(folder: Path, state: object, lease_epoch: int = 1, place: Place = HERE) -> None:
    checkpoint.save(folder, "apex ring", lease_epoch, place, checkpoint.freeze(state))


def test_what_was_saved_is_found(tmp_path: Path) -> None:
    save(tmp_path, {"laps": 3})

    assert checkpoint.load(tmp_path, "apex ring") == Checkpoint(HERE, {"laps": 3})
    assert checkpoint.place(tmp_path) == HERE
    assert checkpoint.newest_epoch(tmp_path) == 1


def test_the_newest_is_found(tmp_path: Path) -> None:
    save(tmp_path, "old")
    save(tmp_path, "new", 2, Place(2, 0))

    assert checkpoint.load(tmp_path, "apex ring") == Checkpoint(Place(2, 0), "new")


def test_nothing_is_found_in_an_empty_folder(tmp_path: Path) -> None:
    assert checkpoint.load(tmp_path, "apex ring") is Found.NOTHING
    assert checkpoint.place(tmp_path) is None
    assert checkpoint.newest_epoch(tmp_path) == 0


def test_the_state_of_another_source_is_not_taken_up(tmp_path: Path) -> None:
    save(tmp_path, "state")

    assert checkpoint.load(tmp_path, "apex oval") is Found.OTHER_SOURCE


def test_the_state_of_other_code_is_not_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, "state")
    monkeypatch.setattr(checkpoint, "_code", lambda: "another version")

    assert checkpoint.load(tmp_path, "apex ring") is Found.OTHER_CODE


def test_a_worker_that_was_replaced_does_not_overwrite_its_successor(tmp_path: Path) -> None:
    save(tmp_path, "successor", lease_epoch=2)
    save(tmp_path, "predecessor", lease_epoch=1)

    assert checkpoint.load(tmp_path, "apex ring") == Checkpoint(HERE, "successor")
