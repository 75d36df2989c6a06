"""Pages opened and closed by the hundreds: nothing of them stays. `pytest -m slow tests/server/test_many_pages.py`."""

import os
import threading
from operator import le
from pathlib import Path

import pytest

from tests.server.test_strangers import resident
from tests.server.visitor import Visitor, load
from tests.waiting import wait_until

PAGES = ("/learning-bidders?seed=7", "/grid?seed=7", "/", "/lessons", "/two-tier?seed=7", "/no-such-page")
AT_ONCE, FIRST, ROUNDS = 10, 25, 50
"""Visitors at a time, and rounds of them: the first ones fill all places with sessions and runs kept for a while."""
MORE = 0.10
"""Share of the memory after the first rounds that may have come after all."""


def come_and_go(url, number):
    """Open a page, press a button if it has one, and leave; every third visitor is lost, as by a closed lid."""
    visitor = Visitor(url, PAGES[number % len(PAGES)]).open()
    if visitor.find("at", "texts"):
        visitor.click("Step")
        visitor.read(0.1)
    (visitor.close if number % 3 == 0 else visitor.leave)()


def a_round(url):
    """Ten visitors at once."""
    threads = [threading.Thread(target=come_and_go, args=(url, number)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def held_by(server):
    """Threads, open files, and files of sessions of a server."""
    process = Path(f"/proc/{server.process.pid}")
    threads, files = (len(os.listdir(process / what)) for what in ("task", "fd"))
    return threads, files, sum(len(files) for _, _, files in os.walk(server.folder / "temporary"))


@pytest.mark.slow
def test_hundreds_of_pages_leave_nothing_behind(start):
    server = start()
    for _ in range(FIRST):
        a_round(server.url)
    with Visitor(server.url) as stays:
        threads, files, kept = held_by(server)
        memory = resident(server)
        for _ in range(ROUNDS):
            a_round(server.url)
        most = threads + AT_ONCE, files + AT_ONCE, kept + AT_ONCE
        wait_until(lambda: all(map(le, held_by(server), most)), server.process)
        wait_until(lambda: resident(server) <= (1 + MORE) * memory, server.process)
        stays.click("Step")
        stays.until(lambda: stays.shows("period 1"))
    assert load(server.url)[0] == 200 and "Traceback" not in server.text()
