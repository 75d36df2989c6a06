"""Many grids at once: begin episodes, play steps. The Mesa model is the case of one world."""

import numpy as np

from learning.draws import uniform
from learning.jit import rule
from model.issuing import FREE
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.grid.rewards import measure_welfare, utility_of_coins
from model.systems.grid.state import (
    EVERYTHING,
    FIRST_CODE,
    INSIDE,
    STANDING,
    Chance,
    empty_worlds,
    world_at,
)
from model.systems.grid.step import ALLOCATION, play_and_observe_worlds, play_worlds

SKILLS = np.array([1.0, 1.2, 1.4, 1.6])
"""Research abilities and sizes, all equally likely, independently [Wang2024, simulator]."""

EVALUATION_SKILLS = ((1.2, 1.6), (1.0, 1.4), (1.2, 1.2), (1.4, 1.2), (1.6, 1.0))
"""Ability and size of the simulator's five enterprises for evaluation."""


TRIES = 200
"""Cells drawn for the projects of a period; further projects are not placed."""

UNUSED = "uniform"
"""Auction format whose rule is passed on where permits are free."""


class GridWorlds:
    """``size`` worlds that are played together.

    state : `World` of arrays with a leading axis; firms, government : float64[size, n or 1, columns], its memory.
    """

    def __init__(self, params, size, firms=None, government=None):
        """Make the worlds, before any episode; firms, government : memory to use, if a caller shares it."""
        self.size = size
        self.set_policy(params)
        self.state = empty_worlds(self.setup, size, firms, government)

    def use(self, firms, government):
        """Store enterprises and government in this memory from now on."""
        self.state = self.state._replace(
            **{
                name: numbers.view(old.dtype)[..., 0].view(np.recarray)
                for name, numbers, old in (
                    ("firms", firms, self.state.firms),
                    ("government", government, self.state.government),
                )
            }
        )

    def set_policy(self, params):
        """Take over parameters; called whenever they change."""
        self.params = params
        self.setup = params.setup()
        self.clear = AUCTIONS[params.issuing if params.issuing != FREE else UNUSED].clear

    # -- episodes ---------------------------------------------------------------------------------------------------

    def begin(self, w, cells, skills):
        """Begin an episode in world ``w``; the labour warm-up continues.

        cells : int64[n, 2], rows and columns of different cells to begin on; skills : float64[n, 2], ability, size.
        """
        self.begin_several(np.array([w]), np.array([cells]), np.array([skills]))

    def begin_several(self, which, cells, skills):
        """Begin episodes in the worlds ``which``, int64[:]; cells, skills : as in `begin`, with a leading axis."""
        self._clear(which)
        p, state = self.params, self.state
        inside = slice(p.view, p.view + p.height), slice(p.view, p.view + p.width)
        state.layers[(which, *inside, INSIDE)] = 1
        rows, columns = (cells + p.view).transpose(2, 0, 1)
        state.owners[which[:, None], rows, columns, STANDING] = np.arange(p.n_firms) + FIRST_CODE
        begun = {
            "cell_row": cells[..., 0],
            "cell_col": cells[..., 1],
            "ability": skills[..., 0],
            "scale": skills[..., 1],
            "load": skills[..., 1],
            "level": 1.0,
            "own_level": 1.0,
            "cash": p.start_cash,
            "utility": utility_of_coins(p.start_cash, self.setup),
        }
        for name, numbers in begun.items():
            state.firms[name][which] = numbers
        measure_welfares(state, which, self.setup)

    def _clear(self, which):
        """Reset these worlds, except for the labour warm-up."""
        p, state = self.params, self.state
        kept = state.government["positive_steps"][which]
        for rows in (state.firms, state.government):
            np.asarray(rows).view(np.float64)[which] = 0.0
        for array in (
            state.history,
            state.memory,
            state.layers,
            state.owners,
            state.sales,
            state.bids,
            *state.book,
        ):
            array[which] = 0
        state.memory[which, :, 1] = p.forget  # no success yet
        state.changes[which, 0] = EVERYTHING
        state.valued[which] = np.nan
        public = {
            "positive_steps": kept,
            "endowed": p.n_firms * p.start_cash,
            "average_level": 1.0,
            "penalty": p.penalty,
            "remaining": p.total_permits,
        }
        for name, numbers in public.items():
            state.government[name][which] = numbers

    def begin_at_random(self, which, rng, copies=1):
        """Begin episodes in worlds, int64[worlds], with positions and skills drawn from a generator.

        copies : the worlds are this many copies of the same ones.
        """
        p = self.params
        drawn = [(draw_cells(p, rng), draw_skills(p, rng)) for _ in range(len(which) // copies)] * copies
        self.begin_several(np.asarray(which), *(np.array(part) for part in zip(*drawn, strict=True)))

    # -- steps ------------------------------------------------------------------------------------------------------

    def needs_cells(self):
        """Return whether some world places projects in the next step."""
        return bool(((self.state.government.clock + 1) % self.params.period_length == ALLOCATION).any())

    def sells(self):
        """Return whether some world sells permits in the next step, so that enterprises have to bid."""
        return self.setup.auctioned and self.needs_cells()

    def play(self, chance, actions, decisions, observer=None):
        """Play one step of every world, and write the observations of an `Observer`.

        actions : int64[size, n], decisions : int64[size, n + 2].
        """
        step = self.clear, self.state, self.setup, chance, actions, decisions
        if observer is None:
            play_worlds(*step)
        else:
            play_and_observe_worlds(*step, observer.sight(self.state))


@rule
def measure_welfares(worlds, which, setup):
    """Write equality and welfare in some worlds."""
    for w in which:
        measure_welfare(world_at(worlds, w), setup)


def draw_cells(params, rng):
    """Draw a different cell for every enterprise, int64[n, 2], all equally likely."""
    cells = np.empty((0, 2), np.int64)
    while (missing := params.n_firms - len(cells)) > 0:
        drawn = (rng.random((missing, 2)) * (params.height, params.width)).astype(np.int64)
        cells = np.concatenate([cells, drawn])
        if len(found := dict.fromkeys(map(tuple, cells.tolist()))) < len(cells):
            cells = np.array(list(found))
    return cells


def draw_skills(params, rng):
    """Ability and size of all enterprises, float64[n, 2]: all equally likely, or those for evaluation in turn."""
    drawn = SKILLS[(rng.random((params.n_firms, 2)) * len(SKILLS)).astype(int)]
    if params.skills == "drawn":
        return drawn
    return np.array([EVALUATION_SKILLS[k % len(EVALUATION_SKILLS)] for k in range(params.n_firms)])


def no_cells(size):
    """Return no cells, for steps in which no projects are placed."""
    return np.zeros((size, 0, 2), np.int64)


def draw_project_cells(params, rng, size):
    """Draw rows and columns to try for projects, int64[size, tries, 2], all equally likely."""
    cells = np.empty((size, TRIES, 2), np.int64)
    pick_cells(uniform(rng, cells.shape), params.height, params.width, cells)
    return cells


@rule
def pick_cells(numbers, height, width, cells):
    """Write the cells, int64[size, tries, 2], that numbers in [0, 1) select."""
    for w in range(cells.shape[0]):
        for k in range(cells.shape[1]):
            cells[w, k, 0], cells[w, k, 1] = int(numbers[w, k, 0] * height), int(numbers[w, k, 1] * width)


def draw_chance(params, rng, size, cells):
    """Draw the chance of one step of ``size`` worlds from one generator; cells : int64[size, tries, 2]."""
    drawn = rng.random((4, size, params.n_firms))
    (work, move), (luck, spread) = draw_orders(drawn[:2]), drawn[2:]
    return Chance(work_order=work, luck=luck, spread=spread, move_order=move, cells=cells)


def draw_orders(numbers):
    """Return random orders, int64[..., n], from numbers in [0, 1), float64[..., n]."""
    orders = np.empty(numbers.shape, np.int64)
    shuffle_rows(numbers.reshape(-1, numbers.shape[-1]), orders.reshape(-1, numbers.shape[-1]))
    return orders


@rule
def shuffle_rows(numbers, orders):
    """Write a permutation of 0, 1, … into each row, determined by the row's numbers in [0, 1)."""
    for k in range(orders.shape[0]):
        row = orders[k]
        for i in range(row.shape[0]):
            j = int(numbers[k, i] * (i + 1))  # Fisher-Yates, from the first
            row[i] = row[j]
            row[j] = i


def no_decisions(params, size):
    """Return an active government's decisions that change nothing, int64[size, n + 2]."""
    return np.zeros((size, params.n_firms + 2), np.int64)
