// Dark unless the reader chose otherwise, and one choice for all pages. Streamlit remembers a theme for the address at which
// the page was loaded and begins with the system's; so what it remembers here is copied to the other pages' addresses.

const MARK = "paddock:theme";
const DARK = '"Dark"';

export class ThemeChoice {
  #last = null;

  /**
   * @param {string[]} paths addresses of all pages
   * @param {{storage: Storage, loadedAt: string}} where Streamlit keeps its memory, and the address it was loaded at
   */
  constructor(paths, { storage = window.localStorage, loadedAt = firstPath() } = {}) {
    Object.assign(this, { paths, storage, loadedAt });
  }

  /** Copy what was chosen. True when this is a first visit, which has to be loaded again to begin dark. */
  keep() {
    const first = this.storage.getItem(MARK) === null;
    const chosen = first ? DARK : this.storage.getItem(key(this.loadedAt));
    if (!chosen || chosen === this.#last) return false;
    this.#last = chosen;
    this.storage.setItem(MARK, "kept");
    for (const path of [this.loadedAt, ...this.paths]) this.storage.setItem(key(path), chosen);
    return first && this.storage.getItem(MARK) !== null;
  }
}

function key(path) {
  return `stActiveTheme-${path}-v2`;
}

function firstPath() {
  const [loaded] = performance.getEntriesByType("navigation");
  return loaded ? new URL(loaded.name).pathname : window.location.pathname;
}
