"""The compiled rules of the grid and a plain-Python reading of them, step by step on random worlds."""

import numpy as np
import pytest

from agents.enterprises.bids import STEPS as STEPS_BID
from model.issuing import ISSUING
from model.systems.grid.observations import Observer
from model.systems.grid.params import GridParams
from model.systems.grid.state import GREEN_OWNER, LAYERS, PROPERTY_OWNER, STANDING, history_of, view_world
from model.systems.grid.worlds import (
    GridWorlds,
    draw_cells,
    draw_chance,
    draw_project_cells,
    draw_skills,
    no_cells,
)
from tests.plain_grid import PlainGrid

COLUMNS = {
    "cash": "coin",
    "cash_escrow": "coin_escrow",
    "permits": "credit",
    "permits_escrow": "credit_escrow",
    "projects": "projects",
    "labour": "labor",
    "emissions": "emitted",
    "period_emissions": "emitted_year",
    "level": "level",
    "effective_investments": "count",
    "ability": "ability",
    "scale": "size",
}
STEPS = 150


def random_params(rng):
    """Parameters of a small, crowded world, of every kind."""

    def one_of(*values):
        return values[rng.integers(len(values))]

    forget = int(rng.integers(1, 12))
    return GridParams(
        n_firms=int(rng.integers(1, 11)),
        height=int(rng.integers(4, 10)),
        width=int(rng.integers(4, 10)),
        view=int(rng.integers(1, 6)),
        period_length=int(rng.integers(5, 40)),
        episode=one_of(100, 150, 500),
        delay=int(rng.integers(0, forget)),
        forget=forget,
        max_price=int(rng.integers(1, 21)),
        max_orders=int(rng.integers(0, 8)),
        order_duration=int(rng.integers(0, 12)),
        pollution_threshold=one_of(0.2, 0.8, 3.0),
        start_cash=one_of(0.0, 5.0, 20.0, 100.0),
        technology=one_of(0.05, 0.1, 0.5),
        research_failure=one_of(0.0, 0.3),
        labour_warmup=one_of(0.0, 50.0, 10_000.0),
        climate_cost=one_of(0.05, 0.2),
        total_permits=one_of(50.0, 200.0, 400.0),
        government=one_of("rules", "rules", "random_decision"),
        fixed_penalty=one_of(True, False),
        government_actions=one_of("simulator", "clean"),
        most_percent=one_of(25.0, 100.0),
        schedule=one_of("flat", "decreasing", "convex", "manual"),
        indicator=one_of("size", "grandfathering", "benchmarking", "manual"),
        manual_percentages=one_of("10", "0 40 7.5"),
        manual_weights=one_of("1", "0", "3 0 1.5 2"),
        rounding=one_of("down", "largest_remainder", "none"),
        research=one_of("exponential", "exponential", "logarithmic"),
        pollution_cells=one_of("simulator", "neighbours"),
        utility_in_debt=one_of("simulator", "continuous"),
        issuing=one_of("free", *ISSUING),
        reserve_price=one_of(0.0, 2.0),
    )


def random_bids(rng, n):
    """Schedules of some steps, rising and falling, some with equal prices, some beyond all coins."""
    bids = np.stack([rng.integers(0, 31, (n, STEPS_BID)) * 1.0, rng.random((n, STEPS_BID)) * 4.0], axis=-1)
    return bids * (rng.random((n, STEPS_BID, 1)) < 0.2)


