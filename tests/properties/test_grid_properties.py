"""Whatever the grid is like: permits and coins are conserved, land is respected, masks tell the truth."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.enterprises.actions import INVEST, PRODUCE, first_move, move_of, order_of
from model import accounts
from model.allocation import INDICATORS, ROUNDINGS, SCHEDULES
from model.issuing import ISSUING
from model.systems.grid import Grid
from model.systems.grid.episodes.inference import copy_of
from model.systems.grid.market import post_order
from model.systems.grid.movement import move
from model.systems.grid.rewards import equality_of, measure_welfare, utility_of_coins
from model.systems.grid.state import (
    GREEN,
    GREEN_OWNER,
    INSIDE,
    PROJECT,
    PROPERTY,
    PROPERTY_OWNER,
    SOURCE,
    STANDING,
    place_of,
)
from model.systems.grid.work import produce

grids = st.fixed_dictionaries(
    {
        "n_firms": st.integers(1, 10),
        "height": st.integers(4, 9),
        "width": st.integers(4, 9),
        "view": st.integers(1, 5),
        "period_length": st.integers(2, 30),
        "episode": st.sampled_from([40, 100, 500]),
        "policy": st.sampled_from(["random_action", "heuristic"]),
        "government": st.sampled_from(["rules", "even", "random_decision"]),
        "schedule": st.sampled_from(list(SCHEDULES)),
        "indicator": st.sampled_from(INDICATORS),
        "rounding": st.sampled_from(ROUNDINGS),
        "issuing": st.sampled_from(list(ISSUING)),
        "pollution_threshold": st.sampled_from([0.1, 1.0, 3.0]),
        "order_duration": st.integers(0, 10),
        "max_orders": st.integers(0, 6),
        "start_cash": st.sampled_from([0.0, 20.0, 200.0]),
    }
)
seeds = st.integers(0, 2**53 - 1)
PERMITS = ("permits", "permits_escrow")
COINS = ("cash", "cash_escrow")


def totals(model):
    """Contents of the accounts, by name."""
    firms, public = model.firms.rows, model.government
    held = {name: float(firms[name].sum()) for name in (*PERMITS, *COINS)}
    named = ("issued", "surrendered", "expired", "written_off", "cash", "product_market", "endowed")
    return held | {f"government {name}": getattr(public, name) for name in named}


@given(grid=grids, seed=seeds)
@settings(max_examples=40)
def test_permits_and_coins_are_accounted_for_after_every_step(grid, seed):
    model = Grid(rng=seed, **grid)
    for _ in range(90):
        model.step()
        firms, public = model.firms.rows, model.public.rows
        size = public.issued[0] + public.written_off[0] + public.surrendered[0] + 1.0
        assert abs(accounts.permits_missing(firms, public)) <= 1e-9 * size
        turnover = np.abs(firms.cash).sum() + abs(public.product_market[0]) + abs(public.cash[0]) + 1.0
        assert abs(accounts.cash_missing(firms, public)) <= 1e-9 * turnover


@given(grid=grids, seed=seeds)
@settings(max_examples=25)
def test_trade_and_escrow_only_change_hands(grid, seed):
    """In a step without allocation, permits change by production and projects only, whatever is traded."""
    model = Grid(rng=seed, **grid | {"policy": "random_action"})
    for _ in range(60):
        before = totals(model)
        model.step()
        after = totals(model)
        if model.government.clock % model.params.period_length == 1:
            continue
        permits = sum(after[k] - before[k] for k in PERMITS)
        coins = sum(after[k] - before[k] for k in COINS)
        change = {k: after[k] - before[k] for k in after}
        used, built = change["government surrendered"], change["government issued"]
        np.testing.assert_allclose(permits, built - used, atol=1e-9)
        outside = change["government cash"] + change["government product_market"]
        np.testing.assert_allclose(coins, -outside, atol=1e-7)
        assert change["government expired"] == change["government written_off"] == 0


@given(grid=grids, seed=seeds)
@settings(max_examples=25)
def test_escrow_is_what_stands_behind_the_book(grid, seed):
    model = Grid(rng=seed, **grid)
    for _ in range(60):
        model.step()
        book, firms = model.world.book, model.firms.rows
        bids, asks = book.side == 1, book.side == -1
        np.testing.assert_allclose(firms.cash_escrow, (book.price * bids).sum(1), atol=1e-9)
        assert firms.permits_escrow.tolist() == asks.sum(1).tolist()
        assert firms.open_orders.tolist() == (bids | asks).sum(1).tolist()
        assert (firms.open_orders <= model.params.max_orders).all()
        assert (book.age[bids | asks] <= model.params.order_duration).all()


@given(grid=grids, seed=seeds)
@settings(max_examples=25)
def test_nobody_stands_on_anothers_land_and_marks_stay(grid, seed):
    model = Grid(rng=seed, **grid)
    for _ in range(60):
        before = model.world.layers.copy()
        fresh = model.government.clock >= model.params.episode
        model.step()
        layers, owners = model.world.layers, model.world.owners
        for i, firm in enumerate(model.world.firms):
            cell = owners[place_of(firm, model.worlds.setup)]
            assert cell[STANDING] == i + 2
            assert cell[PROPERTY_OWNER] in (0, i + 2)
            assert cell[GREEN_OWNER] in (0, i + 2)
        assert (owners[..., STANDING] > 0).sum() == len(model.firms)
        assert ((layers[..., PROPERTY] > 0) == (owners[..., PROPERTY_OWNER] > 0)).all()
        assert ((layers[..., GREEN] > 0) == (owners[..., GREEN_OWNER] > 0)).all()
        assert not (layers[..., PROPERTY] * layers[..., GREEN]).any()
        assert (layers[..., PROJECT] <= layers[..., SOURCE]).all()
        assert not layers[layers[..., INSIDE] == 0].any()
        if not fresh:
            kept = [layer for layer in range(5) if layer != PROJECT]
            assert (layers[..., kept] >= before[..., kept]).all()


@given(grid=grids, seed=seeds)
@settings(max_examples=25)
def test_levels_memories_and_rewards_lie_within_their_bounds(grid, seed):
    model = Grid(rng=seed, **grid)
    for _ in range(60):
        model.step()
        firms = model.firms.rows
        assert (firms.level >= model.params.lowest_level).all() and (firms.level <= 1.0).all()
        assert (firms.effective_investments >= 0).all()
        assert (firms.effective_investments <= firms.investments).all()
        assert np.isfinite(model.firms.numbers).all()
        assert np.isfinite(model.public.numbers).all()
        wealth = firms.cash + firms.cash_escrow
        if (wealth >= 0).all():
            assert -1e-9 <= model.government.equality <= 1.0 + 1e-9


def happens(model, i, action):
    """Whether an action of enterprise i changes the world at once, in a copy of it."""
    world, setup = copy_of(model.world), model.worlds.setup
    firm = world.firms[i]
    if action == PRODUCE:
        produce(world, setup, i, 0.5)
        return firm.properties > model.firms.rows.properties[i]
    if order_of(action, setup.max_price)[0]:
        return post_order(world, setup, i, action)
    move(world, setup, i, action)
    old = model.firms.rows[i]
    return (firm.cell_row, firm.cell_col, firm.projects) != (old.cell_row, old.cell_col, old.projects)


@given(grid=grids, seed=seeds)
@settings(max_examples=25)
def test_masks_forbid_what_fails_and_allow_what_succeeds(grid, seed):
    """Two exceptions of the source's simulator: a move to a project one cannot pay for is allowed and fails; one to a
    project on which somebody stands is forbidden and would build it. Investing never fails.
    """
    model = Grid(rng=seed, **grid | {"policy": "random_action"})
    for _ in range(8):
        model.advance(7)
        mask, setup, world = model.observer.seen.mask[0], model.worlds.setup, model.world
        for i, firm in enumerate(model.firms.rows):
            free = world.layers[place_of(firm, setup)][[PROJECT, GREEN, PROPERTY]].sum() == 0
            assert mask[i, 0] == 1
            assert mask[i, INVEST] == (free and firm.cash > 0)
            for action in range(1, mask.shape[1]):
                if action != INVEST and not touches_project(model, i, action):
                    assert mask[i, action] == happens(model, i, action), (i, action)


def touches_project(model, i, action):
    """Whether a move leads to a waiting project."""
    direction = move_of(action, model.params.max_price)
    if direction < 0:
        return False
    assert action == first_move(model.params.max_price) + direction
    r, c = place_of(model.firms.rows[i], model.worlds.setup)
    dr, dc = [(0, -1), (0, 1), (-1, 0), (1, 0)][direction]
    return bool(model.world.layers[r + dr, c + dc, PROJECT])


def welfare_of(coins, shortfall=0.0, remaining=0.0, **values):
    """Welfare and equality where the enterprises have these coins."""
    model = Grid(n_firms=len(coins), rng=1, **values)
    world = model.world
    world.firms.cash[:], world.firms.shortfall[0] = coins, shortfall
    world.government.remaining = remaining
    measure_welfare(world, model.worlds.setup)
    return model.government.welfare, model.government.equality


def test_welfare_by_hand_at_its_edges():
    assert welfare_of([20.0] * 5) == (20.0, 1.0)
    assert welfare_of([7.0]) == (7.0, 1.0)
    lone = welfare_of([100.0, 0.0, 0.0, 0.0])
    np.testing.assert_allclose(lone, (0.0, 0.0), atol=1e-9)
    np.testing.assert_allclose(welfare_of([30.0, 10.0]), (0.5 * 20.0, 0.5), rtol=1e-9)
    assert welfare_of([0.0, 0.0]) == (0.0, 1.0)
    debts = welfare_of([-10.0, 30.0])
    np.testing.assert_allclose(debts, (-1.0 * 10.0, -1.0), rtol=1e-9)
    np.testing.assert_allclose(
        welfare_of([20.0] * 2, 10.0, climate_cost=0.2)[0], 20.0 * np.exp(-2.0), rtol=1e-12
    )
    assert welfare_of([20.0] * 2, remaining=-0.5)[0] == 20.0 - 10_000.0
    broke = welfare_of([-5.0, -5.0])
    np.testing.assert_allclose(broke, (-5.0, 1.0), rtol=1e-12)


def test_equality_is_the_gini_index_of_all_pairs():
    rng = np.random.default_rng(1)
    model = Grid(n_firms=7, rng=1)
    coins = rng.exponential(50.0, 7)
    model.firms.rows.cash[:] = coins
    gini = np.abs(coins[:, None] - coins).sum() / (2 * 7 * coins.sum())
    np.testing.assert_allclose(equality_of(model.world.firms, coins.sum()), 1 - gini * 7 / 6, rtol=1e-9)


def test_utility_jumps_at_zero_or_does_not():
    jump, smooth = (Grid(rng=1, utility_in_debt=kind).worlds.setup for kind in ("simulator", "continuous"))
    nothing = -1 / 0.77
    assert utility_of_coins(0.0, jump) == utility_of_coins(0.0, smooth) == nothing
    assert utility_of_coins(-1e-12, jump) > -1.001
    np.testing.assert_allclose(utility_of_coins(-1e-12, smooth), nothing, rtol=1e-9)
    assert utility_of_coins(-3.0, jump) == -4.0
    np.testing.assert_allclose(utility_of_coins(20.0, jump), (20.0**0.77 - 1) / 0.77, rtol=1e-12)
