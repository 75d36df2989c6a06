// Time that is left of a stage, counted on this computer from the server's clock.

import { make } from "./dom.js";

export class Countdown {
  constructor() {
    this.node = make("p", { class: "countdown", role: "timer", hidden: true });
    setInterval(() => this.tick(), 250);
  }

  // deadline: ms of the server's clock, or null; now: its clock
  show(deadline, now, paused) {
    this.ends = deadline === null ? null : performance.now() + deadline - now;
    this.paused = paused;
    this.tick();
  }

  tick() {
    const counts = this.ends !== null && this.ends !== undefined;
    this.node.hidden = !counts && !this.paused;
    if (this.paused) this.node.textContent = "Paused";
    else if (counts) {
      const left = Math.max(0, Math.ceil((this.ends - performance.now()) / 1000));
      this.node.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      this.node.classList.toggle("short", left <= 5);
      this.node.setAttribute("aria-label", `${left} seconds left`);
    }
  }
}
