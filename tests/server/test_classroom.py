"""A class that plays at once: `pytest -m benchmark tests/server/test_classroom.py -s` prints what it measures."""

import os
import statistics
import threading
import time

import pytest

from model.views.controls import SPEEDS
from tests.server.visitor import Visitor

CLIENTS = int(os.environ.get("CARBON_CLIENTS", "30"))
WARM_UP, SECONDS, LEFT = 6, 15, 60
MOST_MILLISECONDS, MOST_BYTES = 10.0, 15_000
"""Of a processor, and of a message, for each refresh of each client."""
MOST_READY = 3.0
"""Seconds until all pages are ready."""
IN_VIEW = 4
"""Charts in view of a browser."""
MOST_SECONDS, MOST_MEGABYTES, MOST_LEFT = 0.5, 12.0, 0.10
"""Until Pause acts; of memory for each who plays, and share of the memory before that is left when all have gone."""
SPEED = 1_000
"""Periods a second that each asks for."""


class Pupil(Visitor):
    """Plays `learning_bidders` at `SPEED`, and reports each refresh as shown at once."""

    refreshes = 0

    def hear_update(self, widget, state):
        """Acknowledge that the page has been drawn again."""
        if "tick" in state:
            self.answer(widget, state["tick"])

    def take_frame(self, feed, frame, number):
        """Acknowledge a frame."""
        super().take_frame(feed, frame, number)
        self.answer(feed, number)

    def answer(self, feed, number):
        """Report a refresh as shown."""
        self.refreshes += 1
        self.event(feed, "shown", number)

    def attend(self, stop):
        """Look at the first charts, and read until the event ``stop``."""
        charts = [state["card"] for state in self.widgets.values() if state.get("card")]
        self.event(self.find("tick"), "in_view", charts[:IN_VIEW])
        self.event(self.find("at", "texts"), "choose", SPEEDS.index(SPEED))
        self.click("Play")
        while not stop.is_set() and self.read(0.2):
            pass


def memory_of(process):
    """Resident memory of a process, MB."""
    with open(f"/proc/{process.pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1000


def processor_seconds(process):
    """Seconds of a processor that a process has had."""
    with open(f"/proc/{process.pid}/stat") as file:
        numbers = file.read().rpartition(")")[2].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


def play_alone(server, page):
    """Let one pupil play and leave, so that rules and charts are loaded."""
    stop, pupil = threading.Event(), Pupil(server.url, f"{page}?seed=7").open()
    threading.Timer(WARM_UP, stop.set).start()
    pupil.attend(stop)
    pupil.leave()


def open_at_once(server, page):
    """All pupils, whose pages are opened at the same time."""
    pupils = [Pupil(server.url, f"{page}?seed={k}") for k in range(CLIENTS)]
    threads = [threading.Thread(target=pupil.open) for pupil in pupils]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return pupils


def seconds_to_pause(pupil):
    """Seconds until a pupil who plays, and reads nothing else meanwhile, sees that Pause has acted."""
    pupil.read(0.5)
    pupil.click("Pause")
    return pupil.until(lambda: pupil.shows("paused"))


@pytest.mark.benchmark
@pytest.mark.parametrize("page", ["/learning-bidders", "/escape-permits", "/grid"])
def test_thirty_pupils_play_at_once(start, page):
    server, stops = start(), [threading.Event() for _ in range(CLIENTS)]
    play_alone(server, page)
    began, at_start = time.monotonic(), memory_of(server.process)
    worked, pupils = processor_seconds(server.process), open_at_once(server, page)
    ready, worked = time.monotonic() - began, processor_seconds(server.process) - worked
    threads = [
        threading.Thread(target=pupil.attend, args=[stop], daemon=True) for pupil, stop in zip(pupils, stops)
    ]
    for thread in threads:
        thread.start()
    time.sleep(WARM_UP)
    before = processor_seconds(server.process), [(p.refreshes, p.bytes) for p in pupils]
    time.sleep(SECONDS)
    spent = processor_seconds(server.process) - before[0]
    refreshes = [p.refreshes - had for p, (had, _) in zip(pupils, before[1])]
    sent = sum(p.bytes - had for p, (_, had) in zip(pupils, before[1]))
    playing = (memory_of(server.process) - at_start) / CLIENTS
    stops[0].set()
    threads[0].join()
    pause = seconds_to_pause(pupils[0])
    for stop in stops:
        stop.set()
    for thread in threads:
        thread.join()
    for pupil in pupils:
        pupil.leave()
    time.sleep(LEFT)
    left = memory_of(server.process) / at_start - 1
    each, size = 1000 * spent / sum(refreshes), sent / sum(refreshes)
    rate = statistics.median(refreshes) / SECONDS
    least = min(refreshes) / SECONDS
    print(
        f"{page}, {CLIENTS} clients: {rate:.2f}/s each (least {least:.2f}), {each:.1f} ms, {size / 1000:.1f} kB"
    )
    print(f"all pages after {ready:.1f} s ({worked:.1f} of a processor)")
    print(f"Pause after {pause:.2f} s; {playing:.1f} MB each")
    print(f"{left:+.0%} of {at_start:.0f} MB a minute after they left")
    assert min(refreshes) >= SECONDS
    if page != "/learning-bidders":  # the others draw more, and their periods are longer
        return
    assert ready <= MOST_READY and each <= MOST_MILLISECONDS and size <= MOST_BYTES
    assert pause <= MOST_SECONDS and playing <= MOST_MEGABYTES and left <= MOST_LEFT
