// Keeps the page usable when Streamlit opens a dialog of its own: the portal is away, or an address is not in the menu. Both
// are said in our words elsewhere; the dialog makes the whole page inert besides, and an official in the middle of a line
// would lose the field and the focus. So it is closed at once.

const TITLES = ["Connection error", "Page not found"];
let root = null;
let field = null;

/** Watch this page; may be called again and again. */
export function keepUsable() {
  if (root === null) {
    root = document.getElementById("root");
    document.addEventListener("focusin", (event) => { field = event.composedPath()[0]; });
    new MutationObserver(free).observe(root, { attributes: true, attributeFilter: ["inert", "aria-hidden"] });
  }
  if (root.inert) free();
}

/** Give the page back if it is such a dialog which took it; afterwards the focus is where it was. */
function free() {
  const dialog = [...document.querySelectorAll(".stDialog")].find((one) => TITLES.includes(one.querySelector("h2")?.textContent));
  if (dialog) {
    root.inert = false;
    root.removeAttribute("aria-hidden");
    dialog.querySelector('button[aria-label="Close"]')?.click();
  }
  if (document.activeElement === document.body) field?.focus({ preventScroll: true });
}
