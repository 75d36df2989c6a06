"""A browser without a screen: it loads a page of the dashboard, reads its widgets, clicks and types."""

import json
import struct
import time
import urllib.error
import urllib.request
import uuid

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.waiting import PATIENCE


def load(url, **headers):
    """Status, headers and text of an address; headers by name with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=named), timeout=PATIENCE) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


class Visitor:
    """One tab of a browser. widgets : state of each by its number, as the page knows it."""

    def __init__(self, url, path="/learning-bidders?seed=7", cookie=None, session=None, origin=None):
        self.url, self.path = url.rstrip("/"), path
        self.session, self.page = session or str(uuid.uuid4()), uuid.uuid4().hex
        self.browser = cookie or str(uuid.uuid4())
        self.origin = origin or "/".join(self.url.split("/")[:3])
        self.widgets, self.bytes, self.finished = {}, 0, False

    def open(self, run=True):
        """Connect, and make the page unless ``run`` is false."""
        address = self.url.replace("http", "ws", 1)
        self.connection = connect(
            f"{address}/jupyter/api/kernels/{self.session}/channels?session_id={self.page}",
            additional_headers={"Cookie": f"solara-session-id={self.browser}"},
            origin=self.origin,
            max_size=None,
            close_timeout=0.2,  # who leaves does not wait for messages on their way
        )
        self.socket = self.connection.__enter__()
        if run:
            self.control = uuid.uuid4().hex
            self.send("comm_open", comm_id=self.control, target_name="solara.control", data={})
            self.ask(self.control, method="run", args={"path": self.path.lstrip("/"), "appName": None})
            self.until(lambda: self.finished)
            feed = self.find("tick")
            if feed:
                self.event(feed, "shown", self.widgets[feed]["tick"])
        return self

    def __enter__(self):
        return self.open()

    def __exit__(self, *error):
        self.close()

    def close(self):
        """Lose the connection, as a browser does that is switched off."""
        self.connection.__exit__(None, None, None)

    def leave(self):
        """Close the page, as a browser does whose tab is closed."""
        query = f"{self.url}/_solara/api/close/{self.session}?session_id={self.page}"
        named = {"Cookie": f"solara-session-id={self.browser}", "Origin": self.origin}
        request = urllib.request.Request(query, data=b"", headers=named, method="POST")
        with urllib.request.urlopen(request, timeout=PATIENCE):
            self.close()

    def send(self, kind, **content):
        """Send a message of the widgets' protocol."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": self.page, "version": "5.3"}
        message = {"header": header | {"username": "", "date": ""}, "parent_header": {}, "metadata": {}}
        self.socket.send(json.dumps(message | {"content": content, "channel": "shell", "buffers": []}))

    def ask(self, widget, **data):
        """Send ``data`` to a widget."""
        self.send("comm_msg", comm_id=widget, data=data)

    def event(self, widget, name, data=None):
        """Let a Vue component call the event ``name``."""
        self.ask(widget, method="custom", content={"event": name, "data": data})

    # -- reading ---------------------------------------------------------------------------------------------

    def read(self, seconds):
        """Take messages for at most so long; false once the connection has ended."""
        end = time.monotonic() + seconds
        try:
            while (left := end - time.monotonic()) > 0:
                self.take(self.socket.recv(timeout=left))
        except TimeoutError:
            return True
        except ConnectionClosed:
            return False
        return True

    def until(self, condition, patience=PATIENCE):
        """Read until ``condition()`` holds; return the seconds it took."""
        began = time.monotonic()
        while not condition():
            alive = self.read(0.05)
            assert alive or condition(), "the server has ended the connection"
            assert time.monotonic() - began < patience, "it did not happen in time"
        return time.monotonic() - began

    def take(self, raw):
        """Take one message."""
        self.bytes += len(raw)
        if isinstance(raw, bytes):
            (count,) = struct.unpack("!i", raw[:4])
            offsets = struct.unpack("!" + "I" * count, raw[4 : 4 * (count + 1)])
            raw = raw[offsets[0] : offsets[1] if count > 1 else None]
        message = json.loads(raw)
        kind, content = message["header"]["msg_type"], message["content"]
        data = content.get("data") or {}
        if kind == "comm_open":
            self.widgets[content["comm_id"]] = dict(data.get("state", {}))
        elif kind == "comm_close":
            self.widgets.pop(content["comm_id"], None)
        elif data.get("method") == "update":
            self.widgets.setdefault(content["comm_id"], {}).update(data.get("state", {}))
            self.hear_update(content["comm_id"], data.get("state", {}))
        elif data.get("method") == "custom" and data["content"].get("method") == "take":
            self.take_frame(content["comm_id"], *data["content"]["args"])
        elif data.get("method") == "finished":
            self.finished = True

    def take_frame(self, feed, frame, number):
        """Show the period of a frame, as the page does. number : that of the refresh, which a page answers."""
        shown = self.find("unit", "period", "drawn")
        if shown:
            self.widgets[shown]["period"] = frame["text"]

    def hear_update(self, widget, state):
        """Take a change that the server makes to a widget."""

    def texts(self):
        """All texts on the page."""
        states = self.widgets.values()
        children = [child for state in states for child in state.get("children") or []]
        problems = [each.get("problem") for state in states for each in (state, state.get("field") or {})]
        return [
            text.strip()
            for text in children + problems
            if isinstance(text, str) and not text.startswith("IPY_MODEL")
        ]

    def shows(self, part):
        """Whether a text on the page contains ``part``, or the present period is it."""
        return any(part in text for text in (*self.texts(), self.period()))

    def period(self):
        """The present period, with its unit, as the page shows it."""
        shown = self.widgets.get(self.find("unit", "period", "drawn"), {})
        return f"{shown.get('unit')} {shown.get('period')}"

    def find(self, *traits, **state):
        """Number of the widget that has these traits, and these values; None without one."""
        for number, found in self.widgets.items():
            if all(name in found for name in traits) and all(found.get(k) == v for k, v in state.items()):
                return number
        return None

    def button(self, label):
        """Number of the last widget with a button of this label, alone or in a row."""
        found = [
            number
            for number, state in self.widgets.items()
            if label in [each["label"] for each in state.get("buttons", ())]
            or (
                str(state.get("_model_name")).startswith("Btn")
                and label in [text.strip() for text in state.get("children") or [] if isinstance(text, str)]
            )
        ]
        assert found, f"no button {label}"
        return found[-1]

    def set_knob(self, name, value):
        """Set a knob of the panel, as its field does; all parameters are shown first if it is not there."""
        fields = {
            number: state["field"]["name"] for number, state in self.widgets.items() if "field" in state
        }
        if name not in fields.values():
            self.event(self.find("options", "value", label="show"), "change", "all")
            self.until(lambda: any(s.get("field", {}).get("name") == name for s in self.widgets.values()))
            fields = {k: s["field"]["name"] for k, s in self.widgets.items() if "field" in s}
        self.event(next(k for k, known in fields.items() if known == name), "change", value)

    def click(self, label):
        """Click a button."""
        number = self.button(label)
        if "buttons" in self.widgets[number]:
            return self.event(number, "press", label)
        self.event(number, "click", {})
