"""Observation of the government of the grid [Wang2024, simulator]."""

from typing import NamedTuple

import numpy as np

from agents.enterprises.senses import senses_for
from learning.jit import rule
from model.systems.grid.masks import government_choices


class GovernmentSeen(NamedTuple):
    """Observations of governments besides the maps; arrays with a leading axis of worlds.

    Maps are read from the state of the worlds.
    """

    flat: np.ndarray
    """float32[worlds, 8 + 5 n + 3 prices + 5]."""
    enterprises: np.ndarray
    """float32[worlds, n, 5]: permits, projects, coins (times 0.01), column / width, row / height."""
    mask: np.ndarray
    """int8[worlds, choices]."""


class Room(NamedTuple):
    """Working arrays: counts of orders and sums of sales, computed once per world for all observers."""

    orders: np.ndarray
    """float32[2 prices]: asks at every price, then bids."""
    sales: np.ndarray
    """float64[prices]."""
    shown: np.ndarray
    """float32[prices]: ``sales`` in the scale of observations."""


def empty_government_seen(setup, worlds):
    """Return empty observations of the governments of ``worlds`` worlds."""
    return GovernmentSeen(
        np.zeros((worlds, 5 * setup.n + 3 * (setup.max_price + 1) + 10), np.float32),
        np.zeros((worlds, setup.n, 5), np.float32),
        np.zeros((worlds, government_choices(setup)), np.int8),
    )


def empty_room(setup):
    """Return empty working arrays."""
    prices = setup.max_price + 1
    return Room(np.zeros(2 * prices, np.float32), np.zeros(prices), np.zeros(prices, np.float32))


@rule
def write(values, target):
    """Write ``values``."""
    for k in range(target.shape[0]):
        target[k] = values[k]


@rule
def write_government_numbers(world, setup, room, rate, flat):
    """Write the numbers that the government observes."""
    public, n, prices = world.government[0], setup.n, setup.max_price + 1
    for i in range(n):
        firm = world.firms[i]
        flat[i], flat[n + i], flat[2 * n + i] = firm.ability, firm.level, firm.scale
        flat[3 * n + 2 + i], flat[4 * n + 4 + i] = firm.listed, firm.shortfall
    flat[3 * n], flat[3 * n + 1] = public.average_level, public.project_permits
    flat[4 * n + 2], flat[4 * n + 3] = public.penalty, public.remaining
    flat[5 * n + 4] = public.period
    k = 5 * n + 5
    write(room.orders, flat[k : k + 2 * prices])
    write(room.shown, flat[k + 2 * prices + 1 : k + 3 * prices + 1])
    flat[k + 2 * prices] = rate
    flat[k + 3 * prices + 1] = public.clock / setup.episode  # the government's own goods follow, always 0


@rule
def list_goods(setup, known, enterprises):
    """Copy goods and positions of all enterprises from their own observations to the government's."""
    at = senses_for(setup.max_price + 1)
    for i in range(setup.n):
        enterprises[i, 0], enterprises[i, 1] = known[i, at.permits], known[i, at.projects]
        enterprises[i, 2] = known[i, at.cash]
        enterprises[i, 3], enterprises[i, 4] = known[i, at.column], known[i, at.row]
