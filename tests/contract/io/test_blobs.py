"""Blobs: what was put comes out, once kept, whole or not at all."""

import io
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NotFound
from core.io.blobs import Blobs

LARGE = b"lap" * 1_000_000


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


@pytest.mark.parametrize("content", [b"", b"frame", LARGE], ids=["nothing", "small", "more than a piece"])
def test_what_is_put_comes_out_under_its_sha256(blobs: Blobs, content: bytes) -> None:
    name = blobs.put(io.BytesIO(content))

    assert name == sha256(content).hexdigest() == blobs.put(content)
    with blobs.open(name) as kept:
        assert kept.read() == content


def test_the_same_content_is_kept_once_and_nothing_else_stays(blobs: Blobs, tmp_path: Path) -> None:
    name = blobs.put(b"frame")
    blobs.put(b"frame")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "blobs" / name[:2] / name[2:]]


class _Broken(io.BytesIO):
    def read(self, _size: int | None = -1) -> bytes:
        raise OSError("the upload broke off")


def test_an_upload_that_breaks_off_leaves_nothing(blobs: Blobs, tmp_path: Path) -> None:
    broken: BinaryIO = _Broken()

    with pytest.raises(OSError, match="broke off"):
        blobs.put(broken)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_blob_that_is_not_there_is_said_with_a_remedy(blobs: Blobs) -> None:
    with pytest.raises(NotFound, match="Restore it from a backup"):
        blobs.open("0" * 64)


@given(st.text())
def test_no_name_leads_out_of_the_store(name: str) -> None:
    with pytest.raises(ValueError, match="not the sha256"):
        Blobs(Path("/store")).path(name)
