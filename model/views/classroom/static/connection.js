// The websocket of a page: it connects again by itself, and every question gets its answer or an error.

const LOST = "The connection was lost before the server answered. Look whether it arrived, or try again.";
const GONE = 4404, REFUSED = 4403;
const FIRST_WAIT = 500, LONGEST_WAIT = 5000;

export class Connection {
  // hear(message): of every message that is no answer; leave(reason): the seat or the room is gone for good
  constructor(path, hear, leave) {
    Object.assign(this, { path, hear, leave, waiting: new Map(), number: 0, wait: FIRST_WAIT });
    this.status = document.getElementById("status");
    this.connect();
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}${this.path}`);
    this.socket.onopen = () => {
      this.wait = FIRST_WAIT;
      this.status.hidden = true;
    };
    this.socket.onmessage = (event) => this.take(JSON.parse(event.data));
    this.socket.onclose = (event) => this.lose(event.code);
  }

  take(message) {
    if (message.kind !== "answer") return this.hear(message);
    this.waiting.get(message.id)?.(message);
    this.waiting.delete(message.id);
  }

  lose(code) {
    for (const answer of this.waiting.values()) answer({ error: LOST, field: "" });
    this.waiting.clear();
    if (code === GONE || code === REFUSED) return this.leave(code === GONE ? "gone" : "refused");
    this.status.textContent = "Connection lost. Trying again …";
    this.status.hidden = false;
    setTimeout(() => this.again(), this.wait);
    this.wait = Math.min(2 * this.wait, LONGEST_WAIT);
  }

  // The handshake of a browser without a seat is refused as if there were no server: ask which it is.
  async again() {
    try {
      const room = this.path.split("/")[1];
      const me = await (await fetch(`/${room}/me`)).json();
      if (!me.room) return this.leave("gone");
      if (this.path.includes("/pupil/") && !me.seated) return this.leave("refused");
    } catch {
      return this.lose(0);
    }
    this.connect();
  }

  ask(what, about = {}) {
    const id = ++this.number;
    if (this.socket.readyState !== WebSocket.OPEN) return Promise.resolve({ error: LOST, field: "" });
    this.socket.send(JSON.stringify({ do: what, id, ...about }));
    return new Promise((answer) => this.waiting.set(id, answer));
  }
}
