"""A class without browsers: a server, and people who join it and talk to it as the pages do."""

import json
import threading
import time
import urllib.error
import urllib.request

import uvicorn
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from model.views.classroom.app import Classroom
from model.views.classroom.serve import LARGEST_MESSAGE
from model.views.server.place import Place
from model.views.server.process import config
from tests.server.conftest import free_port
from tests.waiting import PATIENCE, wait_until


class Served:
    """Rooms served from a thread of this process."""

    def __init__(self, *rooms):
        place = Place("127.0.0.1", free_port())
        self.url = place.url("127.0.0.1").rstrip("/")
        self.classroom = Classroom(rooms, place.url("127.0.0.1"))
        self.server = uvicorn.Server(config(self.classroom.app(place), place, LARGEST_MESSAGE))
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        wait_until(lambda: self.server.started)

    def stop(self):
        """End it."""
        self.server.should_exit = self.server.force_exit = True
        self.thread.join(PATIENCE)


def ask_http(url, method="GET", body=None, **headers):
    """Status, headers and text of an address; headers by name with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, method=method, data=body, headers=named)
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=PATIENCE) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirection."""

    def redirect_request(self, *_):
        return None


def join(url, code, nickname, **headers):
    """Status, answer and cookie of the form with which people join."""
    body = json.dumps({"code": code, "nickname": nickname}).encode()
    status, got, text = ask_http(f"{url}/join", "POST", body, **{"origin": url} | headers)
    return status, json.loads(text), (got["set-cookie"] or "").partition(";")[0]


class Page:
    """An open page: state is the newest one, heard all texts that have come."""

    def __init__(self, url, code, kind, cookie="", origin=None):
        self.state, self.results, self.heard, self.number, self.answers = None, None, [], 0, {}
        address = f"{url.replace('http', 'ws', 1)}/{code}/{kind}/socket"
        headers = {"Cookie": cookie} if cookie else {}
        self.connection = connect(address, additional_headers=headers, origin=origin or url, max_size=None)
        self.socket = self.connection.__enter__()

    def take(self, seconds):
        """Take one message if one comes in time."""
        try:
            text = self.socket.recv(timeout=seconds)
        except TimeoutError:
            return
        self.heard.append(text)
        message = json.loads(text)
        if message["kind"] == "state":
            self.state = message["state"]
        elif message["kind"] == "results":
            self.results = message["results"]
        else:
            self.answers[message["id"]] = message

    def until(self, condition):
        """Take messages until ``condition(state)`` holds; returns the state."""
        deadline = time.monotonic() + PATIENCE
        while self.state is None or not condition(self.state):
            assert time.monotonic() < deadline, "it did not happen in time"
            self.take(0.05)
        return self.state

    def ask(self, what, **about):
        """Answer to a message."""
        self.number += 1
        self.socket.send(json.dumps({"do": what, "id": self.number} | about))
        while self.number not in self.answers:
            self.take(PATIENCE)
        return self.answers.pop(self.number)

    def submit(self, price):
        """Submit a price, or press a button."""
        state = self.until(lambda s: s["phase"] == "open")
        values = {"price": price} if state["form"][0]["kind"] == "number" else {"good": True}
        return self.ask("submit", stage=state["stage"], values=values)

    def is_shut(self):
        """Code with which the server has closed the connection, once it has."""
        try:
            while True:
                self.take(PATIENCE)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def close(self):
        """Leave the page."""
        self.connection.__exit__(None, None, None)


def sit_down(url, code, nickname):
    """Page of a new pupil, and their cookie."""
    status, _, cookie = join(url, code, nickname)
    assert status == 200
    return Page(url, code, "pupil", cookie), cookie


def lead(url, room):
    """Page of the teacher, and their cookie."""
    _, got, _ = ask_http(f"{url}/{room.session.code}/teacher/{room.session.teacher}")
    cookie = got["set-cookie"].partition(";")[0]
    return Page(url, room.session.code, "teacher", cookie), cookie
