"""The contract of a learner: n independent players of a repeated game, as arrays and two compiled rules.

A learner knows rounds, states, actions and rewards, and nothing of permits. It touches only its ``memory`` and draws
nothing: chance comes in as an argument.
"""

from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numba import types

from learning.budget import check_numbers
from learning.jit import Kernel, kernel
from learning.knobs import Settings
from learning.registry import Registry, unknown
from learning.rows import first_of_largest

LEARNERS = Registry("learner")

_MEMORY = types.Array(types.float64, 4, "C")
_TABLE = types.Array(types.float64, 2, "C")
_NUMBERS = types.Array(types.float64, 1, "C")
_WHOLE = types.Array(types.int64, 1, "C")

CHOOSE = types.void(_MEMORY, _NUMBERS, types.int64, _WHOLE, _TABLE, types.boolean, _WHOLE)
"""``choose(memory, settings, t, states, chance, explore, actions)``: write each player's action of round ``t``.

memory float64[n, layers, states, actions]; settings float64[knobs]; t rounds played so far; states int64[n];
chance float64[n, 2] in [0, 1); explore False: play as learned, without experiments; actions int64[n].
"""

LEARN = types.void(_MEMORY, _NUMBERS, types.int64, _WHOLE, _WHOLE, _NUMBERS, _WHOLE, _TABLE)
"""``learn(memory, settings, t, states, actions, rewards, next_states, payoffs)``: update the memory after round ``t``.

rewards float64[n]; payoffs float64[n, actions], payoff of each action against the others' actions, filled only for
learners with ``needs_payoffs`` (otherwise of width 0).
"""

PREFER = types.void(_MEMORY, _WHOLE, _WHOLE)
"""``prefer(memory, states, actions)``: write the action that each player holds for best in its state, int64[n]."""


@kernel(PREFER)
def prefer_largest(memory, states, actions):
    """The action with the largest number in the first table; the first of equals."""
    for i in range(memory.shape[0]):
        actions[i] = first_of_largest(memory[i, 0, min(states[i], memory.shape[2] - 1)])


@dataclass(frozen=True)
class Game:
    """Facts of the game that a learner gets: sizes, truthful actions, and the scale of payoffs."""

    players: int
    states: int
    actions: int
    sincere: np.ndarray
    """int64[players]: the truthful action."""
    payoff_scale: np.ndarray
    """float64[players]: size of a large payoff of the player, in the unit of rewards."""


class Group(NamedTuple):
    """Players in a row who share a learner."""

    first: int
    """The first of them among all players of the game."""
    learner: Any


class Learner:
    """n players who share one learning rule. Subclasses give ``choose`` and ``learn``, kernels or plain functions.

    They give ``prefer``, too, if the first table does not rank the actions.
    """

    Settings = Settings
    layers = 1
    """Number of tables of each player; pages show the first."""
    uses_states = True
    """Whether the tables have a row per state; otherwise they have one."""
    needs_payoffs = False
    """Whether ``learn`` needs the payoff of every action, played or not (full information)."""
    table_label = "value"
    """Meaning of the numbers in the first table."""

    choose = None
    learn = None
    prefer = prefer_largest

    def __init__(self, game, settings, rng):
        """``rng`` is used by `start` only; ParameterError if the settings do not fit the game."""
        self.game = game
        self.settings = settings
        self.numbers = np.array(settings.vector())
        states = game.states if self.uses_states else 1
        shape = game.players, self.layers, states, game.actions
        check_numbers("memory of the learner", shape, "take fewer players, states or actions")
        self.memory = np.zeros(shape)
        self.rounds = 0
        self.start(rng)

    def start(self, rng):
        """Fill ``memory`` before the first round; the default leaves zeros."""

    @property
    def groups(self):
        """All players as the one `Group` that they are here; a `Mixture` has several."""
        return (Group(0, self),)

    def of(self, player):
        """The group, `Group`, that a player belongs to."""
        return self.groups[0]

    @classmethod
    def is_compiled(cls):
        """Whether compiled loops can run this learner; one written in plain Python plays step by step."""
        return all(isinstance(rule, Kernel) for rule in (cls.choose, cls.learn, cls.prefer))

    def choose_one(self, player, state, chance, explore=True):
        """Action (int) of one player in public state ``state``; chance float64[2]."""
        actions = np.zeros(1, np.int64)
        rows = slice(player, player + 1)
        states = np.array([state])
        self.choose(self.memory[rows], self.numbers, self.rounds, states, chance[None], explore, actions)
        return int(actions[0])

    def learn_one(self, player, state, action, reward, next_state, payoffs):
        """Update one player's memory; payoffs float64[actions] or empty."""
        rows = slice(player, player + 1)
        self.learn(
            self.memory[rows],
            self.numbers,
            self.rounds,
            np.array([state]),
            np.array([action]),
            np.array([reward]),
            np.array([next_state]),
            payoffs[None],
        )

    def preferred(self, state):
        """Actions that the players hold for best in public state ``state``, int64[n]."""
        actions = np.zeros(self.game.players, np.int64)
        self.prefer(self.memory, np.full(self.game.players, state), actions)
        return actions

    def table(self, player):
        """Copy of the player's first table, float64[states, actions]."""
        return self.memory[player, 0].copy()


class PartsAndLearners(Registry):
    """Parts of one kind, and every registered learner that learns from its rewards alone, which decides by trial."""

    def __getitem__(self, name):
        if name in self._parts:
            return self._parts[name]
        if name in self:
            return LEARNERS[name]
        raise unknown(self.kind, name, list(self))

    def __contains__(self, name):
        return name in self._parts or (name in LEARNERS and not LEARNERS[name].needs_payoffs)

    def __iter__(self):
        return chain(self._parts, (name for name in LEARNERS if name not in self._parts and name in self))

    def __len__(self):
        return sum(1 for _ in self)
