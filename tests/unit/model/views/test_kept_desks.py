"""The desks of visitors: what a reload and a walk find again, and what is kept, how long."""

import gc
import weakref

import numpy as np
import pytest

from model.base import SYSTEMS
from model.views import kept_desks
from model.views.kept_desks import KEEP_SECONDS, MOST_PER_VISITOR, PATIENCE, RELOAD_SECONDS, KeptDesks, Page
from model.views.live.memory import bytes_of

ONE, TWO = SYSTEMS["learning_bidders"], SYSTEMS["grid"]
HERE, RELOADED, SECOND_TAB, STRANGER = (
    Page("1", "ann"),
    Page("2", "ann"),
    Page("3", "ann"),
    Page("4", "bob"),
)


class Desk:
    """A desk without a model that notes what happens to it."""

    plays, size = False, 0

    def __init__(self, kind, address):
        self.kind, self.address, self.notes = kind, address, []

    def bytes_kept(self):
        return self.size

    def leave(self):
        self.notes.append("left")

    def rest(self):
        self.notes.append("rests")

    def put_away(self):
        self.notes.append("put away")
        return not self.plays

    def close(self):
        self.notes.append("closed")


class Presence:
    """Pages that are open, as a test says."""

    def __init__(self):
        self.pages, self.culled = {HERE}, set()

    def present(self):
        return set(self.pages)

    def was_culled(self, page):
        return page in self.culled


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def presence():
    return Presence()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def desks(presence, clock):
    return KeptDesks(presence, clock)


@pytest.fixture
def take(desks):
    """Function that returns the desk that a page gets, a new one with this address if none is found."""

    def begin(page=HERE, kind=ONE, query="", address="?seed=7"):
        return desks.take(page, kind, query, lambda: Desk(kind, query or address))

    return begin


def test_a_walk_to_another_page_and_back_finds_the_desk(desks, take):
    first = take()
    desks.leave(HERE, first)
    other = take(kind=TWO)
    desks.leave(HERE, other)
    assert take() is first and take(kind=TWO) is other
    assert first.notes == other.notes == ["left"]


def test_a_reload_finds_the_desk_by_its_address(desks, take, presence):
    first = take(address="?seed=7&phi@5=0.8")
    desks.leave(HERE, first)
    presence.pages = {RELOADED}
    assert take(RELOADED, query="phi%405=0.8&seed=7") is first


def test_another_link_begins_anew(desks, take):
    first = take()
    desks.leave(HERE, first)
    assert take(query="seed=8") is not first


def test_a_page_that_has_lost_its_browser_gives_up_its_desk_and_cannot_take_it_with_it(desks, take, presence):
    first = take()
    presence.pages = {RELOADED}
    assert take(RELOADED) is first
    desks.leave(HERE, first)
    assert first.notes == []
    presence.pages |= {HERE}
    assert take(HERE) is not first


def test_a_second_tab_takes_no_desk_of_the_first(desks, take, presence):
    presence.pages |= {SECOND_TAB}
    first = take()
    assert take(SECOND_TAB) is not first
    desks.leave(HERE, first)
    assert take(SECOND_TAB) is not first
    assert take() is first


def test_a_reload_waits_a_moment_for_the_page_that_is_going(desks, take, presence, clock):
    first, looks = take(), []

    def present():
        looks.append(1)
        clock.now += RELOAD_SECONDS / 5
        return {HERE, RELOADED} if len(looks) < 3 else {RELOADED}

    presence.present = present
    assert take(RELOADED, query="seed=7") is first and len(looks) == 3
    presence.present = lambda: setattr(clock, "now", clock.now + 1) or {RELOADED, SECOND_TAB}
    assert take(SECOND_TAB, query="seed=7") is not first


@pytest.mark.parametrize("nobody", [STRANGER, Page("5", ""), Page("", "")])
def test_nobody_gets_a_desk_of_another_visitor(desks, take, presence, nobody):
    first = take()
    desks.leave(HERE, first)
    presence.pages = {nobody}
    assert take(nobody) is not first
    assert take(nobody, query="seed=7") is not first


def test_a_desk_of_nobody_is_closed_when_it_is_left(desks, take):
    first = take(Page("", ""))
    desks.leave(Page("", ""), first)
    assert first.notes == ["left", "closed"]


