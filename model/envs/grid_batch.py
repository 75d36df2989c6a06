"""Many grids at once for training: actions in, observations and rewards out, in one compiled call per step.

The Mesa model and the PettingZoo environment play the same rules in one world. Needs no environment library.
"""

import numpy as np

from agents.enterprises.policies import ENTERPRISE_POLICIES
from learning.direct import Direct
from learning.draws import uniform
from learning.knobs import ParameterError
from model.systems.grid.observations import Observer
from model.systems.grid.params import GridParams
from model.systems.grid.rewards import empty_earned
from model.systems.grid.state import LAYERS, Chance
from model.systems.grid.step import play_batch
from model.systems.grid.worlds import (
    GridWorlds,
    draw_chance,
    draw_project_cells,
    no_cells,
    no_decisions,
)


class GridBatch:
    """``worlds`` grids played in lockstep. Each step overwrites the observation arrays: copy what you keep.

    seen : `agents.enterprises.policies.Seen` of all enterprises; public : `grid.observations.GovernmentSeen`;
    maps, owners : what governments see of the maps, int8[worlds, height, width, 5] and int8[worlds, height,
    width, 3], views of the state itself. rng : numpy Generator, or a seed for one; restart : whether an episode that
    ends is followed by a new one at once. Where permits are sold, the parameters' ``policy`` bids for all enterprises.
    copies : the worlds are this many copies of the same ones, with the same chance, to compare policies in.
    """

    def __init__(self, params=None, worlds=64, rng=0, restart=True, copies=1, **flat):
        if worlds < 1:
            raise ParameterError(f"worlds = {worlds}: below their minimum 1")
        if copies < 1 or worlds % copies:
            raise ParameterError(f"copies = {copies}: must divide worlds = {worlds}")
        self.copies = copies
        self.params = (params or GridParams()).replace(flat)
        self.rng = np.random.default_rng(rng)
        self.worlds = GridWorlds(self.params, worlds)
        self.observer = Observer(self.worlds.setup, worlds)
        self.seen, self.public = self.observer.seen, self.observer.public
        inside = slice(self.params.view, -self.params.view)
        self.maps = self.worlds.state.layers[:, inside, inside, :LAYERS]
        self.owners = self.worlds.state.owners[:, inside, inside]
        self.restart = restart
        self.bidder = ENTERPRISE_POLICIES[self.params.policy](self.params.parts[self.params.policy])
        self.bidder.learn_parameters(self.params.everything())
        self.nothing = no_decisions(self.params, worlds)
        self._play = Direct(play_batch)
        self._sight = self.observer.sight(self.worlds.state)
        self.reset()

    def reset(self, positive_steps=None):
        """Begin new episodes everywhere; positive_steps : float, or one per world, sets the pace of labour's cost."""
        if positive_steps is not None:
            self.worlds.state.government.positive_steps[:, 0] = positive_steps
        self._begin(np.arange(self.worlds.size))

    def _begin(self, which):
        """Begin episodes in these worlds and observe."""
        self.worlds.begin_at_random(which, self.rng, self.copies)
        self.observer.look(self.worlds.state, self.worlds.setup)
        self.placing = self.worlds.needs_cells()

    def step(self, actions, decisions=None):
        """Play a step in every world; returns `grid.rewards.Earned`.

        actions : int64[worlds, n]; decisions : int64[worlds, n + 2] of active governments, read in the first step
        of a period. Neither is checked against the masks, which the rules do not need.
        """
        actions = _of_shape("actions", actions, self.seen.flat.shape[:2])
        given = self.nothing if decisions is None else decisions
        decisions = _of_shape("decisions", given, self.nothing.shape)
        worlds, earned = self.worlds, empty_earned(*actions.shape)
        if worlds.setup.auctioned and self.placing:
            self.bidder.bid(self.seen, uniform(self.rng, (*actions.shape, 2)), worlds.state.bids)
        step = worlds.clear, worlds.state, worlds.setup, self.draw_chance(), actions, decisions
        self.placing, ended = self._play(*step, self._sight, earned)
        if self.restart and ended:
            self._begin(np.flatnonzero(earned.over))
        return earned

    def draw_chance(self):
        """Draw the random numbers for the next step of every world."""
        size = self.worlds.size // self.copies
        cells = draw_project_cells(self.params, self.rng, size) if self.placing else no_cells(size)
        chance = draw_chance(self.params, self.rng, size, cells)
        return chance if self.copies == 1 else Chance(*(repeat(part, self.copies) for part in chance))


def repeat(array, copies):
    """Return ``copies`` copies of an array one after the other, along its first axis."""
    return np.tile(array, (copies,) + (1,) * (array.ndim - 1))


def _of_shape(name, given, shape):
    """Return an array as int64 in C order; ValueError if it has another shape."""
    found = np.ascontiguousarray(given, np.int64)
    if found.shape != shape:
        raise ValueError(f"{name} have shape {found.shape}: must be {shape}")
    return found
