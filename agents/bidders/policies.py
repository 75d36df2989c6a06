"""Bidding policies of firms: scripted ones here, learned ones from training.

A policy turns each firm's observations and random numbers into actions in [0, 1]; `demand_schedule.py` turns these
into schedules. Observations are private: a firm knows its own cost and need, never those of others.
"""

from dataclasses import dataclass

import numpy as np

from agents.bidders.demand_schedule import RATIO, REPAIRS, write_truthful
from learning.jit import jit, rule
from learning.knobs import Settings
from learning.registry import Registry

POLICIES = Registry("bidding policy")


@dataclass(frozen=True)
class Bidding:
    """Rules of bidding that all firms know."""

    players: int
    steps: int
    repair: int
    """Position in `demand_schedule.REPAIRS`."""
    top_price: str = "own"
    """Price of the action 1, by the name of the system's choice."""
    history: int = 0
    """Number of past prices that firms see."""

    def rules(self):
        """These rules by the names of the system's parameters."""
        named = {"n_firms": self.players, "steps": self.steps, "repair": REPAIRS[self.repair]}
        return named | {"top_price": self.top_price, "history": self.history}


@dataclass(frozen=True)
class Situation:
    """State of some worlds before their auctions, as arrays with a leading axis of worlds."""

    cost: np.ndarray
    """float64[worlds, n], €/t²: each entry known only to its firm."""
    need: np.ndarray
    """float64[worlds, n], t: each entry known only to its firm."""
    top: np.ndarray
    """float64[worlds, n], €/t: price of the action 1."""
    observations: np.ndarray
    """float64[worlds, n, features]: scaled observations of learners; each row private to its firm."""


class Policy:
    """Bidding policy of all firms. Subclasses define ``act``."""

    Settings = Settings

    def __init__(self, settings, bidding):
        self.settings = settings
        self.bidding = bidding

    def learn_parameters(self, market):
        """Learn the market's parameters; called before the first auction, and whenever they change."""

    def act(self, situation, chance):
        """Actions float64[worlds, n, 2 steps] in [0, 1]; chance : float64[worlds, n, 2 steps] in [0, 1)."""
        raise TypeError(f"{type(self).__name__} must define act()")


@rule
def write_action(price, volume, top, need, repair, action):
    """Write the action, float64[2 steps], whose schedule has these falling prices up to ``top``, €/t, and volumes."""
    before = top
    for k in range(price.shape[0]):
        action[2 * k] = price[k] / before if before > 0.0 else 0.0
        action[2 * k + 1] = volume[k] / need
        before = price[k] if repair == RATIO else top


@jit
def truthful_actions(cost, need, top, repair, actions):
    """Write the actions, float64[worlds, n, 2 steps], whose schedules are closest to the true values."""
    steps = actions.shape[2] // 2
    price, volume = np.zeros(steps), np.zeros(steps)
    for w in range(cost.shape[0]):
        for i in range(cost.shape[1]):
            write_truthful(cost[w, i], need[w, i], price, volume)
            write_action(price, volume, top[w, i], need[w, i], repair, actions[w, i])


@POLICIES.register("truthful_schedule")
class TruthfulSchedule(Policy):
    """Bids the value of permits as closely as steps allow; two steps are exact for a need of two permits."""

    def act(self, situation, chance):
        """Truthful actions; ``chance`` is not used."""
        actions = np.zeros(chance.shape)
        truthful_actions(situation.cost, situation.need, situation.top, self.bidding.repair, actions)
        return actions


@POLICIES.register("random_schedule")
class RandomSchedule(Policy):
    """Random schedules: actions uniform in [0, 1)."""

    def act(self, situation, chance):
        """The random numbers themselves."""
        return chance
