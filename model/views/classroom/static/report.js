// The report of a session, to print and to hand out: no names, no private facts.

import { make } from "./dom.js";
import { picture } from "./picture.js";
import { measureNames, overRounds, published, roundTable, treatmentTable } from "./results.js";

const page = document.getElementById("page");
const code = location.pathname.split("/")[1];

function show(found) {
  const date = new Date().toLocaleDateString();
  document.title = `${found.title}, ${date}`;
  page.replaceChildren(
    make("header", {}, make("h1", {}, found.title), make("p", { class: "question" }, found.question),
      make("p", { class: "where" }, `${found.rounds.length} ${found.rounds.length === 1 ? "round" : "rounds"} · ${date}`),
      make("button", { class: "primary no-print", onclick: () => print() }, "Print")),
    ...[roundTable(found), treatmentTable(found),
      make("div", { class: "pictures" }, measureNames(found.rounds).map((name) => overRounds(found, name)).filter(Boolean)),
      published(found)].filter(Boolean),
    ...found.rounds.flatMap((round) => (round.picture
      ? [make("section", { class: "keep" }, make("h2", {}, `Round ${round.round}`), picture(round.picture))] : [])));
  if (!found.rounds.length) page.append(make("p", {}, "No round is over yet."));
}

fetch(`/${code}/teacher/results`).then((got) => got.json()).then(show);
