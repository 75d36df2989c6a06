"""Places of agents on the map."""

import mesa
import numpy as np
import pytest
from mesa.space import MultiGrid

from model.place import place_at_random


@pytest.mark.parametrize("n", [1, 2, 6, 25, 201])
def test_everybody_stands_on_a_cell_of_its_own_and_the_first_in_the_middle(n):
    agents = [mesa.Agent(mesa.Model(rng=1)) for _ in range(n)]
    grid = place_at_random(agents, np.random.default_rng(1))
    assert isinstance(grid, MultiGrid)
    assert len({agent.pos for agent in agents}) == n
    assert agents[0].pos == (grid.width // 2, grid.height // 2)
    assert n <= grid.width * grid.height / 2


def test_places_follow_the_generator():
    def places(seed):
        agents = [mesa.Agent(mesa.Model(rng=1)) for _ in range(6)]
        place_at_random(agents, np.random.default_rng(seed))
        return [agent.pos for agent in agents]

    assert places(1) == places(1) != places(2)
