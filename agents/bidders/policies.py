"""How firms choose their demand schedules: scripted policies here, learned ones from training.

A policy turns what each firm sees of its world, and chance, into actions in [0, 1]; `demand_schedule.py`
turns these into schedules. What a firm sees is private: its own cost and need, never those of others.
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
    """The rules of bidding that everybody knows."""

    players: int
    steps: int
    repair: int
    """Position in `demand_schedule.REPAIRS`."""
    top_price: str = "own"
    """Price that the action 1 stands for, as the system's parameter."""
    history: int = 0
    """Past prices that firms see."""

    def rules(self):
        """The same by the names of the system's parameters."""
        named = {"n_firms": self.players, "steps": self.steps, "repair": REPAIRS[self.repair]}
        return named | {"top_price": self.top_price, "history": self.history}


@dataclass(frozen=True)
class Situation:
    """State of some worlds before their auctions, as arrays with a leading axis of worlds."""

    cost: np.ndarray
    """float64[worlds, n], €/t²: each entry known to its firm only."""
    need: np.ndarray
    """float64[worlds, n], t: likewise."""
    top: np.ndarray
    """float64[worlds, n], €/t: price that the action 1 stands for."""
    observations: np.ndarray
    """float64[worlds, n, features]: what a learner sees, scaled; row by row private to its firm."""


class Policy:
    """How every firm bids. Subclasses give ``act``."""

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
    """Write the action, float64[2 steps], that stands for a schedule of falling prices up to ``top``, €/t."""
    before = top
    for k in range(price.shape[0]):
        action[2 * k] = price[k] / before if before > 0.0 else 0.0
        action[2 * k + 1] = volume[k] / need
        before = price[k] if repair == RATIO else top


@jit
def truthful_actions(cost, need, top, repair, actions):
    """Write the actions, float64[worlds, n, 2 steps], whose schedules come closest to the true values."""
    steps = actions.shape[2] // 2
    price, volume = np.zeros(steps), np.zeros(steps)
    for w in range(cost.shape[0]):
        for i in range(cost.shape[1]):
            write_truthful(cost[w, i], need[w, i], price, volume)
            write_action(price, volume, top[w, i], need[w, i], repair, actions[w, i])


@POLICIES.register("truthful_schedule")
class TruthfulSchedule(Policy):
    """Bids what permits are worth, as closely as steps allow; two tell the whole truth for a need of two."""

    def act(self, situation, chance):
        """The truth; chance plays no part."""
        actions = np.zeros(chance.shape)
        truthful_actions(situation.cost, situation.need, situation.top, self.bidding.repair, actions)
        return actions


@POLICIES.register("random_schedule")
class RandomSchedule(Policy):
    """Any schedule: every action evenly."""

    def act(self, situation, chance):
        """The chance itself."""
        return chance
