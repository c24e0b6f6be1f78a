// Race-control messages, newest first. A press copies the text of one; the button says that it did.

import { el } from "../shared/dom.js";

const SAID_MS = 1500;
const lists = new WeakMap();

export default function render({ parentElement, data }) {
  const drawn = JSON.stringify(data.lines);
  if (lists.get(parentElement) === drawn) return undefined;
  lists.set(parentElement, drawn);
  const root = parentElement.querySelector(".ticker");
  root.replaceChildren(...data.lines.map(([time, text, isPublic]) => line(time, text, isPublic)));
  return () => lists.delete(parentElement);
}

function line(time, text, isPublic) {
  const button = el("button", { type: "button", "aria-label": `Copy: ${text}` }, "Copy");
  button.addEventListener("click", () => copy(button, text));
  const mark = isPublic ? null : el("span", { class: "mark" }, "officials");
  return el("li", { class: isPublic ? null : "inside" }, el("time", {}, time), el("span", { class: "text" }, text, mark), button);
}

async function copy(button, text) {
  await navigator.clipboard.writeText(text);
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy"), SAID_MS);
}
