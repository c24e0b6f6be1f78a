"""A process is named once, a node always the same; a folder has one writer."""

from pathlib import Path

import pytest

from core.errors import UnreadableFile
from core.io.transports.registry import open_transport
from core.tracks.model import Recording
from workers.node import FolderLock, this_process


def test_the_node_keeps_its_name_and_the_process_does_not(tmp_path: Path) -> None:
    first, second = this_process(tmp_path / "data"), this_process(tmp_path / "data")

    assert first.node == second.node
    assert first.process != second.process
    assert this_process(tmp_path / "other").node != first.node


def test_of_two_processes_that_begin_at_once_the_first_names_the_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exists = Path.exists
    first = this_process(tmp_path)
    monkeypatch.setattr(Path, "exists", lambda path, **_: path.name != "node" and exists(path))

    assert this_process(tmp_path).node == first.node
    assert [file.name for file in tmp_path.iterdir()] == ["node"]


def test_a_folder_is_held_by_one(tmp_path: Path) -> None:
    with FolderLock(tmp_path / "spool") as first, FolderLock(tmp_path / "spool") as second:
        assert (first.held, second.held) == (True, False)

    with FolderLock(tmp_path / "spool") as third:
        assert third.held


def test_a_link_does_not_lead_out_of_the_data_folder(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "secret").write_text("a secret")
    (data / "link").symlink_to(tmp_path / "secret")

    with pytest.raises(UnreadableFile, match="outside the data folder"):
        open_transport(Recording("link"), data, None)
