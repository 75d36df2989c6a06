// A picture as a file: PNG or SVG, with its title, legend and what it is of, or its numbers as CSV.

import { draw } from "./dom.js";

const LOOK = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "font-family", "font-size", "text-anchor"];
const LINE = 22, MARGIN = 14;

export const SAVED = { PNG: savePng, SVG: saveSvg, CSV: saveNumbers, Copy: copy };

function saveSvg(figure, data) {
  save(address(drawing(figure, data)), data, "svg");
}

async function savePng(figure, data) {
  save((await canvas(figure, data)).toDataURL("image/png"), data, "png");
}

function saveNumbers(figure, data) {
  const plain = (value) => (typeof value === "string" ? value.replace(/(^|[;,\t\r\n])(\s*)(?=[=+\-@])/g, "$1$2'") : value ?? ""); // no formula, see spreadsheets.py
  const cell = (value) => (/[",\r\n]/.test(plain(value)) ? `"${String(plain(value)).replaceAll('"', '""')}"` : plain(value));
  const rows = data.series.flatMap((each) => each.points.map((point) => [each.name, ...point]));
  const text = [["series", data.x, data.y], ...rows].map((row) => row.map(cell).join(",")).join("\n");
  save(`data:text/csv;charset=utf-8,${encodeURIComponent(`${text}\n`)}`, data, "csv");
}

async function copy(figure, data) {
  if (!window.isSecureContext || !window.ClipboardItem) return savePng(figure, data); // elsewhere browsers forbid it
  const made = await canvas(figure, data);
  const blob = await new Promise((done) => made.toBlob(done, "image/png"));
  await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
}

function save(href, data, ending) {
  const link = document.createElement("a");
  link.href = href;
  link.download = `${document.querySelector("h1").textContent} ${data.title}.${ending}`.replace(/[\\/:]/g, " ");
  link.click();
}

const address = (svg) => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;

async function canvas(figure, data) {
  const svg = drawing(figure, data), image = new Image();
  image.src = address(svg);
  await image.decode();
  const made = document.createElement("canvas");
  [made.width, made.height] = [2 * svg.getAttribute("width"), 2 * svg.getAttribute("height")];
  made.getContext("2d").drawImage(image, 0, 0, made.width, made.height);
  return made;
}

// The picture as it looks on the page, on its own: title and place above it, legend below
function drawing(figure, data) {
  const shown = figure.querySelector(".picture"), [, , width, height] = shown.getAttribute("viewBox").split(" ").map(Number);
  const page = getComputedStyle(document.body), inside = dressed(shown);
  const entries = [...figure.querySelectorAll(".legend li")];
  const full = height + (2 + entries.length) * LINE + 2 * MARGIN;
  const text = (words, y, x = MARGIN, weight = 400) =>
    draw("text", { x, y, fill: page.color, "font-family": "system-ui, sans-serif", "font-size": 15, "font-weight": weight }, words);
  for (const [name, value] of Object.entries({ y: 2 * LINE + MARGIN, width, height })) inside.setAttribute(name, value);
  const marks = entries.flatMap((entry, k) => {
    const y = height + (2 + k) * LINE + MARGIN, mark = dressed(entry.querySelector("svg"));
    for (const [name, value] of Object.entries({ x: MARGIN, y: y + 4, width: 28, height: 14 })) mark.setAttribute(name, value);
    return [mark, text(entry.textContent, y + 16, MARGIN + 38)];
  });
  return draw("svg", { xmlns: "http://www.w3.org/2000/svg", width, height: full, viewBox: `0 0 ${width} ${full}` },
    draw("rect", { width, height: full, fill: page.backgroundColor }), text(data.title, MARGIN + 10, MARGIN, 700),
    text(place(), MARGIN + 10 + LINE), inside, marks);
}

// Game, room or player, and round
function place() {
  const words = [...document.querySelectorAll("header h1, header .where")].map((each) => each.textContent);
  return words.filter(Boolean).join(" · ");
}

// A copy that keeps its looks without the style sheet
function dressed(node) {
  const copied = node.cloneNode(true), from = [node, ...node.querySelectorAll("*")];
  [copied, ...copied.querySelectorAll("*")].forEach((each, k) => {
    const look = getComputedStyle(from[k]);
    for (const name of LOOK) each.setAttribute(name, look.getPropertyValue(name)); // no style: the server forbids it
  });
  return copied;
}
