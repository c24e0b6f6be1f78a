// Building elements without `innerHTML`: text from a feed is only ever text.

/** `el("td", { class: "n", title: "…" }, "text", otherElement)`; attributes that are null or false are left out. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Write only what differs: an equal text keeps its node, its selection and its place in the accessibility tree. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Set the attribute, or take it away where the value is null. */
export function setAttribute(element, name, value) {
  if (value === null || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
