// Draws the OpenAPI description as a readable list with a form to try each route. Nothing comes from outside, and the
// token typed here stays in this page: it is sent with the tries and kept nowhere.

const byId = (id) => document.getElementById(id);

/** An element with text or children; what is null is left out. */
function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child != null));
  return made;
}

/** A value in the shape of the schema, readable as an example; references are followed, circles are cut. */
function example(schema, known, depth = 0) {
  if (schema == null || depth > 6) return null;
  if (schema.$ref) return example(known[schema.$ref.split("/").pop()], known, depth + 1);
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum.join(" | ");
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices) return example(choices.find((choice) => choice.type !== "null"), known, depth + 1);
  return exampleOfType(schema, known, depth);
}

function exampleOfType(schema, known, depth) {
  switch (schema.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, part]) => [name, example(part, known, depth + 1)]),
      );
    case "array":
      return [example(schema.items ?? schema.prefixItems?.[0], known, depth + 1)];
    case "integer":
    case "number":
      return 0;
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return schema.format ?? "text";
  }
}

const pretty = (value) => JSON.stringify(value, null, 2);
const jsonSchema = (part) => Object.values(part?.content ?? {})[0]?.schema;

function parameters(operation, known) {
  if (!operation.parameters?.length) return null;
  const rows = operation.parameters.map((parameter) =>
    element("tr", {},
      element("td", { textContent: parameter.name }),
      element("td", { textContent: `${parameter.in}${parameter.required ? ", required" : ""}` }),
      element("td", { textContent: String(example(parameter.schema, known)) }),
      element("td", { textContent: parameter.description ?? "" }),
    ),
  );
  return element("table", {}, element("caption", { className: "quiet", textContent: "Parameters" }), ...rows);
}

function answers(operation, known) {
  return Object.entries(operation.responses).flatMap(([status, response]) => {
    const schema = jsonSchema(response);
    const title = element("h3", { textContent: `${status}: ${response.description}` });
    return [title, schema ? element("pre", { tabIndex: 0, textContent: pretty(example(schema, known)) }) : null];
  });
}

/** The address with its parameters put in; an empty query parameter is left out. */
function address(base, path, operation, form) {
  const url = new URL(base + path, window.location.origin);
  for (const parameter of operation.parameters ?? []) {
    const value = form.elements[parameter.name].value;
    if (parameter.in === "path") url.pathname = url.pathname.replace(encodeURI(`{${parameter.name}}`), encodeURIComponent(value));
    else if (parameter.in === "query" && value !== "") url.searchParams.set(parameter.name, value);
  }
  return url;
}

async function send(method, url, body) {
  const token = byId("token").value.trim();
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  if (body != null) headers["Content-Type"] = "application/json";
  const response = await fetch(url, { method, headers, body, credentials: token ? "omit" : "same-origin" });
  const text = await response.text();
  const shown = (response.headers.get("content-type") ?? "").includes("json") && text ? pretty(JSON.parse(text)) : text;
  return { ok: response.ok, text: `${response.status} ${response.statusText}\n${shown.slice(0, 100_000)}` };
}

function trying(base, path, method, operation, known) {
  const schema = jsonSchema(operation.requestBody);
  const result = element("pre", { hidden: true, tabIndex: 0 });
  result.setAttribute("aria-live", "polite");
  const fields = (operation.parameters ?? []).map((parameter) =>
    element("label", {}, `${parameter.name} `, element("input", { name: parameter.name, required: parameter.required })),
  );
  const body = schema ? element("textarea", { name: "", value: pretty(example(schema, known)), spellcheck: false }) : null;
  const form = element("form", {}, ...fields, body && element("label", {}, "Body ", body), element("button", { textContent: "Try" }), result);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const url = address(base, path, operation, form);
    const answer = await send(method, url, body?.value).catch((error) => ({ ok: false, text: String(error) }));
    Object.assign(result, { hidden: false, className: answer.ok ? "good" : "bad", textContent: answer.text });
  });
  return form;
}

function route(description, path, method, operation) {
  const known = description.components?.schemas ?? {};
  const summary = element("summary", {},
    element("span", { className: "method", textContent: method }),
    element("code", { textContent: path }),
    element("span", { textContent: operation.summary ?? "" }),
    element("span", { className: "right", textContent: `needs ${operation["x-right"]}` }),
  );
  const details = element("details", {}, summary);
  details.dataset.words = `${method} ${path} ${operation.summary ?? ""} ${operation["x-right"]}`.toLowerCase();
  // Hundreds of forms would be slow to draw and nobody opens them all.
  details.addEventListener("toggle", () => {
    if (details.children.length > 1) return;
    const about = operation.description ? element("p", { textContent: operation.description }) : null;
    const form = trying(description.servers?.[0]?.url ?? "", path, method, operation, known);
    details.append(element("div", {}, about, parameters(operation, known), form, ...answers(operation, known)));
  });
  return details;
}

/** A WebSocket: nothing to try from here, its protocol to read. */
function socket({ path, right, about }) {
  const summary = element("summary", {},
    element("span", { className: "method", textContent: "WS" }),
    element("code", { textContent: path }),
    element("span", { className: "right", textContent: `needs ${right}` }),
  );
  const details = element("details", {}, summary, element("div", {}, element("pre", { tabIndex: 0, textContent: about })));
  details.dataset.words = `ws ${path} ${right}`.toLowerCase();
  return details;
}

function draw(description) {
  const { title, version } = description.info;
  byId("about").textContent = `${title} ${version} · ${description.servers?.[0]?.url ?? ""} · errors are application/problem+json`;
  const subjects = new Map();
  for (const [path, operations] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const subject = operation.tags?.[0] ?? "other";
      subjects.set(subject, [...(subjects.get(subject) ?? []), route(description, path, method.toUpperCase(), operation)]);
    }
  }
  byId("routes").replaceChildren(...[...subjects].map(([name, routes]) =>
    element("section", {}, element("h2", { textContent: name.replaceAll("_", " ") }), ...routes)));
  const sockets = (description["x-sockets"] ?? []).map(socket);
  if (sockets.length) byId("routes").append(element("section", {}, element("h2", { textContent: "sockets" }), ...sockets));
}

function find() {
  const wanted = byId("find").value.toLowerCase().split(/\s+/);
  for (const details of document.querySelectorAll("details")) {
    details.hidden = !wanted.every((word) => details.dataset.words.includes(word));
  }
}

async function start() {
  const response = await fetch("openapi.json");
  if (!response.ok) throw new Error(`The description was refused: ${response.status}. Reload the page to sign in.`);
  draw(await response.json());
  find();
}

byId("find").addEventListener("input", find);
start().catch((error) => { byId("about").textContent = error.message; });
