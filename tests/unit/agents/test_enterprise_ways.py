"""The heuristic enterprise: its ways round land of others, and what it asks and bids."""

import numpy as np
import pytest

from agents.enterprise_actions import MOVES, count_actions, first_ask, order_of
from agents.enterprise_heuristic import Facts, highest_bid, order_for
from agents.enterprise_senses import senses_for
from agents.enterprise_ways import INSIDE, PROJECT, PROPERTY, way_to

SIDE, MIDDLE = 11, 5
OTHER = 3
FACTS = Facts(
    income=10.0,
    emission_factor=1.0,
    penalty=30.0,
    technology=0.1,
    research_failure=0.3,
    project_cost=10.0,
    period_length=50,
    episode=500,
    max_price=20,
    activity=0.4,
    horizon=100.0,
    rich=60.0,
    most_orders=2.0,
)


def surroundings(*walls, built=()):
    """Window and owners: land of others on ``walls``, own properties on ``built``, all else free."""
    window, owners = np.zeros((SIDE, SIDE, 6), np.float32), np.zeros((SIDE, SIDE, 3), np.int16)
    window[..., INSIDE] = 1.0
    owners[MIDDLE, MIDDLE, 2] = 1
    for cells, owner in ((walls, OTHER), (built, 1)):
        for r, c in cells:
            window[r, c, PROPERTY], owners[r, c, 1] = 1.0, owner
    return window, owners


def test_it_goes_round_the_land_of_others_to_a_project():
    """A wall of seven cells stands between it and a project two cells to the right: 2 + 2 x 4 steps."""
    wall = [(r, MIDDLE + 1) for r in range(MIDDLE - 3, MIDDLE + 4)]
    window, owners = surroundings(*wall)
    window[MIDDLE, MIDDLE + 2, PROJECT] = 1.0
    steps, place = 0, np.array((MIDDLE, MIDDLE))
    while window[*place, PROJECT] == 0.0 and steps < 50:
        shift = MIDDLE - place  # the window moves with it
        seen = np.roll(window, shift, (0, 1)), np.roll(owners, shift, (0, 1))
        place = place + MOVES[way_to(*seen, True, 0.3)]
        assert owners[*place, 1] != OTHER
        steps += 1
    assert steps == 10


@pytest.mark.parametrize("u", [0.0, 0.3, 0.6, 0.9])
def test_a_project_behind_a_closed_wall_is_out_of_reach(u):
    ring = [(r, c) for r in range(7, 10) for c in range(7, 10) if (r, c) != (8, 8)]
    window, owners = surroundings(*ring)
    window[8, 8, PROJECT] = 1.0
    assert way_to(window, owners, True, u) == -1
    assert way_to(window, owners, False, u) == int(4 * u)


def test_it_crosses_its_own_land_to_free_cells_and_keeps_off_projects_it_does_not_want():
    own = [(r, c) for r in range(SIDE) for c in range(SIDE) if (r, c) != (MIDDLE, SIDE - 1)]
    window, owners = surroundings(built=own)
    assert MOVES[way_to(window, owners, False, 0.0)] == (0, 1)
    window[MIDDLE, MIDDLE + 1, PROJECT] = 1.0
    assert MOVES[way_to(window, owners, False, 0.0)] in {(-1, 0), (1, 0)}


def knowing(bids=(), rate=0.0, own_asks=0):
    """What it knows, and a mask that forbids nothing; bids : prices of others' open bids."""
    at = senses_for(21)
    flat = np.zeros(at.length, np.float32)
    for price in bids:
        flat[at.others_bids + price] += 1.0
    flat[at.market_rate], flat[at.own_asks] = rate, own_asks
    return flat, np.ones(count_actions(20), np.int8)


@pytest.mark.parametrize(
    ("bids", "rate", "asked"), [((7, 12), 20.0, 12), ((), 9.0, 9), ((), 0.0, 14), ((3,), 0.0, 3)]
)
def test_it_asks_the_highest_bid_else_the_usual_price_else_its_own_value(bids, rate, asked):
    flat, mask = knowing(bids, rate)
    assert highest_bid(FACTS, flat) == max(bids, default=0)
    assert order_of(order_for(FACTS, flat, mask, 2.0, 14.0, 50.0), 20) == (-1, asked)


def test_short_of_permits_it_bids_its_value_and_sells_to_who_values_them_more():
    flat, mask = knowing()
    assert order_of(order_for(FACTS, flat, mask, -3.0, 14.0, 50.0), 20) == (1, 14)
    assert order_of(order_for(FACTS, flat, mask, -3.0, 14.0, 8.0), 20) == (1, 4)
    flat, mask = knowing(bids=(16,))
    assert order_of(order_for(FACTS, flat, mask, -3.0, 14.0, 50.0), 20) == (-1, 16)


def test_permits_behind_an_open_ask_are_not_counted_twice():
    """Inventory no longer holds what stands behind asks: one permit to spare is one more ask."""
    flat, mask = knowing(rate=9.0, own_asks=1)
    assert order_for(FACTS, flat, mask, 1.0, 14.0, 50.0) == first_ask(20) + 9
    flat, mask = knowing(rate=9.0, own_asks=2)
    assert order_for(FACTS, flat, mask, 1.0, 14.0, 50.0) == -1
