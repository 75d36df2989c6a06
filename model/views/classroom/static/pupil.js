// A pupil's page: take a seat, see the own facts, decide, and read what happened.

import { Connection } from "./connection.js";
import { Countdown } from "./countdown.js";
import { facts, make, Part, quantity } from "./dom.js";
import { Form } from "./form.js";
import { picture } from "./picture.js";

const page = document.getElementById("page");
const code = location.pathname.slice(1);

const WAITING = {
  lobby: "You have a seat. The game begins when everybody is here.",
  closed: "The round is over. What happened comes in a moment.",
  ended: "The game is over. Thank you for playing!",
};

async function begin() {
  if (!code) return join("");
  const me = await (await fetch(`/${code}/me`)).json();
  if (me.seated) play();
  else join(code, me.room ? "" : "There is no room with this code.");
}

function join(known, problem = "") {
  const send = async (values) => {
    const body = JSON.stringify(values);
    const answer = await fetch("/join", { method: "POST", body }).then((got) => got.json())
      .catch(() => ({ error: "The server does not answer. Are you in the same network?", field: "" }));
    if (!answer.error) location.assign(`/${answer.code}`);
    return { sentence: "", ...answer };
  };
  const form = new Form(send);
  const room = { name: "code", label: "Code of the room", kind: "text", value: known, help: "It is on the big screen." };
  const nickname = { name: "nickname", label: "Nickname", kind: "text",
    help: "Everybody in the room may see it, so not your full name, please." };
  form.show("join", [room, nickname], false, "Take a seat");
  form.button.textContent = "Join";
  page.replaceChildren(make("h1", {}, "Carbon market"), form.node);
  if (problem) form.complain(problem, "code");
  else form.node.elements[known ? "nickname" : "code"].focus();
}

function play() {
  let stage = null;
  const head = new Part("header", {}, (s) => [
    make("h1", {}, s.title),
    make("p", { class: "where" }, `${s.nickname} · ${s.round ? `round ${s.round} of ${s.rounds}` : `room ${s.code}`}`)]);
  const clock = new Countdown();
  const news = new Part("div", { class: "news", role: "status" }, (list) => list.map((text) => make("p", {}, text)));
  const situation = new Part("section", { "aria-label": "The market" }, market);
  const own = new Part("section", { class: "card own", "aria-label": "Your facts" }, (list) =>
    list.length ? [make("h2", {}, "Only you see this"), facts(list)] : []);
  const form = new Form((values) => connection.ask("submit", { stage, values }));
  const drawn = new Part("section", { "aria-label": "Picture" }, picture); // below the form while there is one
  const wait = new Part("p", { class: "wait", role: "status" }, (text) => (text ? [text] : []));
  const happened = new Part("section", { class: "card happened", "aria-live": "polite" }, outcome);
  const connection = new Connection(`/${code}/pupil/socket`, (message) => {
    const s = message.state;
    stage = s.stage;
    head.show({ title: s.title, nickname: s.nickname, code: s.code, round: s.round, rounds: s.rounds });
    clock.show(s.deadline, message.now, s.paused && s.phase === "open");
    news.show(s.phase === "open" ? s.announced : []);
    const around = s.phase === "open" ? s.public : null;
    happened.show(s.outcome && (around ? { ...s.outcome, picture: null } : s.outcome));
    situation.show(around && { ...around, picture: null });
    drawn.show(around && (s.outcome?.picture ?? around.picture));
    own.show(s.phase === "ended" ? [] : s.facts);
    form.show(s.stage, s.form, s.submitted && !s.at_once);
    wait.show(waits(s));
  }, leave);
  const away = make("button", { class: "quiet", onclick: () => depart(connection) }, "Leave the game");
  page.replaceChildren(head.node, clock.node, news.node, happened.node, situation.node, own.node, form.node, wait.node,
    drawn.node, make("footer", {}, away));
}

function waits(s) {
  if (s.phase === "revealed") return s.round < s.rounds ? "The next round begins in a moment." : WAITING.ended;
  if (s.phase !== "open") return s.phase === "lobby" ? `${s.question} ${WAITING.lobby}` : WAITING[s.phase];
  if (s.paused) return "The teacher has paused the game.";
  if (s.form.length === 0) return "There is nothing for you to decide in this stage.";
  if (!s.submitted || s.at_once) return "";
  const { done, of } = s.progress;
  return `You can change your decision until the stage is closed. ${done} of ${of} have decided.`;
}

function market(about) {
  if (!about) return [];
  return [make("p", { class: "sentence" }, about.sentence), facts(about.facts ?? [])];
}

function outcome(found) {
  if (!found) return [];
  const sums = [["Profit of this round", found.profit], ["All rounds together", found.total],
    ["With hindsight you could have made", found.best_reply]].filter(([, value]) => value !== null && value !== undefined);
  return [make("h2", {}, "What happened"), make("p", { class: "sentence" }, found.sentence),
    facts(sums.map(([label, value]) => ({ label, value: quantity(value, "€") }))), picture(found.picture)];
}

async function depart(connection) {
  if (!confirm("Leave? A bot plays for you until you come back.")) return;
  await connection.ask("leave");
  connection.socket.onclose = null;
  connection.socket.close();
  page.replaceChildren(make("h1", {}, "You have left"), make("p", {}, "A bot plays for you."),
    make("button", { class: "primary", onclick: () => location.reload() }, "Come back"));
}

function leave(reason) {
  if (reason === "refused") return join(code);
  document.getElementById("status").hidden = true;
  page.replaceChildren(make("h1", {}, "The session is over"), make("p", {}, "The teacher has deleted it."));
}

begin();
