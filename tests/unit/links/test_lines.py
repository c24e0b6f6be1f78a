"""Lines come out the same however the network cuts them."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.io.transports.lines import Lines

STREAMS = st.text(st.sampled_from('$J,"17"é\r\n\x00'), max_size=200).map(lambda text: text.encode("latin-1"))


@given(STREAMS, st.lists(st.integers(0, 200)))
def test_packets_make_no_difference_to_lines(stream: bytes, cuts: list[int]) -> None:
    lines = Lines()
    edges = [0, *sorted(cuts), len(stream)]

    told = [line for begin, end in pairwise(edges) for line in lines.feed(stream[begin:end])]

    *whole, _ = re.split(rb"[\r\n]", stream)
    assert told == [line.decode("latin-1") for line in whole if line]


@given(STREAMS, st.lists(st.integers(0, 200)))
def test_packets_make_no_difference_to_lines_that_are_too_long(stream: bytes, cuts: list[int]) -> None:
    stream += b"\n"
    edges = [0, *sorted(cuts), len(stream)]
    lines, at_once = Lines(longest=7), Lines(longest=7)

    told = [line for begin, end in pairwise(edges) for line in lines.feed(stream[begin:end])]

    assert told == at_once.feed(stream)
    assert max(map(len, told), default=0) <= 7
    assert "".join(told).encode("latin-1") == re.sub(rb"[\r\n]", b"", stream)


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    lines = Lines(longest=10)

    pieces = [piece for _ in range(1000) for piece in lines.feed(b"x" * 7)]

    assert {len(piece) for piece in pieces} == {10}
    assert len(lines._rest) <= 10
