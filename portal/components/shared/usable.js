// Keeps the page usable while the portal is away. Streamlit then opens a dialog of its own, which the style sheet hides, but
// which also makes the whole page inert: an official in the middle of a line would lose the field and the focus.

// Of its two forms one has a block of code and the other no marked part at all; dialogs with something to do have several.
const DIALOG = '.stDialog:is(:has([data-testid="stErrorCodeBlock"]), :not(:has([data-testid])))';
let guarding = false;
let field = null;

/** Watch this page, once. */
export function keepUsable() {
  if (guarding) return;
  guarding = true;
  const root = document.getElementById("root");
  document.addEventListener("focusin", (event) => {
    const entered = event.composedPath()[0];
    if (!entered.closest(DIALOG)) field = entered;
  });
  new MutationObserver(() => free(root)).observe(root, { attributes: true, attributeFilter: ["inert", "aria-hidden"] });
}

/** Give the page back if it is that dialog which took it; afterwards the focus is where it was. */
function free(root) {
  const away = document.querySelector(DIALOG);
  if (away && root.inert) root.inert = false;
  if (away) root.removeAttribute("aria-hidden");
  if (document.activeElement === document.body) field?.focus({ preventScroll: true });
}
