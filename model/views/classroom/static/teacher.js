// The teacher's page: lead the session, see who is there and has decided, and what came of it.

import { Connection } from "./connection.js";
import { Countdown } from "./countdown.js";
import { facts, make, Part, quantity } from "./dom.js";
import { picture } from "./picture.js";
import { lastPicture, measureNames, overRounds, published, roundTable, treatmentTable } from "./results.js";
import { Treatments } from "./treatments.js";

const page = document.getElementById("page");
const code = location.pathname.split("/")[1];
const PHASES = { lobby: "Lobby", open: "Open", closed: "Closed, not revealed", revealed: "Revealed", ended: "Ended" };
let state = null;
const results = { rounds: [], published: [], learners: [] };

const said = make("p", { class: "wrong", role: "alert", hidden: true });

const busy = make("p", { class: "where", role: "status" });

async function ask(what, about) {
  const slow = setTimeout(() => { busy.textContent = "One moment …"; }, 400); // such as when the first round is drawn
  const answer = await connection.ask(what, about);
  clearTimeout(slow);
  busy.textContent = "";
  said.textContent = answer.error ?? "";
  said.hidden = !answer.error;
  return answer;
}

const counted = (number, one, several) => `${number} ${number === 1 ? one : several}`;
const button = (text, act, kind = "", key = text) => make("button", { class: kind, onclick: act, "data-key": key, type: "button" }, text);

const head = new Part("header", {}, (s) => [
  make("h1", {}, s.title), make("p", { class: "question" }, s.question),
  make("p", { class: "where" }, `Room ${code} · ${s.round ? `round ${s.round} of ${s.rounds}` : counted(s.rounds, "round", "rounds")} · ${PHASES[s.phase]}`)]);
const clock = new Countdown();
const trouble = new Part("p", { class: "wrong", role: "alert" }, (text) => (text ? [text] : []));

// The next thing to do is the large button; it is always the first one
const lead = new Part("div", { class: "buttons" }, ({ phase, paused, more, stage }) => {
  const start = () => ask("open", treatments.values());
  if (phase === "lobby") return [button("Start round 1", start, "primary")];
  if (phase === "open") return [
    button(stage ? "Close this stage" : "Close", () => ask("close"), "primary"),
    paused ? button("Go on", () => ask("go_on")) : button("Pause", () => ask("pause")),
    ...[60, 120].map((seconds) => button(`Timer ${seconds} s`, () => ask("timer", { seconds })))];
  if (phase === "closed") return [button("Reveal", () => ask("reveal"), "primary")];
  if (phase === "ended") return [];
  return [more ? button("Next round", start, "primary") : null, button("End the game", () => ask("end"), more ? "" : "primary")]
    .filter(Boolean);
});

// A shock within the round, where the game has one
const shock = new Part("section", { class: "card" }, (what) => (what ? [
  make("h2", {}, "Shock"), make("form", { onsubmit: strike }, make("label", { for: "percent" }, what),
    make("div", { class: "entry" }, make("input", { id: "percent", "data-key": "percent", inputmode: "decimal", value: "20",
      "aria-describedby": "percent-help" }), make("span", { class: "unit" }, "%")),
    make("p", { class: "help", id: "percent-help" }, "From −50 % to 100 %. Everybody is told at once; what was decided in this stage stays, and can be changed."),
    make("button", { type: "submit", "data-key": "shock" }, "Shock"))] : []));

async function strike(event) {
  event.preventDefault();
  await ask("shock", { percent: event.target.elements.percent.value });
}

// How to join: large in the lobby, beside the rest afterwards
const joining = (address) => (address ? [
  make("img", { class: "qr", src: `/${code}/qr.svg`, alt: `QR code of ${address}` }),
  make("div", {}, make("p", { class: "address" }, address), make("p", {}, "Code of the room: ", make("strong", {}, code)),
    make("p", {}, make("a", { href: `/${code}/screen`, target: "_blank" }, "Open the big screen")))] : []);
const join = new Part("section", { class: "card lobby large" }, joining);
const later = new Part("section", { class: "card lobby" }, joining);

