"""Positions of agents: the only use of Mesa's MultiGrid, which is in maintenance mode."""

from math import ceil, sqrt

from mesa.space import MultiGrid


def place_at_random(agents, rng):
    """Make a grid with spare cells and put ``agents`` on different random ones; the first stands in the middle."""
    side = max(5, ceil(sqrt(4 * len(agents))))
    grid = MultiGrid(side, side, torus=False)
    middle = (side // 2, side // 2)
    cells = [(x, y) for x in range(side) for y in range(side) if (x, y) != middle]
    drawn = rng.choice(len(cells), size=len(agents) - 1, replace=False)
    for agent, cell in zip(agents, [middle] + [cells[k] for k in drawn], strict=True):
        grid.place_agent(agent, cell)
    return grid


def map_with_seat(width, height, government):
    """Make a map of ``width`` x ``height`` cells with one more row above it for the government's seat."""
    grid = MultiGrid(width, height + 1, torus=False)
    grid.place_agent(government, (0, height))
    return grid


def move_to(grid, agent, cell):
    """Move an agent to a cell, or place it there if it had none."""
    if agent.pos is None:
        grid.place_agent(agent, cell)
    elif agent.pos != cell:
        grid.move_agent(agent, cell)
