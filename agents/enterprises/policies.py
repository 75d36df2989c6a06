"""Policies by which enterprises of the grid choose actions: scripted ones here, learned ones from training.

A policy turns observations and random numbers into actions. An enterprise observes its surroundings, the order
book, its own goods and skills, and its allowed actions; never the skills or goods of others.
"""

from typing import NamedTuple

import numpy as np

from agents.enterprises.bids import bid_at_random_for_all
from agents.enterprises.senses import GOODS_SCALE, senses_for
from learning.bits import WORD, count_bits, place_of_one, word_at
from learning.jit import rule
from learning.knobs import Settings
from learning.registry import Registry

ENTERPRISE_POLICIES = Registry("enterprise policy")


class Seen(NamedTuple):
    """Observations of enterprises: arrays with leading axes of worlds and enterprises, 2 view + 1 = side cells wide."""

    window: np.ndarray
    """int8[worlds, n, side, side, 6]: layers of the map around it; in the last one, 1 marks cells inside the map."""
    owners: np.ndarray
    """int8[worlds, n, side, side, 3]: owner of project and of property, who stands there; 1 is itself."""
    flat: np.ndarray
    """float32[worlds, n, numbers], laid out as in `agents.enterprises.senses`."""
    mask: np.ndarray
    """int8[worlds, n, actions]: 1 where an action is allowed."""
    labour: np.ndarray
    """float64[worlds, n]: present utility cost of a unit of labour; it rises as enterprises learn."""
    recent: np.ndarray
    """float32[worlds, n, 4]: the fine and memories of own acts, laid out as `agents.enterprises.senses.RECENT`."""


class EnterprisePolicy:
    """Policy of all enterprises. Subclasses define ``act``."""

    Settings = Settings

    def __init__(self, settings):
        self.settings = settings

    def learn_parameters(self, market):
        """Learn the market's parameters; called before the first step, and whenever they change."""
        self.market = market

    def act(self, seen, chance):
        """Actions int64[worlds, n]; seen : `Seen`, chance : float64[worlds, n, 2] in [0, 1)."""
        raise TypeError(f"{type(self).__name__} must define act()")

    def weigh(self, seen):
        """Probability of every action, float64[worlds, n, actions]; None for a policy that weighs none."""
        return None

    def bid(self, seen, chance, bids):
        """Write the bids in the permit auction at the start of the next step; the default bids for nothing.

        bids : float64[worlds, n, steps, 2], price, coins/t, and volume, t, of every step of the schedules.
        """
        bids[:] = 0.0


@rule
def any_allowed(mask, u):
    """Draw an allowed action of int8[actions], all equally likely, by ``u`` in [0, 1); 0 if none is allowed."""
    start, word = 0, word_at(mask, 0)
    here = np.int64(count_bits(word))
    pick = int(u * (here + how_many(mask, WORD)))
    while pick >= here and start + WORD < mask.shape[0]:
        start, pick = start + WORD, pick - here
        word = word_at(mask, start)
        here = np.int64(count_bits(word))
    return start + place_of_one(word, pick) if pick < here else 0


@rule
def how_many(mask, start):
    """Number of allowed actions from ``start`` on."""
    count = 0
    for a in range(start, mask.shape[0]):
        count += int(mask[a])
    return count


@rule
def all_any_allowed(mask, chance, actions):
    """Write an allowed action of every enterprise; mask : int8[worlds, n, actions], chance : float64[worlds, n, 2]."""
    for w in range(mask.shape[0]):
        for i in range(mask.shape[1]):
            actions[w, i] = any_allowed(mask[w, i], chance[w, i, 0])


@ENTERPRISE_POLICIES.register("random_action")
class RandomAction(EnterprisePolicy):
    """Any allowed action, all equally likely."""

    def act(self, seen, chance):
        """Draw allowed actions."""
        actions = np.empty(chance.shape[:2], np.int64)
        all_any_allowed(seen.mask, chance, actions)
        return actions

    def bid(self, seen, chance, bids):
        """Bid a random price up to the fine and a random volume, within the coins."""
        at = senses_for(self.market["max_price"] + 1)
        bid_at_random_for_all(seen.flat[:, :, at.cash] / GOODS_SCALE, self.market["penalty"], chance, bids)


@ENTERPRISE_POLICIES.register("idle")
class Idle(EnterprisePolicy):
    """No actions: the reference case without production."""

    def act(self, seen, chance):
        """Action 0, nothing, for every enterprise."""
        return np.zeros(chance.shape[:2], np.int64)
