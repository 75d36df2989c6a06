// Elements, and parts of a page that are drawn again only when what they show has changed.

// What the keyboard goes on with where a button that was pressed has given way to others
const FOCUSED = "button, a, input, select, summary";
const SVG = "http://www.w3.org/2000/svg";

// make("p", { class: "note", onclick: f }, "text", child, null): texts are texts, never HTML
export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// While something is pressed no part is drawn again: a button that is replaced or moves under a finger loses its click.
const LONGEST = 10000; // ms: then drawing goes on, should the end of the press not be told
const CLICK = 60; // ms after a finger has left in which its click may come
const waiting = new Map(); // part -> the data that it is to show
let pressed = false, end = 0;

function press(lasts) {
  pressed = true;
  clearTimeout(end);
  end = setTimeout(() => {
    pressed = false;
    for (const [part, data] of waiting) part.show(data);
    waiting.clear();
  }, lasts);
}

addEventListener("pointerdown", (event) => event.button === 0 && press(LONGEST), true);
for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, () => pressed && press(CLICK), true);

// A part of the page: `show(data)` calls `drawn(data)` for its new contents if the data have changed.
export class Part {
  constructor(tag, attributes, drawn) {
    this.node = make(tag, attributes);
    this.drawn = drawn;
  }

  show(data) {
    if (pressed) return waiting.set(this, data);
    const text = JSON.stringify(data);
    if (text === this.text) return;
    this.text = text;
    const focus = this.node.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const open = [...this.node.querySelectorAll("details[open]")].map((each) => each.dataset.key);
    const contents = [this.drawn(data)].flat(Infinity).filter(Boolean);
    this.node.replaceChildren(...contents);
    this.node.hidden = contents.length === 0;
    for (const each of this.node.querySelectorAll("details")) if (open.includes(each.dataset.key)) each.open = true;
    if (focus) (this.node.querySelector(`[data-key="${CSS.escape(focus)}"]`) ?? this.node.querySelector(FOCUSED))?.focus();
  }
}

export function number(value, digits = 2) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value).replaceAll("_", " ");
  if (Math.abs(value) < 0.5 * 10 ** -digits) return "0"; // never -0
  const whole = Number.isInteger(value) || Math.abs(value) >= 10000;
  return value.toLocaleString("en", { maximumFractionDigits: whole ? 0 : digits });
}

export function quantity(value, unit) {
  return unit ? `${number(value)}\u00a0${unit}` : number(value);
}

// List of {label, value, unit, help}
export function facts(list) {
  if (!list.length) return null;
  const rows = list.map((fact) =>
    make("div", {}, make("dt", {}, fact.label), make("dd", {}, quantity(fact.value, fact.unit)),
      fact.help ? make("dd", { class: "help" }, fact.help) : null));
  return make("dl", { class: "facts" }, rows);
}
