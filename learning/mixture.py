"""Players with different learning rules in one game, group after group."""

from dataclasses import replace
from itertools import accumulate

import numpy as np

from learning.base import Group
from learning.shares import split_players


class Mixture:
    """Several learners, each for some of the players; it answers for a player as a `Learner` for all would."""

    def __init__(self, game, groups):
        self.game = game
        self.groups = groups

    def of(self, player):
        """The group, `Group`, that a player belongs to."""
        return next(group for group in reversed(self.groups) if group.first <= player)

    @property
    def rounds(self):
        """Rounds played so far, which are the same for all."""
        return self.groups[0].learner.rounds

    @rounds.setter
    def rounds(self, played):
        """Note how many rounds have been played."""
        for group in self.groups:
            group.learner.rounds = played

    @property
    def uses_states(self):
        """Whether any of the learners has a row per state."""
        return any(group.learner.uses_states for group in self.groups)

    def is_compiled(self):
        """Return whether compiled loops can run all of the learners."""
        return all(group.learner.is_compiled() for group in self.groups)

    def choose_one(self, player, *situation):
        """Action (int) of one player; arguments as `Learner.choose_one`."""
        group = self.of(player)
        return group.learner.choose_one(player - group.first, *situation)

    def learn_one(self, player, *experience):
        """Update one player's memory; arguments as `Learner.learn_one`."""
        group = self.of(player)
        group.learner.learn_one(player - group.first, *experience)

    def preferred(self, state):
        """Actions that the players hold for best in public state ``state``, int64[n]."""
        return np.concatenate([group.learner.preferred(state) for group in self.groups])

    def table(self, player):
        """The player's first table, float64[states, actions]: a copy, to look at."""
        group = self.of(player)
        return group.learner.table(player - group.first)


def learner_for(game, shares, make):
    """The learner of a game whose players are divided by ``shares``: one `Learner`, or a `Mixture` of several.

    The first players belong to the first share. make : called as make(name, game of its players). ValueError if a
    share gets nobody.
    """
    if len(shares) == 1:
        return make(shares[0].name, game)
    counts = split_players(shares, game.players)
    firsts = accumulate(counts[:-1], initial=0)
    parts = [
        (name, first, among(game, first, count))
        for (name, _), first, count in zip(shares, firsts, counts, strict=True)
    ]
    return Mixture(game, tuple(Group(first, make(name, part)) for name, first, part in parts))


def among(game, first, count):
    """The game as ``count`` of its players from ``first`` on have it."""
    rows = slice(first, first + count)
    return replace(game, players=count, sincere=game.sincere[rows], payoff_scale=game.payoff_scale[rows])