class Both:
    """One world twice, and what is seen of the compiled one."""

    def __init__(self, params, rng):
        self.params, self.rng = params, rng
        self.worlds = GridWorlds(params, 1)
        setup = self.worlds.setup
        cells, skills = draw_cells(params, rng), draw_skills(params, rng)
        self.worlds.begin(0, cells, skills)
        self.plain = PlainGrid(params, cells, skills, setup.weights, setup.percentages)
        self.world = view_world(self.worlds.state, 0)
        self.observer, self.active = Observer(setup, 1), setup.active
        self.seen, self.public = self.observer.seen, self.observer.public
        self.look()

    def look(self):
        self.observer.look(self.worlds.state, self.worlds.setup)

    def step(self):
        p, rng, n = self.params, self.rng, self.params.n_firms
        cells = draw_project_cells(p, rng, 1) if self.worlds.needs_cells() else no_cells(1)
        chance = draw_chance(p, rng, 1, cells)
        allowed = [np.flatnonzero(mask) for mask in self.seen.mask[0]]
        actions = np.array([rng.choice(a) for a in allowed])
        anything = rng.integers(0, self.seen.mask.shape[-1], n)
        actions = np.where(rng.random(n) < 0.2, anything, actions)  # the step must not rely on masks
        actions = np.where(rng.random(n) < 0.3, 1, actions)
        decision = rng.integers(0, 102, n + 2)
        decision[n] = rng.integers(0, 27)
        decision[: n + 1] *= rng.random() > 0.1
        self.world.bids[:] = random_bids(rng, n)
        self.worlds.play(chance, actions[None], decision[None])
        rewards = self.plain.step(actions, decision, chance.of(0), self.active, self.world.bids.tolist())
        self.look()
        return rewards

    def check(self):
        world, plain, public = self.world, self.plain, self.world.government[0]
        for ours, theirs in COLUMNS.items():
            assert world.firms[ours].tolist() == [firm[theirs] for firm in plain.firms], ours
        places = np.stack([world.firms.cell_row, world.firms.cell_col], axis=1).astype(int).tolist()
        assert places == [list(firm["loc"]) for firm in plain.firms]
        assert [history_of(world, i).tolist() for i in range(plain.n)] == [f["history"] for f in plain.firms]
        assert world.firms.open_orders.tolist() == plain.open
        assert world.firms.shortfall.tolist() == plain.excess
        assert np.array_equal(world.sales, plain.price_history)
        now = (public.penalty, public.period, public.project_permits, public.average_level, public.remaining)
        assert now == (
            plain.punishment,
            plain.year,
            plain.project_credit,
            plain.avg_level,
            plain.remaining,
        )
        assert world.firms.listed.tolist() == plain.firm_credit
        assert public.positive_steps == plain.integrator
        m = self.params.view
        layers, owners = (part[m:-m, m:-m] for part in (world.layers, world.owners))
        assert np.array_equal(layers[..., :LAYERS], np.stack(list(plain.maps.values()), axis=-1))
        for layer, logged in (
            (GREEN_OWNER, plain.green_owner),
            (PROPERTY_OWNER, plain.property_owner),
            (STANDING, plain.standing),
        ):
            assert np.array_equal(owners[..., layer], np.where(logged < 0, 0, logged + 2))

    def check_rewards(self, rewards):
        ours = [*self.world.firms.reward.tolist(), float(self.world.government.reward[0])]
        assert ours == pytest.approx([*rewards[0], rewards[1]], rel=1e-9, abs=1e-9)

    def check_seen(self):
        for i in range(self.plain.n):
            window, owners, numbers, mask = self.plain.observe(i)
            assert np.array_equal(self.seen.window[0, i], window)
            assert np.array_equal(self.seen.owners[0, i], owners)
            np.testing.assert_allclose(self.seen.flat[0, i], numbers, rtol=1e-6)
            assert np.array_equal(self.seen.mask[0, i], mask)
        flat, enterprises = self.plain.government_numbers()
        np.testing.assert_allclose(self.public.flat[0], flat, rtol=1e-6)
        np.testing.assert_allclose(self.public.enterprises[0], enterprises, rtol=1e-6)
        if self.active:
            assert np.array_equal(self.public.mask[0], self.plain.government_mask())


@pytest.mark.parametrize("seed", range(60))
def test_kernel_and_plain_python_agree_in_every_state_mask_reward_and_observation(seed):
    rng = np.random.default_rng(seed)
    both = Both(random_params(rng), rng)
    both.check()
    both.check_seen()
    for _ in range(STEPS):
        rewards = both.step()
        both.check()
        both.check_rewards(rewards)
        both.check_seen()


def test_the_random_worlds_reach_what_is_rare():
    """Pollution, debts, deficits, completed projects, forgotten investments, trades: all occur somewhere.

    So do worlds of one enterprise, rules given by hand, and governments whose choices are clean.
    """
    drawn = [random_params(np.random.default_rng(seed)) for seed in range(60)]
    assert any(p.n_firms == 1 for p in drawn)
    assert any(p.government_actions == "clean" and p.government != "rules" for p in drawn)
    for name in ("schedule", "indicator"):
        assert any(getattr(p, name) == "manual" and p.government == "rules" for p in drawn), name
    rare = ("pollution", "debt", "shortfall", "projects", "lapse", "trades", "unplaced", "sold")
    seen = dict.fromkeys(rare, 0)
    for seed in range(60):
        rng = np.random.default_rng(seed)
        both = Both(random_params(rng), rng)
        for _ in range(STEPS):
            both.step()
            world = both.world
            seen["pollution"] += int(world.layers[..., 1].any())
            seen["debt"] += int((world.firms.cash < 0).any())
            seen["shortfall"] += int((world.firms.shortfall > 0).any())
            seen["projects"] += int(world.firms.projects.any())
            seen["lapse"] += int((world.history == 2).any())
            seen["trades"] += int(world.government.trades[0])
            seen["unplaced"] += int(world.government.unplaced[0] > 0)
            seen["sold"] += int(world.government.permits_sold[0] > 0)
    assert min(seen.values()) > 0, seen
