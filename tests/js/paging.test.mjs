// Pages of a panel on a TV: whole rows only, in order, none lost.

import assert from "node:assert/strict";
import { test } from "node:test";

import { pagesOf } from "../../portal/components/notice_board/paging.js";

const tops = (heights) => heights.map((_, at) => heights.slice(0, at).reduce((sum, one) => sum + one, 0));

test("what fits stands on one page", () => {
  const heights = [50, 50, 50];
  assert.deepEqual(pagesOf(tops(heights), heights, 150), [[0, 3]]);
});

test("a row that would be cut in half begins the next page", () => {
  const heights = [50, 50, 90, 50];
  assert.deepEqual(pagesOf(tops(heights), heights, 150), [[0, 2], [2, 4]]);
});

test("a row that is higher than the room has a page of its own", () => {
  const heights = [400, 50];
  assert.deepEqual(pagesOf(tops(heights), heights, 150), [[0, 1], [1, 2]]);
});

test("no rows are one empty page", () => {
  assert.deepEqual(pagesOf([], [], 150), [[0, 0]]);
});

test("every row stands on exactly one page", () => {
  const heights = Array.from({ length: 40 }, (_, at) => 30 + ((at * 37) % 60));
  const pages = pagesOf(tops(heights), heights, 200);
  assert.deepEqual(pages.flatMap(([from, to]) => heights.slice(from, to)), heights);
});