def test_work_ends_soon_and_the_desk_later_once_the_visitor_has_gone(desks, take, presence, clock):
    first = take()
    desks.leave(HERE, first)
    clock.now = 10 * KEEP_SECONDS
    desks.look()
    assert first.notes == ["left", "put away"]  # another page of the visitor is open
    presence.pages = set()
    clock.now += PATIENCE - 1
    desks.look()
    assert first.notes == ["left", "put away"]
    clock.now += 2
    desks.look()
    desks.look()
    assert first.notes == ["left", "put away", "rests"]
    clock.now += KEEP_SECONDS
    desks.look()
    assert first.notes == ["left", "put away", "rests", "closed"]
    assert take() is not first


def test_a_run_that_no_browser_has_shown_for_a_while_is_put_away_once(desks, take, presence, clock):
    first, other = take(), take(SECOND_TAB, TWO)
    clock.now = 10 * PATIENCE
    presence.pages = {HERE, SECOND_TAB}
    desks.look()
    presence.pages = {SECOND_TAB}  # the first tab has lost its browser
    clock.now += PATIENCE - 1
    desks.look()
    assert first.notes == other.notes == []
    first.plays = True
    clock.now += 2
    desks.look()
    first.plays = False
    desks.look()
    desks.look()
    assert first.notes == ["put away"] * 2 and other.notes == []
    presence.pages |= {HERE}
    desks.look()
    presence.pages = set()
    clock.now += PATIENCE + 1
    desks.look()
    assert first.notes == ["put away"] * 3 and other.notes == ["put away"]


def test_a_page_that_could_not_be_drawn_keeps_no_desk_for_ever(desks, take, presence, clock):
    first, second = take(), take(SECOND_TAB, TWO)
    presence.pages = {SECOND_TAB}
    clock.now = 2 * KEEP_SECONDS + 1
    desks.look()
    assert first.notes == ["closed"] and second.notes == []


def test_a_page_that_is_culled_leaves_no_desk(desks, take, presence):
    first = take()
    presence.culled = {HERE}
    desks.leave(HERE, first)
    assert first.notes == ["left", "closed"]


def test_the_desks_left_first_go_first(desks, take, clock):
    left = []
    for clock.now in range(MOST_PER_VISITOR + 2):
        left.append(take(query=f"seed={clock.now}"))
        desks.leave(HERE, left[-1])
    assert [desk.notes for desk in left[:2]] == [["left", "closed"]] * 2
    assert all(desk.notes == ["left"] for desk in left[2:])


def test_all_visitors_together_keep_so_many_and_so_much(desks, take, presence, clock, monkeypatch):
    monkeypatch.setattr(kept_desks, "MOST_KEPT", 3)
    left = []
    for clock.now in range(4):
        page = Page(str(clock.now), f"visitor {clock.now}")
        left.append(take(page))
        desks.leave(page, left[-1])
    assert [desk.notes[-1] for desk in left] == ["closed", "left", "left", "left"]
    monkeypatch.setattr(kept_desks, "MOST_BYTES", 1_500)
    large = take()
    large.size = 800
    desks.leave(HERE, large)
    assert large.notes == ["left"]
    page = Page("9", "ben")
    second = take(page)
    second.size = 800
    clock.now += 1
    desks.leave(page, second)
    assert second.notes == ["left"] and large.notes == ["left", "closed"]


def test_a_closed_desk_is_forgotten(desks, take):
    first = take(Page("", ""))
    desks.leave(Page("", ""), first)
    gone = weakref.ref(first)
    del first
    gc.collect()
    assert gone() is None


def test_memory_is_counted_once_and_nothing_shared():
    table = np.zeros(1_000)
    plain = bytes_of(
        [[table, table[:10], {"again": table}], np.float64, test_memory_is_counted_once_and_nothing_shared]
    )
    assert 8_000 < plain < 10_000
    assert bytes_of([1.0] * 1_000) == 32_000


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_memory_of_a_model_is_measured_alone(name):
    market = SYSTEMS[name](rng=1)
    before = bytes_of({"": market})
    assert 10_000 < before < 50_000_000
