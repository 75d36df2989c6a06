"""A server that is killed at any moment loses nothing that it has acknowledged, and goes on where it was."""

import json
import random
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidMessage

from model.classroom.log import read_log
from model.classroom.session import Session
from model.views.classroom import seen
from tests.server.classroom.people import Page, ask_http, join
from tests.server.conftest import ROOT, free_port
from tests.waiting import wait_until

PUPILS = 3
LOST = (ConnectionClosed, InvalidMessage, OSError, EOFError)
"""Errors of a connection whose server is killed."""


class Killed:
    """A server that can be killed and begun again."""

    def __init__(self, folder):
        self.path, self.port = folder / "room.sqlite", free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self):
        command = [sys.executable, "-m", "tests.server.classroom.killed", str(self.path), str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        wait_until(self.answers, self.process)

    def answers(self):
        with suppress(*LOST):
            return ask_http(f"{self.url}/readyz")[0] == 200

    def kill(self):
        self.process.kill()
        self.process.wait()


def bid(page, seat, numbers, acknowledged):
    """Bid again and again until the connection is lost; note what is acknowledged."""
    with suppress(*LOST):
        while True:
            state = page.until(lambda s: s["phase"] == "open")
            price = round(numbers.uniform(0.0, 9.0), 2)
            values = {"price": price} if state["form"][0]["kind"] == "number" else {"good": True}
            if "sentence" in page.ask("submit", stage=state["stage"], values=values):
                acknowledged.append(("submit", {"seat": seat, "values": values}))
            time.sleep(0.02)


def lead_on(page, acknowledged):
    """Open, close and reveal rounds until the connection is lost; note what is acknowledged."""
    steps = {"lobby": "open", "open": "close", "closed": "reveal", "revealed": "open"}
    with suppress(*LOST):
        while True:
            what = steps[page.until(lambda s: True)["phase"]]
            if "sentence" in page.ask(what, settings={}, announced=True):
                acknowledged.append((what, {"settings": {}, "announced": True} if what == "open" else {}))
            page.take(0.05)
            time.sleep(0.1)


def play(server, cookies, numbers, acknowledged):
    """Let everybody act at once for a random time, and kill the server in the midst of it."""
    _, teacher = cookies[-1]
    pages = [Page(server.url, "room", "pupil", cookie) for _, cookie in cookies[:-1]]
    leader = Page(server.url, "room", "teacher", teacher)
    begun = [
        threading.Thread(target=bid, args=(page, seat, random.Random(numbers.random()), acknowledged))
        for page, (seat, _) in zip(pages, cookies)
    ]
    begun.append(threading.Thread(target=lead_on, args=(leader, acknowledged)))
    for thread in begun:
        thread.start()
    time.sleep(numbers.uniform(0.1, 0.7))
    server.kill()
    for thread in begun:
        thread.join()


def missing(acknowledged, events):
    """Acknowledged actions that a log does not hold, each as often as it was acknowledged."""
    held = [(event.kind, json.dumps(event.data, sort_keys=True)) for event in events]
    lost = []
    for kind, data in acknowledged:
        entry = (kind, json.dumps(data, sort_keys=True))
        held.remove(entry) if entry in held else lost.append(entry)
    return lost


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_a_killed_server_loses_nothing_that_it_acknowledged(kills, tmp_path):
    server, numbers, acknowledged = Killed(tmp_path), random.Random(kills), []
    server.start()
    cookies = [(seat, join(server.url, "room", f"Pupil {seat}")[2]) for seat in range(PUPILS)]
    room = Session.of(read_log(server.path))
    cookies.append((None, f"carbon-teacher-room={room.teacher}"))
    for _ in range(kills):
        play(server, cookies, numbers, acknowledged)
        assert not missing(acknowledged, read_log(server.path))
        server.start()
    assert sum(kind == "submit" for kind, _ in acknowledged) > 3 * kills
    unbroken = Session.of(read_log(server.path))
    for seat, cookie in cookies[:-1]:
        page = Page(server.url, "room", "pupil", cookie)
        shown = page.until(lambda s: True)
        expected = seen.pupil(unbroken, seat, seen.shared(unbroken))
        assert {name: shown[name] for name in expected} == json.loads(json.dumps(expected))
        page.close()
    server.kill()


@pytest.fixture(autouse=True)
def nobody_left(tmp_path, monkeypatch):
    """Kill what a failed test leaves behind."""
    started, popen = [], subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[-1])
    yield
    for process in started:
        process.kill()
