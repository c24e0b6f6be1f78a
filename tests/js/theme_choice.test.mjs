import assert from "node:assert/strict";
import { test } from "node:test";

import { ThemeChoice } from "../../portal/components/shared/theme_choice.js";

const PATHS = ["/live", "/desk"];
const shelf = (content) => ({
  content,
  getItem: (key) => content[key] ?? null,
  setItem: (key, value) => { content[key] = value; },
});
const themes = (storage) => PATHS.map((path) => storage.content[`stActiveTheme-${path}-v2`]);

test("a first visit begins dark on every page, whatever the system says", () => {
  const storage = shelf({ "stActiveTheme-/live-v2": '"System"' });
  const choice = new ThemeChoice(PATHS, { storage, loadedAt: "/live" });

  assert.equal(choice.keep(), true);
  assert.deepEqual(themes(storage), ['"Dark"', '"Dark"']);
  assert.equal(choice.keep(), false);
});

test("a theme chosen on one page is the theme of all", () => {
  const storage = shelf({ "paddock:theme": "kept", "stActiveTheme-/desk-v2": '"Light"', "stActiveTheme-/live-v2": '"Dark"' });

  assert.equal(new ThemeChoice(PATHS, { storage, loadedAt: "/desk" }).keep(), false);
  assert.deepEqual(themes(storage), ['"Light"', '"Light"']);
});

test("a browser that remembers nothing is not loaded again and again", () => {
  const forgetful = { getItem: () => null, setItem: () => {} };

  assert.equal(new ThemeChoice(PATHS, { storage: forgetful, loadedAt: "/live" }).keep(), false);
});
