"""Once all places are taken: who gives way to a newcomer, and who never does."""

import asyncio
import threading

import pytest
from solara.server import kernel_context

from model.views.server import guard
from model.views.server.bucket import Bucket
from model.views.server.gate import address_of
from model.views.server.guard import at_a_pace
from model.views.server.sessions import IDLE, Sessions
from tests.waiting import run_async, wait_until


class Clock:
    """Time that a test sets."""

    seconds = 1_000.0

    def __call__(self):
        return self.seconds


class Context:
    """What the framework keeps of a session."""

    def __init__(self, browser):
        self.session_id, self.closed = browser, threading.Event()

    def close(self, reason):
        self.closed.set()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def places(clock, monkeypatch):
    monkeypatch.setattr(kernel_context, "contexts", {})
    return Sessions(most=3, now=clock)


def fill(places, *addresses, browsers="abc"):
    """Give each address a session, "a", "b", …, of its ``browsers``; returns the names of those that were ended."""
    ended = []
    for name, address, browser in zip("abc", addresses, browsers, strict=True):
        kernel_context.contexts[name] = Context(browser)
        places.connect(name, browser, address, lambda name=name: ended.append(name))
    return ended


def test_a_session_without_a_connection_gives_way_and_is_closed(places):
    ended = fill(places, "x", "x", "x")
    assert not places.admits("d", "new", "x")
    context = kernel_context.contexts["b"]
    places.disconnect("b")
    assert places.admits("d", "new", "x")
    places.connect("d", "new", "x")
    wait_until(context.closed.is_set)
    assert ended == [] and set(places.owners()) == {"a", "c", "d"}


def test_the_session_that_has_been_idle_longest_gives_way_and_does_not_come_back_by_itself(places, clock):
    ended = fill(places, "x", "x", "x")
    clock.seconds += IDLE + 1
    places.hear("a")
    assert places.admits("d", "new", "x")
    places.connect("d", "new", "x")
    assert ended == ["b"]
    assert not places.admits("b", "b", "x")
    places.connect("e", "newer", "x")
    assert ended == ["b", "c"] and not places.has_room("newest", "x")


def test_an_address_with_most_places_gives_one_to_another_address(places, clock):
    ended = fill(places, "stranger", "stranger", "stranger")
    clock.seconds += 1
    places.hear("a")
    assert not places.has_room("fourth", "stranger")
    assert places.has_room("pupil", "class")
    places.connect("d", "pupil", "class")
    assert ended == ["b"]
    assert not places.has_room("another", "class")  # two and one: as even as three places can be


def test_people_of_one_address_each_never_take_places_from_each_other(places):
    fill(places, "x", "y", "z")
    assert not places.has_room("new", "w")


def test_behind_one_address_the_browser_with_most_tabs_gives_one_to_a_browser_without_any(places, clock):
    ended = fill(places, "router", "router", "router", browsers=["greedy", "greedy", "pupil"])
    clock.seconds += 1
    places.hear("a")
    assert not places.has_room("greedy", "router")
    assert places.admits("d", "newcomer", "router")
    places.connect("d", "newcomer", "router")
    assert ended == ["b"] and not places.has_room("another", "router")  # each has one now, and keeps it


def test_a_computer_has_many_addresses_of_ipv6_and_one_place():
    of = [
        address_of({"client": (host, 1)})
        for host in ("fe80::1%eth0", "fe80::2", "10.0.0.1", "::ffff:10.0.0.1")
    ]
    assert of[0] == of[1] != of[2] == of[3] == "10.0.0.1" and address_of({}) == ""


def test_more_than_a_bucket_holds_has_to_wait():
    bucket = Bucket(rate=2.0, burst=3)
    assert [bucket.delay(0.0) for _ in range(5)] == [0.0, 0.0, 0.0, 0.5, 1.0]
    assert bucket.delay(10.0) == 0.0
    assert [bucket.delay(20.0, 4), bucket.delay(20.0)] == [0.5, 1.0]


def test_a_flood_of_messages_waits_and_loses_none(monkeypatch):
    monkeypatch.setattr(guard, "MESSAGES_PER_SECOND", 100)
    monkeypatch.setattr(guard, "MESSAGES_AT_ONCE", 5)

    async def take(count):
        numbers = iter(range(count))

        async def receive():
            return {"type": "websocket.receive", "text": str(next(numbers))}

        slowed, loop = at_a_pace(receive), asyncio.get_running_loop()
        began = loop.time()
        got = [int((await slowed())["text"]) for _ in range(count)]
        return got, loop.time() - began

    got, seconds = run_async(take(25))
    assert got == list(range(25)) and seconds > 0.15


def test_a_flood_of_characters_waits_however_few_bytes_they_were(monkeypatch):
    monkeypatch.setattr(guard, "CHARACTERS_PER_SECOND", 1_000)
    monkeypatch.setattr(guard, "CHARACTERS_AT_ONCE", 100)

    async def take():
        async def receive():
            return {"type": "websocket.receive", "text": "x" * 150}

        slowed, loop = at_a_pace(receive), asyncio.get_running_loop()
        began = loop.time()
        for _ in range(2):
            await slowed()
        return loop.time() - began

    assert run_async(take()) >= 0.19