const people = new Part("section", { class: "card" }, (s) => [
  make("h2", {}, `${counted(s.members.length, "person", "people")}, ${counted(s.bots, "bot", "bots")}`),
  s.progress ? make("p", { class: "sentence" }, `${s.progress.done} of ${s.progress.of} have decided`) : null,
  s.members.length ? make("div", { class: "wide" }, make("table", {}, make("tbody", {}, s.members.map((each) => make("tr", {},
    make("th", { scope: "row" }, each.nickname),
    make("td", {}, !each.present ? "left: a bot plays" : !each.connected ? "no connection" : !s.progress ? "there"
      : each.submitted ? "✓ decided" : "… thinking"),
    make("td", { class: "number" }, each.total === null ? "" : quantity(each.total, "€")),
    make("td", {}, button("Remove", () => confirm(`Take the seat of ${each.nickname}?`) && ask("remove", { seat: each.seat }),
      "quiet", `remove ${each.seat}`)),
  ))))) : make("p", {}, "Nobody has joined yet.")].filter(Boolean));

const market = new Part("section", { class: "card" }, (about) => (about ? [
  make("h2", {}, "What everybody sees"), about.announced.map((text) => make("p", {}, text)),
  make("p", { class: "sentence" }, about.sentence), facts(about.facts ?? []),
  picture(about.picture)] : []));

const treatments = new Treatments(ask);

const found = new Part("section", { class: "card results" }, (all) => (all.rounds.length ? [
  make("h2", {}, "Results"), lastPicture(all), roundTable(all, all.learners), treatmentTable(all),
  make("div", { class: "buttons" },
    button("Let learners play the same rounds", learn),
    make("a", { href: `/${code}/teacher/rows.csv`, class: "button" }, "CSV"),
    make("a", { href: `/${code}/teacher/report`, class: "button", target: "_blank" }, "Report to print")),
  make("div", { class: "pictures" }, measureNames(all.rounds).map((name) => overRounds(all, name)).filter(Boolean)),
  published(all)] : []));

async function learn(event) {
  event.target.disabled = true;
  event.target.textContent = "Learners are playing …";
  const answer = await ask("learners");
  results.learners = answer.learners ?? [];
  found.text = null; // drawn again also if nothing has changed: the button
  found.show(results);
  if (!answer.error && !results.learners.length) {
    said.textContent = "There are no learners for rounds with these settings.";
    said.hidden = false;
  }
}

const end = make("section", { class: "card" }, make("h2", {}, "When the lesson is over"),
  make("p", {}, "Deleting removes all that this computer keeps of the session. Save the CSV first if you need it."),
  button("Delete this session", () => confirm("Delete the session for good?") && ask("delete", { code }), "danger"));

const connection = new Connection(`/${code}/teacher/socket`, (message) => {
  if (message.kind === "results") {
    Object.assign(results, message.results);
    return found.show(results);
  }
  const s = message.state;
  state = s;
  head.show({ title: s.title, question: s.question, round: s.round, rounds: s.rounds, phase: s.phase });
  clock.show(s.deadline, message.now, s.paused && s.phase === "open");
  trouble.show(s.problem);
  lead.show({ phase: s.phase, paused: s.paused, more: s.round < s.rounds, stage: s.stage > s.first_stage });
  join.show(s.phase === "lobby" ? s.address : "");
  later.show(s.phase === "lobby" ? "" : s.address);
  people.show({ members: s.members, bots: s.bots, progress: s.progress, phase: s.phase });
  market.show(s.phase === "open" ? { ...s.public, announced: s.announced } : null);
  shock.show(s.shock_changes);
  treatments.show(s);
}, () => page.replaceChildren(make("h1", {}, "The session is deleted"), make("p", {}, "Nothing of it is kept.")));

page.replaceChildren(head.node, clock.node, trouble.node, said, busy,
  make("div", { class: "columns" },
    make("div", {}, lead.node, join.node, market.node, shock.node, found.node),
    make("div", {}, people.node, treatments.node, later.node, end)));
