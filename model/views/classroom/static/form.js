// A form of a game: fields with limits and help, and what is wrong beside the field where it is.

import { make, quantity } from "./dom.js";

export class Form {
  // send(values): asks the server; resolves to its answer
  constructor(send) {
    this.send = send;
    this.node = make("form", { class: "answer card", novalidate: true, hidden: true });
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit(event.submitter?.name ? { [event.submitter.name]: true } : {});
    });
    this.said = make("p", { class: "said", role: "status" });
  }

  // key: changes with the stage; fields: of the game; submitted: whether they were sent already
  show(key, fields, submitted, title = "Your decision") {
    const shape = JSON.stringify([key, fields.map(({ value, ...rest }) => rest)]);
    if (shape !== this.shape) {
      const kept = key === this.key ? this.typed() : {};
      const focus = this.node.contains(document.activeElement) ? document.activeElement.name : null;
      Object.assign(this, { shape, key, fields });
      this.build(fields, kept, title);
      if (focus) this.node.elements[focus]?.focus();
    }
    if (this.button) this.button.textContent = submitted ? "Change" : "Submit";
    this.node.hidden = fields.length === 0;
  }

  build(fields, kept, title) {
    const buttons = fields.filter((field) => field.kind === "button");
    const inputs = fields.filter((field) => field.kind !== "button").map((field) => this.field(field, kept[field.name]));
    this.button = inputs.length || !buttons.length ? make("button", { class: "primary" }, "Submit") : null;
    const kind = this.button ? "" : "primary"; // where there is something to fill in, buttons are the other way
    const pressed = buttons.map((field) => make("button", { class: kind, name: field.name }, field.label));
    this.whole = make("p", { class: "wrong", role: "alert", hidden: true });
    this.said.textContent = "";
    this.node.replaceChildren(make("h2", {}, title), ...inputs, ...help(buttons), this.whole,
      make("div", { class: "buttons" }, this.button, pressed), this.said);
  }

  field(field, kept) {
    const id = `field-${field.name}`;
    const about = { id, name: field.name, "aria-describedby": `${id}-help ${id}-wrong` };
    const value = kept ?? field.value ?? "";
    const input = field.kind === "choice"
      ? make("select", about, field.choices.map((each) =>
          make("option", { value: each, selected: String(each) === String(value) }, String(each).replaceAll("_", " "))))
      : make("input", { ...about, inputmode: field.kind === "text" ? "text" : "decimal", autocomplete: "off",
          maxlength: 40, value });
    return make("div", { class: "field" },
      make("label", { for: id }, field.label),
      make("div", { class: "entry" }, input, field.unit ? make("span", { class: "unit" }, field.unit) : null),
      make("p", { class: "help", id: `${id}-help` }, [sentence(field.help), range(field)].filter(Boolean).join(" ")),
      make("p", { class: "wrong", id: `${id}-wrong`, role: "alert", hidden: true }));
  }

  typed() {
    const inputs = [...this.node.elements].filter((each) => each.tagName !== "BUTTON");
    return Object.fromEntries(inputs.map((each) => [each.name, each.value]));
  }

  async submit(pressed) {
    const key = this.key;
    this.complain("", "");
    this.said.textContent = "…";
    const answer = await this.send({ ...this.typed(), ...pressed });
    if (key !== this.key) return; // another stage has begun meanwhile
    this.said.textContent = answer.error || !answer.sentence ? "" : `✓ ${answer.sentence}`;
    if (answer.error) this.complain(answer.error, answer.field);
  }

  complain(text, name) {
    for (const field of this.fields.filter((each) => each.kind !== "button")) {
      const input = this.node.elements[field.name];
      const place = document.getElementById(`field-${field.name}-wrong`);
      const wrong = text !== "" && field.name === name;
      if (wrong) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      place.hidden = !wrong;
      place.textContent = wrong ? text : "";
      if (wrong) input.focus();
    }
    const elsewhere = text !== "" && !this.fields.some((each) => each.name === name && each.kind !== "button");
    this.whole.hidden = !elsewhere;
    this.whole.textContent = elsewhere ? text : "";
  }
}

const sentence = (text) => (text ? text[0].toUpperCase() + text.slice(1) + (/[.?!]$/.test(text) ? "" : ".") : "");

function range(field) {
  if (field.kind !== "number") return "";
  const known = (value) => value !== null && value !== undefined;
  const [low, high] = [known(field.low), known(field.high)];
  if (low && high) return `From ${quantity(field.low)} to ${quantity(field.high, field.unit)}.`;
  if (low) return `At least ${quantity(field.low, field.unit)}.`;
  return high ? `At most ${quantity(field.high, field.unit)}.` : "";
}

function help(buttons) {
  return buttons.filter((field) => field.help).map((field) =>
    make("p", { class: "help" }, buttons.length > 1 ? `${field.label}: ${field.help}` : field.help));
}
