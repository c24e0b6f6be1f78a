"""What a chain and its anchors say together: edits by the chain, cut tails and rewritten ones by the anchors."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from core.penalties.events import Anchor
from core.penalties.integrity import Chain, Missed, letter, read_anchor, told, verdict, written

NOON = datetime(2026, 3, 7, 12, tzinfo=UTC)
LOG = {seq: f"{seq:064x}" for seq in range(1, 11)}


def chain(*, length: int = 10, first_broken: int | None = None, rewritten_from: int = 99) -> Chain:
    hashes = {seq: digits if seq < rewritten_from else f"f{digits[1:]}" for seq, digits in LOG.items() if seq <= length}
    return Chain(Anchor(length, hashes.get(length, "")), first_broken, hashes)


def anchor(seq: int) -> Anchor:
    return Anchor(seq, LOG[seq])


def test_a_whole_chain_with_all_its_anchors_is_whole() -> None:
    found = verdict(chain(), [anchor(4), anchor(10), anchor(4)], NOON)

    assert found.whole
    assert (found.head, found.first_broken, found.anchors, found.missed) == (anchor(10), None, 2, ())
    assert told(found) == "Whole: 10 events, 2 anchors held."


def test_a_shorter_valid_chain_misses_its_anchor() -> None:
    found = verdict(chain(length=7), [anchor(4), anchor(9)], NOON)

    assert not found.whole
    assert (found.first_broken, found.vouched) == (8, 4)
    assert found.missed == (Missed(anchor(9), None),)
    assert told(found) == (
        "Broken at event 8. Anchor 9 is missed: the log ends before. Up to event 4 an anchor vouches for it."
    )


def test_a_chain_that_was_written_anew_from_some_row_on_misses_the_anchors_behind() -> None:
    found = verdict(chain(rewritten_from=6), [anchor(3), anchor(8)], NOON)

    assert (found.first_broken, found.vouched) == (8, 3)
    assert found.missed == (Missed(anchor(8), f"f{LOG[8][1:]}"),)
    assert "another event stands there" in told(found)


def test_an_edited_row_is_named_by_the_chain() -> None:
    assert verdict(chain(first_broken=3), [anchor(2), anchor(10)], NOON).first_broken == 3


def test_an_empty_log_misses_every_anchor() -> None:
    found = verdict(chain(length=0), [anchor(2)], NOON)

    assert (found.first_broken, found.whole) == (1, False)


@given(st.sets(st.integers(1, 10)), st.integers(0, 10), st.integers(1, 11))
def test_whatever_was_cut_or_rewritten_is_found_by_the_first_anchor_behind_it(
    kept: set[int], length: int, rewritten_from: int
) -> None:
    harmed_from = min(length + 1, rewritten_from)

    found = verdict(chain(length=length, rewritten_from=rewritten_from), map(anchor, kept), NOON)

    assert [each.anchor.seq for each in found.missed] == sorted(seq for seq in kept if seq >= harmed_from)
    assert found.whole == (max(kept, default=0) < harmed_from)
    assert found.first_broken is None or found.first_broken >= harmed_from
    assert found.vouched == max((seq for seq in kept if seq < harmed_from), default=0)


@given(st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_an_anchor_is_read_as_it_was_written_and_in_groups_as_on_paper(seq: int, digest: bytes) -> None:
    known = Anchor(seq, digest.hex())
    groups = [known.hash[at : at + 8] for at in range(0, 64, 8)]

    assert read_anchor(written(known)) == known
    assert read_anchor(f" {seq}  {' '.join(groups).upper()}\n") == known
    assert read_anchor(f"{seq}:\n{' '.join(groups[:4])}\n{' '.join(groups[4:])}") == known


@given(st.text())
def test_no_text_can_break_the_reading_of_an_anchor(text: str) -> None:
    try:
        read_anchor(text)
    except BadInput as error:
        assert error.what == "That is no anchor."  # noqa: PT017 - what is an anchor is read


@pytest.mark.parametrize("text", ["", "42", "42:abc", "0:" + "a" * 64, "x:" + "a" * 64, "42 " + "g" * 64])
def test_what_is_no_anchor_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_anchor(text)

    assert "42:9f86d081" in refused.value.remedy


def test_a_mailed_anchor_can_be_pasted_back_as_it_is() -> None:
    subject, text = letter("Race 1", UUID(int=7), anchor(10), NOON)

    assert subject == "Anchor of Race 1: 10 events"
    assert next(read_anchor(line) for line in text.splitlines() if line.startswith("Anchor:")) == anchor(10)
