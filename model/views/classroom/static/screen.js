// The big screen: how to join, what everybody may see, and results. Nothing private ever comes here.

import { Connection } from "./connection.js";
import { Countdown } from "./countdown.js";
import { facts, make, Part } from "./dom.js";
import { picture } from "./picture.js";
import { keyMeasures, lastPicture, measureNames, overRounds } from "./results.js";

const page = document.getElementById("page");
const code = location.pathname.split("/")[1];
const results = { rounds: [], published: [] };

const head = new Part("header", {}, (s) => [
  make("h1", {}, s.title), make("p", { class: "question" }, s.question),
  make("p", { class: "where" }, s.round ? `Round ${s.round} of ${s.rounds}` : "")]);
const clock = new Countdown();
const news = new Part("div", { class: "news", role: "status" }, (list) => list.map((text) => make("p", {}, text)));
const lobby = new Part("section", { class: "lobby" }, (s) => (s ? [
  make("img", { class: "qr", src: `/${code}/qr.svg`, alt: `QR code of ${s.address}` }),
  make("div", {}, make("p", { class: "address" }, s.address), make("p", {}, "Code of the room: ", make("strong", {}, code)),
    make("p", {}, `${s.people} of ${s.seats} seats taken; bots play the others.`),
    make("ul", { class: "names" }, s.nicknames.map((name) => make("li", {}, name))))] : []));
const market = new Part("section", { class: "market" }, (about) => (about ? [
  make("p", { class: "sentence" }, about.sentence), facts(about.facts ?? []), picture(about.picture)] : []));
const waiting = new Part("p", { class: "sentence", role: "status" }, (text) => (text ? [text] : []));
const progress = new Part("section", { class: "progress" }, bar);
const shown = new Part("section", { class: "results" }, (found) => (found ? [
  lastPicture(found), keyMeasures(found),
  make("div", { class: "pictures" }, measureNames(found.rounds).slice(0, 2).map((name) => overRounds(found, name)).filter(Boolean))] : []));
const foot = new Part("footer", { class: "where" }, (address) => (address ? [`Join at ${address}`] : []));
let state = null;

function bar(s) {
  if (!s) return [];
  return [make("progress", { max: Math.max(1, s.of), value: s.done, "aria-label": "Decisions" }),
    make("p", {}, `${s.done} of ${s.of} have decided`)];
}

function update() {
  lobby.show(state.phase === "lobby" ? state : null);
  market.show(state.phase === "open" ? state.public : null);
  waiting.show(state.phase === "closed" ? "The round is over. What happened comes in a moment." : "");
  progress.show(state.phase === "open" ? state.progress : null);
  shown.show(state.phase === "revealed" || state.phase === "ended" ? results : null);
  foot.show(state.phase === "lobby" ? "" : state.address);
}

new Connection(`/${code}/screen/socket`, (message) => {
  if (message.kind === "results") Object.assign(results, message.results);
  else {
    const s = message.state;
    state = s;
    head.show({ title: s.title, question: s.question, round: s.round, rounds: s.rounds });
    clock.show(s.deadline, message.now, s.paused && s.phase === "open");
    news.show(s.phase === "open" ? s.announced : []);
  }
  if (state) update();
}, () => page.replaceChildren(make("h1", {}, "There is no session")));

page.replaceChildren(head.node, clock.node, news.node, lobby.node, market.node, waiting.node, progress.node, shown.node, foot.node);
