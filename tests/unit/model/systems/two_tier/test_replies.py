"""The policy that replies best to truthful rivals, and what its replies are worth."""

import numpy as np
import pytest

from model.streams import Streams
from model.systems.two_tier import TwoTier
from model.systems.two_tier.equilibrium import deviations
from model.systems.two_tier.replies import BestResponse, price_grid
from model.systems.two_tier.worlds import Worlds, draw_chance

SMALL = {"n_firms": 3, "need": 2}
FORMATS = {
    "vcg": {"auction": "vcg"},
    "highest rejected": {"auction": "uniform", "uniform.price_rule": "highest_rejected"},
    "lowest accepted": {"auction": "uniform"},
    "discriminatory": {"auction": "discriminatory"},
}
FINE = {"best_response.draws": 200, "best_response.grid": 21, "best_response.cost_bins": 21}


def made(policy="best_response", **values):
    return TwoTier(policy=policy, rng=1, **SMALL | values)


def replying_alone(**values):
    """Mean profit of the first firm when it replies to truthful rivals, and when it too bids the truth."""
    reply, truth = made(**values).policy, made("truthful_schedule", **values)
    params = truth.params
    worlds, chance = Worlds(params, 3000), draw_chance(params, Streams(9), 3000)
    worlds.begin(chance)
    situation = worlds.situation()
    actions = truth.policy.act(situation, chance.action)
    worlds.play(actions)
    honest = worlds.rows.profit[:, 0].mean()
    actions[:, 0] = reply.act(situation, chance.action)[:, 0]
    worlds.play(actions)
    return worlds.rows.profit[:, 0].mean(), honest


@pytest.mark.parametrize("name", ["highest rejected", "lowest accepted", "discriminatory"])
def test_the_best_reply_earns_more_than_the_truth_where_shading_pays(name):
    reply, truth = replying_alone(**FORMATS[name], **FINE)
    assert reply > truth + 0.02


def test_under_vcg_the_best_reply_earns_what_the_truth_earns():
    reply, truth = replying_alone(**FORMATS["vcg"], **FINE)
    assert truth - 0.01 <= reply <= truth + 1e-9


@pytest.mark.parametrize("name", FORMATS)
def test_the_reply_is_the_best_price_of_the_grid_for_its_cost(name):
    """In the middle of a bin, against the rivals it imagines, nothing on the grid earns more."""
    model = made(**FORMATS[name])
    worlds = model.policy.imagine(0.5, 3.0)
    grid = price_grid(11, 2)
    profits = {}
    for row, shares in enumerate(grid):
        worlds.schedules.price[:, 0] = shares * 2.0  # the first permit of a firm of cost 1 is worth 2
        award, payment = np.zeros(3), np.zeros(3)
        earned = []
        for w in range(32):
            book = worlds.schedules.price[w], worlds.schedules.volume[w]
            terms = 3.0, 0.0, worlds.tie_key[w], worlds.setup.auction, worlds.schedules.scratch
            worlds.auction.clear(*book, *terms, award, payment)
            earned.append({0: 0.0, 1: 2.0, 2: 3.0}[award[0]] - payment[0])
        profits[row] = np.mean(earned)
    best = grid[max(profits, key=profits.get)]
    assert model.policy.reply(5, 3.0).tolist() == best.tolist()


def test_replies_depend_on_what_the_firm_knows_only(same_bits):
    """Other costs of the rivals, same bid."""
    params = made().params
    policy = made().policy
    worlds, chance = Worlds(params, 2), draw_chance(params, Streams(2), 2)
    chance.supply[:] = 0.5
    chance.cost[:, 0] = 0.3
    worlds.begin(chance)
    actions = policy.act(worlds.situation(), chance.action)
    assert (chance.cost[0, 1:] != chance.cost[1, 1:]).all()
    assert same_bits(actions[0, 0], actions[1, 0])


@pytest.mark.parametrize("repair", ["ratio", "sort", "clip"])
@pytest.mark.parametrize("top_price", ["own", "public"])
def test_the_reply_is_the_same_schedule_however_it_is_expressed(repair, top_price):
    usual, other = made(), made(repair=repair, top_price=top_price)
    for model in (usual, other):
        model.advance(20)
    for column in ("high_price", "high_volume", "low_price", "low_volume"):
        one, two = (m.datacollector.rows()[1][column] for m in (usual, other))
        assert one == pytest.approx(two)


def test_another_market_another_reply():
    """A live change of the reserve price makes the replies anew."""
    model = made(auction="discriminatory")
    model.advance(10)
    before = model.policy.reply(5, 3.0)
    model.change_policy(reserve_price=1.8)
    assert model.policy.replies == {}
    assert not np.array_equal(model.policy.reply(5, 3.0), before)


def test_firms_of_one_cost_reply_too():
    model = made(cost_min=1.0, cost_max=1.0)
    model.advance(5)
    assert isinstance(model.policy, BestResponse)
    assert np.isfinite(model.firms.numbers).all()


def test_a_reply_to_the_truth_is_no_equilibrium():
    """When all reply to the truth, a further deviation pays: this is why learning is needed."""
    found = deviations(made(**FORMATS["discriminatory"]), 0, types=10, draws=100)
    assert found.gain() > 0.01
