"""Movement phase of a step: enterprises move one after the other and build certified projects [Wang2024]."""

import numpy as np

from agents.enterprises.actions import MOVES, move_of
from learning.jit import rule
from model import accounts
from model.systems.grid.state import (
    FIRST_CODE,
    GREEN,
    GREEN_OWNER,
    NOBODY,
    PROJECT,
    STANDING,
    may_stand,
    place_of,
    touch,
)

STEPS = np.array(MOVES)
PERMITS_OF_A_PROJECT = 1.0


@rule
def move_all(world, setup, chance, actions):
    """Move every enterprise whose action is a move, in this step's order; actions : int64[n]."""
    for k in range(setup.n):
        i = chance.move_order[k]
        move(world, setup, i, actions[i])


@rule
def move(world, setup, i, action):
    """Move enterprise i if its action is a move and the cell can be entered; build a project waiting there first.

    An enterprise that cannot pay for the project stays. Whether the cell can be entered is checked after building, so
    a project under another enterprise is built from outside.
    """
    direction = move_of(action, setup.max_price)
    if direction < 0:
        return
    firm = world.firms[i]
    r, c = place_of(firm, setup)
    to_r, to_c = r + STEPS[direction, 0], c + STEPS[direction, 1]
    if world.layers[to_r, to_c, PROJECT] != 0:
        if firm.cash <= setup.project_cost:
            return
        build_project(world, setup, i, to_r, to_c)
    if may_stand(world.layers[to_r, to_c], world.owners[to_r, to_c], i + FIRST_CODE):
        stand(world, setup, i, to_r, to_c)
        firm.labour += setup.move_labour


@rule
def build_project(world, setup, i, r, c):
    """Complete a waiting project for enterprise i, which earns a permit."""
    firm = world.firms[i]
    firm.projects += 1.0
    world.layers[r, c, PROJECT], world.layers[r, c, GREEN] = 0, 1
    world.owners[r, c, GREEN_OWNER] = i + FIRST_CODE
    touch(world, r, c)
    accounts.certify(firm, world.government, PERMITS_OF_A_PROJECT)
    firm.labour += setup.project_labour
    accounts.buy_goods(firm, world.government, setup.project_cost)
    world.government[0].green_projects += 1.0


@rule
def stand(world, setup, i, r, c):
    """Place enterprise i on a cell of the maps and clear the cell it leaves."""
    firm = world.firms[i]
    old_r, old_c = place_of(firm, setup)
    if world.owners[old_r, old_c, STANDING] == i + FIRST_CODE:
        world.owners[old_r, old_c, STANDING] = NOBODY
    world.owners[r, c, STANDING] = i + FIRST_CODE
    touch(world, old_r, old_c)
    touch(world, r, c)
    firm.cell_row, firm.cell_col = float(r - setup.margin), float(c - setup.margin)
