"""Ways of an enterprise round the land of others."""

import numpy as np
import pytest

from agents.enterprises.actions import MOVES
from agents.enterprises.ways import INSIDE, PROJECT, PROPERTY, way_to

SIDE, MIDDLE = 11, 5
OTHER = 3


def surroundings(*walls, built=()):
    """Window and owners: land of others on ``walls``, own properties on ``built``, all else free."""
    window, owners = np.zeros((SIDE, SIDE, 6), np.float32), np.zeros((SIDE, SIDE, 3), np.int16)
    window[..., INSIDE] = 1.0
    owners[MIDDLE, MIDDLE, 2] = 1
    for cells, owner in ((walls, OTHER), (built, 1)):
        for r, c in cells:
            window[r, c, PROPERTY], owners[r, c, 1] = 1.0, owner
    return window, owners


def test_it_goes_round_the_land_of_others_to_a_project():
    """A wall of seven cells stands between it and a project two cells to the right: 2 + 2 x 4 steps."""
    wall = [(r, MIDDLE + 1) for r in range(MIDDLE - 3, MIDDLE + 4)]
    window, owners = surroundings(*wall)
    window[MIDDLE, MIDDLE + 2, PROJECT] = 1.0
    steps, place = 0, np.array((MIDDLE, MIDDLE))
    while window[*place, PROJECT] == 0.0 and steps < 50:
        shift = MIDDLE - place  # the window moves with it
        seen = np.roll(window, shift, (0, 1)), np.roll(owners, shift, (0, 1))
        place = place + MOVES[way_to(*seen, True, 0.3)]
        assert owners[*place, 1] != OTHER
        steps += 1
    assert steps == 10


@pytest.mark.parametrize("u", [0.0, 0.3, 0.6, 0.9])
def test_a_project_behind_a_closed_wall_is_out_of_reach(u):
    ring = [(r, c) for r in range(7, 10) for c in range(7, 10) if (r, c) != (8, 8)]
    window, owners = surroundings(*ring)
    window[8, 8, PROJECT] = 1.0
    assert way_to(window, owners, True, u) == -1
    assert way_to(window, owners, False, u) == int(4 * u)


def test_it_crosses_its_own_land_to_free_cells_and_keeps_off_projects_it_does_not_want():
    own = [(r, c) for r in range(SIDE) for c in range(SIDE) if (r, c) != (MIDDLE, SIDE - 1)]
    window, owners = surroundings(built=own)
    assert MOVES[way_to(window, owners, False, 0.0)] == (0, 1)
    window[MIDDLE, MIDDLE + 1, PROJECT] = 1.0
    assert MOVES[way_to(window, owners, False, 0.0)] in {(-1, 0), (1, 0)}
