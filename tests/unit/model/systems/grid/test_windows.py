"""Windows show the maps around enterprises, however far these have moved since they were written."""

import numpy as np

from agents.enterprises.actions import first_move
from model.systems.grid.observations import Observer
from model.systems.grid.params import GridParams
from model.systems.grid.state import FIRST_CODE, SELF
from model.systems.grid.worlds import GridWorlds, draw_chance, draw_project_cells, no_decisions

WORLDS, MOST_STEPS = 3, 4


def looked_after_steps(params, rng):
    """Play steps of producing and moving, and look after one or several of them: worlds, what is seen, cells moved."""
    worlds = GridWorlds(params, WORLDS)
    worlds.begin_at_random(np.arange(WORLDS), rng)
    observer, first = Observer(worlds.setup, WORLDS), first_move(params.max_price)
    observer.look(worlds.state, worlds.setup)
    for _ in range(150):
        before = places(worlds)
        for _ in range(rng.integers(1, MOST_STEPS + 1)):
            chance = draw_chance(params, rng, WORLDS, draw_project_cells(params, rng, WORLDS))
            actions = rng.choice([0, 1, *range(first, first + 4)], (WORLDS, params.n_firms))
            worlds.play(chance, actions, no_decisions(params, WORLDS))
        observer.look(worlds.state, worlds.setup)
        yield worlds, observer.seen, np.abs(places(worlds) - before).sum(-1)


def places(worlds):
    """Rows and columns of all enterprises, int64[worlds, n, 2]."""
    firms = worlds.state.firms
    return np.stack([firms.cell_row, firms.cell_col], -1).astype(int)


def test_windows_show_the_maps_after_moves_near_and_far():
    params, side = GridParams(n_firms=3, height=9, width=8, view=2, period_length=6), 5
    moved = set()
    for worlds, seen, distances in looked_after_steps(params, np.random.default_rng(3)):
        state = worlds.state
        for w, i in np.ndindex(distances.shape):
            top, left = places(worlds)[w, i]
            here = w, slice(top, top + side), slice(left, left + side)
            codes = np.where(state.owners[here] == i + FIRST_CODE, SELF, state.owners[here])
            assert np.array_equal(seen.window[w, i], state.layers[here])
            assert np.array_equal(seen.owners[w, i], codes)
        moved.update(distances.ravel().tolist())
    assert moved >= {0, 1, 2, 3}


def test_who_looks_for_the_first_time_sees_the_same():
    params = GridParams(n_firms=3, height=9, width=8, view=2, period_length=6)
    for worlds, seen, _ in looked_after_steps(params, np.random.default_rng(4)):
        late = Observer(worlds.setup, WORLDS)
        late.look(worlds.state, worlds.setup)
        for name, part in seen._asdict().items():
            assert np.array_equal(getattr(late.seen, name), part), name
