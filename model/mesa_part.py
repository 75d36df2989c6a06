"""Mesa's part of a model: generators, sets of agents, and map, for those who look at them.

Runs by compiled rules need the numbers of agents only, not the agents, so these are made when somebody asks for them.
"""

from functools import cached_property

import mesa

from agents.population import MAKING
from model.place import place_at_random


class MesaPart(mesa.Model):
    """A Mesa model whose generators, sets of agents, agents and map are made when somebody looks.

    To begin Mesa's part takes longer than ten periods. And it refers to the model: the memory of a model with it is
    free only when Python has searched for garbage, that of one without it as soon as nobody refers to it.
    """

    public = None
    """`Population` of the one government, which each system makes."""

    def begin_mesa(self, seed):
        """Let Mesa's own part begin with a seed when somebody asks for any of it."""
        self.steps, self._mesa_seed = 0, seed

    def be_mesa(self):
        """Begin Mesa's own part unless it has begun, and return whether it had not; what has been set stays."""
        mine = vars(self)
        with MAKING:
            if "_mesa_seed" not in mine:
                return False
            seed, before = mine.pop("_mesa_seed"), dict(mine)
            super().__init__(rng=seed)
            mine.update(before)
        return True

    def __getattr__(self, name):
        """Look again for an attribute that is missing, once Mesa's part has begun; what Python asks is not Mesa's."""
        if not name.startswith("__"):
            self.be_mesa()
        return super().__getattribute__(name)

    def make_agents(self):
        """Make the Mesa agents of all populations that do not have them yet."""
        for population in self.populations:
            population.make_members()

    @cached_property
    def government(self):
        """The Mesa agent that is the government."""
        return self.public[0]

    @property
    def agents(self):
        """Mesa's set of all agents."""
        self.make_agents()
        return super().agents

    @property
    def agents_by_type(self):
        """Mesa's sets of agents by class."""
        self.make_agents()
        return super().agents_by_type

    @property
    def agent_types(self):
        """Classes of agents."""
        self.make_agents()
        return super().agent_types

    def place_agents(self):
        """Make Mesa's grid with the agents on it: the government in the middle, the firms at random."""
        return place_at_random([self.government, *self.firms], self.streams["space"])

    @property
    def grid(self):
        """Mesa's grid with the agents on it."""
        with MAKING:
            if self._grid is None and not self._placing:
                self._placing = True  # agents look here for their places while they get them
                try:
                    self._grid = self.place_agents()
                finally:
                    self._placing = False
        return self._grid

    @grid.setter
    def grid(self, grid):
        """Take another grid."""
        self._grid = grid
