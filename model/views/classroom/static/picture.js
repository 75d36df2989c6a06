// The one way a picture is drawn: {kind: "steps" | "lines" | "bars", title, x, y, series: [{name, points, role}]}.

import { draw, make, number } from "./dom.js";
import { SAVED } from "./save.js";
import { along, limits, linear, ticks } from "./scales.js";

const HEIGHT = 380, RIGHT = 16, TOP = 14, BOTTOM = 52;
const NARROW = 600; // px: on smaller screens a picture is less wide, so that its words stay readable
const LETTER = 8.5, NAME = 34; // px of the picture: width of a digit, and of the name of the axis
let WIDTH = 600, LEFT = 62;
let count = 0;

// narrow: whether it stands beside others
export function picture(data, narrow = false) {
  if (!data || !data.series.some((each) => each.points.length)) return null;
  const id = `picture-${++count}`;
  WIDTH = narrow || window.innerWidth < NARROW ? 400 : 600;
  const heights = data.series.flatMap((each) => each.points.map((point) => point[1]));
  const range = limits(heights, data.kind !== "lines");
  const steps = heightMarks(range);
  LEFT = NAME + LETTER * Math.max(...steps.map(([, text]) => text.length));
  const x = along(data.series, [LEFT, WIDTH - RIGHT], data.kind);
  const y = linear(range, [HEIGHT - BOTTOM, TOP]);
  const marks = data.series.map((each, k) => series(each, k, data, x, y));
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-labelledby": id, class: "picture" },
    draw("title", { id }, describe(data)), axes(x, y, steps, data), marks);
  return make("figure", {}, make("figcaption", {}, data.title), svg, legend(data), table(data));
}

function describe(data) {
  return `${data.title}. ${data.y} over ${data.x}: ${data.series.map((each) => each.name).join(", ")}.`;
}

// Marks of the vertical axis: [value, text], with as many digits as tell them apart
function heightMarks(range) {
  const steps = ticks(...range);
  const digits = Math.max(0, 1 - Math.floor(Math.log10(Math.abs(steps[1] - steps[0]) || 1)));
  return steps.map((value) => [value, number(value, digits)]);
}

function axes(x, y, steps, data) {
  const bottom = HEIGHT - BOTTOM;
  const parts = [];
  for (const [value, text] of steps) {
    parts.push(draw("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }));
    parts.push(draw("text", { class: "mark end", x: LEFT - 8, y: y(value) + 5 }, text));
  }
  for (const [value, text] of x.marks) {
    parts.push(draw("text", { class: "mark middle", x: x.place(value), y: bottom + 20 }, number(text)));
  }
  parts.push(draw("line", { class: "axis", x1: LEFT, x2: WIDTH - RIGHT, y1: bottom, y2: bottom }));
  parts.push(draw("line", { class: "axis", x1: LEFT, x2: LEFT, y1: TOP, y2: bottom }));
  parts.push(draw("text", { class: "name middle", x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 8 }, data.x));
  const middle = (TOP + bottom) / 2;
  parts.push(draw("text", { class: "name middle", x: 16, y: middle, transform: `rotate(-90 16 ${middle})` }, data.y));
  return parts;
}

const className = (each, k) => `series role-${each.role} nth-${k % 6}`;

function series(each, k, data, x, y) {
  const name = className(each, k);
  const points = each.points.filter((point) => point[1] !== null);
  if (data.kind === "bars") return bars(points, k, data, x, y, name);
  const places = points.map(([along, high]) => [x.place(along), y(high)]);
  if (places.length === 1) return draw("circle", { class: `${name} dot`, cx: places[0][0], cy: places[0][1], r: 6 });
  const apart = data.kind === "steps" && each.role === "mine"; // own steps stand among those of others
  const path = places.map(([a, b], i) => `${i === 0 || (apart && i % 2 === 0) ? "M" : "L"}${a},${b}`).join("");
  if (each.role === "shade") return draw("path", { class: name, d: `${path}Z` });
  const dots = each.role === "mine" && !apart
    ? places.map(([a, b]) => draw("circle", { class: `${name} dot`, cx: a, cy: b, r: 5 })) : [];
  return [draw("path", { class: `${name} line`, d: path }), ...dots];
}

function bars(points, k, data, x, y, name) {
  const width = (0.8 * x.width) / data.series.length;
  return points.map(([along, high]) =>
    draw("rect", { class: `${name} bar`, x: x.place(along) - 0.4 * x.width + k * width, width,
      y: Math.min(y(high), y(0)), height: Math.abs(y(high) - y(0)) }));
}

// The same marks as in the picture
function legend(data) {
  const entries = data.series.filter((each) => each.points.length).map((each) => {
    const name = className(each, data.series.indexOf(each));
    const filled = data.kind === "bars" || each.role === "shade";
    const mark = filled
      ? draw("rect", { class: data.kind === "bars" ? `${name} bar` : name, x: 0, y: 1, width: 28, height: 12 })
      : draw("line", { class: `${name} line`, x1: 0, x2: 28, y1: 7, y2: 7 });
    const dotted = !filled && ((each.role === "mine" && data.kind === "lines") || each.points.length === 1);
    const dot = dotted ? draw("circle", { class: `${name} dot`, cx: 14, cy: 7, r: 5 }) : null;
    return make("li", {}, draw("svg", { width: 28, height: 14, "aria-hidden": "true" }, mark, dot), each.name);
  });
  return make("ul", { class: "legend" }, entries);
}

// Below the picture, folded: files of it, and its numbers
function table(data) {
  const rows = data.series.flatMap((each) => each.points.map(([along, high]) =>
    make("tr", {}, make("td", {}, each.name), make("td", {}, number(along)), make("td", {}, number(high)))));
  const head = make("tr", {}, ["Series", data.x, data.y].map((text) => make("th", { scope: "col" }, text)));
  const buttons = Object.entries(SAVED).map(([text, act]) => make("button", { type: "button", class: "quiet",
    "aria-label": `${text}: ${data.title}`, onclick: (event) => act(event.target.closest("figure"), data) }, text));
  return make("details", { class: "numbers", "data-key": data.title },
    make("summary", {}, "Save this picture, or read its numbers"), make("p", {}, buttons), make("table", {}, make("thead", {}, head), make("tbody", {}, rows)));
}
