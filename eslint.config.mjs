// The components' JavaScript: modules without a build step, running in the browser; service code in node's test runner.
import js from "@eslint/js";
import globals from "globals";

const strict = {
  eqeqeq: ["error", "always", { null: "ignore" }],
  curly: ["error", "multi-line"],
  "max-lines": ["error", 400],
  "max-depth": ["error", 3],
  complexity: ["error", 12],
  "no-var": "error",
  "prefer-const": "error",
  // Feed text is text: it goes into textContent, never into markup.
  "no-restricted-properties": [
    "error",
    { property: "innerHTML", message: "Feed text never becomes markup: use textContent." },
    { property: "outerHTML", message: "Feed text never becomes markup: use textContent." },
    { property: "insertAdjacentHTML", message: "Feed text never becomes markup: use textContent." },
  ],
};

export default [
  js.configs.recommended,
  { files: ["portal/**/*.js", "portal/**/*.mjs"], languageOptions: { globals: globals.browser }, rules: strict },
  { files: ["tests/js/**/*.mjs"], languageOptions: { globals: globals.node }, rules: strict },
];
