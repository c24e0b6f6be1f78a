// Invisible, on every page: keeps it usable when Streamlit opens a dialog of its own, and keeps one theme for all pages.

import { ThemeChoice } from "../shared/theme_choice.js";
import { keepUsable } from "../shared/usable.js";

const EVERY_MS = 250;
const keepers = new WeakMap();

export default function render({ parentElement, data }) {
  const keeping = keepers.get(parentElement) ?? setInterval(keeper(data.pages), EVERY_MS);
  keepers.set(parentElement, keeping);
  return () => {
    clearInterval(keeping);
    keepers.delete(parentElement);
  };
}

function keeper(pages) {
  const theme = new ThemeChoice(pages);
  return () => {
    keepUsable();
    if (theme.keep() && window.matchMedia("(prefers-color-scheme: light)").matches) window.location.reload();
  };
}
