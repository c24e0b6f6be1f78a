import assert from "node:assert/strict";
import { test } from "node:test";

import { textOn } from "../../portal/components/shared/colour.js";

test("the text on a plate is black or white, whichever contrasts more", () => {
  const plates = { "#ffffff": "#000000", "#ffd400": "#000000", "#000000": "#ffffff", "#0057B8": "#ffffff", "#7b2d8e": "#ffffff" };

  for (const [plate, text] of Object.entries(plates)) assert.equal(textOn(plate), text, plate);
});

test("what is not a colour leaves the theme's own", () => {
  assert.deepEqual([null, undefined, "", "red", "#fff", "url(x)"].map(textOn), [null, null, null, null, null, null]);
});
