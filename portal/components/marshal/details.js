// What may be said beyond kart and code: a turn, a second kart, a note. A report that is still held waits for it.

import { el } from "../shared/dom.js";

export class Details {
  report = null;

  constructor(page) {
    this.page = page;
  }

  open(report) {
    report.editing = true;
    this.report = report;
  }

  draw() {
    const { report } = this;
    const code = this.page.start.codes.find((one) => one.code === report.code);
    const kart = field("kart", "Kart", report.kart, { inputmode: "numeric", maxlength: "8" });
    const turn = field("turn", "Turn", report.turn ?? "", { inputmode: "numeric", maxlength: "3", pattern: "[0-9]*" });
    const second = field("second", "Second kart", report.second_kart ?? "", { inputmode: "numeric", maxlength: "8" });
    const note = field("note", code?.text ? "What happened (needed)" : "Note", report.text, { maxlength: "300", required: Boolean(code?.text) });
    const form = el("form", { class: "details", onsubmit: (event) => this.#save(event, { kart, turn, second, note }) },
      el("h2", { class: "chosen" }, report.label, el("small", {}, report.kart ? `kart ${report.kart}` : "number not seen")),
      ...[kart, turn, ...(code?.second_kart ? [second] : []), note].flatMap(({ label, input }) => [label, input]),
      el("div", { class: "row" }, el("button", { type: "button", onclick: () => this.#leave() }, el("b", {}, "Back")), el("button", { type: "submit", class: "strong" }, el("b", {}, "Send"))));
    if (code?.text) setTimeout(() => note.input.focus());
    return [form];
  }

  async #save(event, { kart, turn, second, note }) {
    event.preventDefault();
    const { report } = this;
    this.report = null;
    const said = { kart: kart.input.value.trim().toUpperCase(), turn: turn.input.value ? Number(turn.input.value) : null, second_kart: second.input.value.trim().toUpperCase() || null, text: note.input.value.trim() };
    const changes = Object.fromEntries(Object.entries(said).filter(([name, value]) => (value || null) !== (report[name] || null)));
    await this.page.queue.change(report, changes);
    this.page.draw();
  }

  /** A held report goes on its way as it is. */
  async #leave() {
    const { report } = this;
    this.report = null;
    report.editing = false;
    this.page.draw();
    await this.page.queue.release(report);
  }
}

function field(id, label, value, attributes) {
  const input = el("input", { id: `details-${id}`, type: "text", autocomplete: "off", ...attributes });
  input.value = value;
  return { label: el("label", { for: input.id }, label), input };
}
