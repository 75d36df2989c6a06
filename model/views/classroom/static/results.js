// Results of the rounds: measures beside theory, treatments beside each other, learners and published experiments.

import { make, number, quantity } from "./dom.js";
import { picture } from "./picture.js";

// Names of measures
const words = (name) => { const text = name.replaceAll("_", " "); return text[0].toUpperCase() + text.slice(1); };

// Shares are shown in per cent
const unitOf = (each) => (each?.unit === "share" ? "%" : each?.unit ?? "");
const shownAs = (each, value) => (each?.unit === "share" && typeof value === "number" ? 100 * value : value);
const named = (name, each) => [words(name), unitOf(each)].filter(Boolean).join(", ");

// What measures mean that do not say it themselves
const MEANINGS = { efficiency: "gains made, of the most that were possible", bid_share: "what was bid, of what the permits are worth",
  sold: "permits sold", volume: "permits that changed hands", cost: "of all emissions avoided", profit: "of all seats together" };
const THEORY = "Theory: the competitive market with the same values and costs, or bids in equilibrium.";

function measureNames(rounds) {
  return [...new Set(rounds.flatMap((round) => Object.keys(round.measures)))];
}

// Labels of settings that differ between rounds
function varied(rounds) {
  const names = Object.keys(rounds[0]?.settings ?? {});
  return names.filter((name) => new Set(rounds.map((round) => JSON.stringify(round.settings[name]))).size > 1);
}

export function treatment(round, names) {
  return [...names.map((name) => `${name}: ${round.settings[name]}`), round.shock].filter(Boolean).join("; ");
}

// Table of the rounds, each with a row for whoever played it; learners: rounds played by learners on the same facts, or none
export function roundTable(results, learners = []) {
  const { rounds } = results;
  if (!rounds.length) return null;
  const names = measureNames(rounds), differ = varied(rounds);
  const measure = (name) => rounds.find((round) => round.measures[name])?.measures[name];
  const head = make("tr", {}, ["", ...names.map((name) => named(name, measure(name)))].map((text, k) =>
    make("th", { scope: "col", class: k ? "number" : null }, text)));
  const body = rounds.flatMap((round) => [
    make("tr", {}, make("th", { scope: "rowgroup", class: "round", colspan: names.length + 1 },
      [`Round ${round.round}`, treatment(round, differ)].filter(Boolean).join(". "))),
    ...lines(round, learners).map(([who, read], k) =>
      make("tr", { class: k ? "beside" : "" }, make("th", { scope: "row" }, who),
        names.map((name) => make("td", { class: "number" }, number(shownAs(measure(name), read(name)))))))]);
  return make("div", { class: "wide" }, make("table", { class: "results" },
    make("caption", {}, "The class beside theory"), make("thead", {}, head), make("tbody", {}, body)));
}

function lines(round, learners) {
  const found = [["Class", (name) => round.measures[name]?.value], ["Theory", (name) => round.measures[name]?.theory]];
  for (const other of learners.filter((each) => each.round === round.round)) {
    found.push([other.who, (name) => other.measures[name]?.value]);
  }
  return found;
}

// Means over the rounds of each treatment, where there are at least two
export function treatmentTable(results) {
  const { rounds } = results;
  const differ = varied(rounds);
  const groups = group(rounds, differ);
  if (groups.size < 2) return null;
  const names = measureNames(rounds);
  const measure = (name) => rounds.find((round) => round.measures[name])?.measures[name];
  const mean = (list) => (list.length ? list.reduce((sum, each) => sum + each, 0) / list.length : null);
  const head = make("tr", {}, ["Treatment", "Rounds", ...names.map((name) => named(name, measure(name)))].map((text, k) =>
    make("th", { scope: "col", class: k ? "number" : null }, text)));
  const body = [...groups].map(([text, members]) => make("tr", {}, make("th", { scope: "row" }, text),
    make("td", { class: "number" }, String(members.length)),
    names.map((name) => {
      const known = members.map((round) => round.measures[name]?.value).filter((value) => typeof value === "number");
      return make("td", { class: "number" }, number(shownAs(measure(name), mean(known))));
    })));
  return make("div", { class: "wide" }, make("table", { class: "results" },
    make("caption", {}, "Treatments beside each other: means of their rounds"), make("thead", {}, head),
    make("tbody", {}, body)));
}

function group(rounds, differ) {
  const groups = new Map();
  for (const round of rounds) {
    const text = treatment(round, differ);
    groups.set(text, [...(groups.get(text) ?? []), round]);
  }
  return groups;
}

// One measure over the rounds, with theory beside it
export function overRounds(results, name) {
  const found = results.rounds.filter((round) => typeof round.measures[name]?.value === "number");
  if (found.length < 2) return null;
  const measure = found[0].measures[name];
  const points = (rounds, read) => rounds.map((round) => [round.round, shownAs(measure, read(round.measures[name]))]);
  const theory = found.filter((round) => typeof round.measures[name].theory === "number");
  return picture({ kind: "lines", title: `${words(name)} over the rounds`, x: "Round",
    y: named(name, measure),
    series: [
      { name: "Class", role: "mine", points: points(found, (each) => each.value) },
      { name: "Theory", role: "theory", points: points(theory, (each) => each.theory) }] }, true);
}

// "HoltShobe2016" as "Holt, Shobe 2016"
const cited = (key) => key.replace(/([a-z])([A-Z])/g, "$1, $2").replace(/(\d{4})/, " $1");

export function published(results) {
  if (!results.published.length) return null;
  const band = (each) => (each.low === null || each.low === undefined ? ""
    : each.low === each.high ? quantity(each.low, each.unit) : `${number(each.low)} to ${quantity(each.high, each.unit)}`);
  const columns = [["Treatment", (each) => each.treatment], ["Measure", (each) => words(each.measure)],
    ["Found", (each) => each.sign], ["Numbers", band], ["Your class", (each) => each.here]];
  const shown = columns.filter(([, read]) => results.published.some(read)); // no column that is empty
  const head = ["Source", ...shown.map(([name]) => name)].map((text) => make("th", { scope: "col" }, text));
  const body = results.published.map((each) => make("tr", {}, make("th", { scope: "row" }, cited(each.source)),
    shown.map(([, read]) => make("td", {}, read(each)))));
  return make("div", { class: "wide" }, make("table", { class: "results" },
    make("caption", {}, "What people did in published experiments: directions, as their abstracts give no numbers"), make("thead", {}, make("tr", {}, head)),
    make("tbody", {}, body)));
}

export function lastPicture(results) {
  const last = results.rounds.at(-1);
  return last ? [make("h2", {}, `Round ${last.round}`), picture(last.picture)] : null;
}

export function keyMeasures(results) {
  const last = results.rounds.at(-1);
  if (!last) return null;
  const told = (each, value) => quantity(shownAs(each, value), unitOf(each));
  return [make("dl", { class: "keys" }, Object.entries(last.measures).map(([name, each]) => make("div", {},
    make("dt", {}, words(name)), make("dd", {}, told(each, each.value)),
    MEANINGS[name] ? make("dd", { class: "help" }, MEANINGS[name]) : null,
    each.theory === null || each.theory === undefined ? null
      : make("dd", { class: "help" }, `theory: ${told(each, each.theory)}`)))), make("p", { class: "help" }, THEORY)];
}

export { measureNames };
