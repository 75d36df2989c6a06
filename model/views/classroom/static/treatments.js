// Settings of the session, and the treatment of the next round.

import { make, Part, quantity } from "./dom.js";

export class Treatments {
  // ask(what, about): of the teacher's connection
  constructor(ask) {
    this.ask = ask;
    this.options = new Part("div", {}, (s) => this.drawOptions(s));
    this.fields = new Part("div", {}, (list) => list.map((field) => this.field(field)));
    this.announced = make("input", { type: "checkbox", id: "announced", checked: true });
    this.node = make("section", { class: "card" }, make("h2", {}, "Session"), this.options.node,
      make("details", { "data-key": "treatments" }, make("summary", {}, "Rules of the next round"),
        make("p", { class: "help" }, "Change what you like; it holds from the next round on."), this.fields.node,
        make("p", {}, this.announced, " ", make("label", { for: "announced" }, "Tell the class what has changed"))));
  }

  show(s) {
    this.options.show({ seats: s.seats, rounds: s.rounds, seconds: s.seconds, closes_by_itself: s.closes_by_itself,
      lobby: s.phase === "lobby" });
    this.fields.show(s.settings);
  }

  drawOptions(s) {
    const numbers = [["seats", "Seats (bots play the empty ones)", !s.lobby], ["rounds", "Rounds", false],
      ["seconds", "Seconds for a stage (0: until you close it)", false]];
    const rows = numbers.map(([name, text, fixed]) => make("p", { class: "option" },
      make("label", { for: name }, text),
      make("input", { id: name, "data-key": name, type: "number", min: 0, value: s[name], disabled: fixed,
        onchange: (event) => this.set({ [name]: Number(event.target.value) }) })));
    const itself = make("input", { type: "checkbox", id: "itself", "data-key": "itself", checked: s.closes_by_itself,
      onchange: (event) => this.set({ closes_by_itself: event.target.checked }) });
    return [...rows, make("p", {}, itself, " ",
      make("label", { for: "itself" }, "A stage closes 3 s after everybody has decided"))];
  }

  async set(options) {
    const answer = await this.ask("options", { options });
    if (answer.error) {
      const shown = JSON.parse(this.options.text);
      this.options.text = null; // what was typed is not what holds
      this.options.show(shown);
    }
  }

  field(field) {
    const about = { id: `set-${field.name}`, "data-key": field.name, "data-name": field.name, title: field.help };
    const input = field.kind === "choice"
      ? make("select", about, field.choices.map(([each, words]) =>
          make("option", { value: each, selected: String(each) === String(field.value) }, words)))
      : make("input", { ...about, inputmode: "decimal", value: field.value });
    input.dataset.was = String(field.value);
    const limits = [field.low, field.high].every((each) => each !== null) && field.kind === "number"
      ? `; ${quantity(field.low)} to ${quantity(field.high, field.unit)}` : "";
    return make("div", { class: "option" }, make("label", { for: about.id }, field.label), input,
      make("p", { class: "help" }, `${field.help}${limits}`));
  }

  // What the next round changes
  values() {
    const inputs = [...this.fields.node.querySelectorAll("[data-name]")];
    const changed = inputs.filter((each) => each.value !== each.dataset.was);
    return { settings: Object.fromEntries(changed.map((each) => [each.dataset.name, each.value.replace(",", ".")])),
      announced: this.announced.checked };
  }
}
