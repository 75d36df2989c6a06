"""Statements of auction theory on the formats, computed on cases small enough to try every deviation on a grid.

Bids are given, not learned, and the formats clear them. Every function returns the number of its worst case and the
count of cases; ``scale`` is 1 in the full run and less in the quick one.
"""

from functools import cache
from itertools import pairwise, product

import numpy as np

from agents.bidders.demand_schedule import RATIO
from agents.bidders.policies import truthful_actions
from batch_runs.replications.two_tier.runs import FORMATS, params_of
from model.mechanisms.auctions.base import AUCTIONS, clear
from model.systems.two_tier.worlds import Worlds, costs_from, supply_from

SEED = 20
SMALL_VALUES = {"cost_min": 0.05, "cost_max": 0.5, "top_price": "public", "need": 2}
"""First marginal values from 0.1 to 1 €/t, and bids up to 1 €/t: a reserve price of 0.3 €/t excludes some."""
TYPES = (0.3, 0.6, 0.9)


# -- cases given by hand -------------------------------------------------------------------------------------


def outcome(name, bids, supply):
    """Clear the format ``name``; bids : prices per permit, €/t, a list per bidder; 0: no bid."""
    settings = FORMATS[name]
    knobs = {knob.partition(".")[2]: value for knob, value in settings.items() if "." in knob}
    chosen = AUCTIONS[settings["auction"]].Settings(**knobs)
    price = np.array(bids, float)
    return clear(settings["auction"], price, (price > 0.0) * 1.0, supply=supply, settings=chosen)


def profit(name, values, bids, supply):
    """Profit, €, of the first bidder, whose permits are worth ``values``; parts of a permit count in proportion."""
    found = outcome(name, bids, supply)
    worth = sum(v * min(max(found.award[0] - k, 0.0), 1.0) for k, v in enumerate(values))
    return worth - found.payment[0]


def best_deviation(name, values, bids, supply, highest, steps=57):
    """Largest gain, €, of the first bidder over ``bids`` by other falling prices up to ``highest``, €/t."""
    grid = np.linspace(0.0, highest, steps)
    others = ([high, low] for high, low in product(grid, grid) if low <= high)
    best = max(profit(name, values, [mine, *bids[1:]], supply) for mine in others)
    return best - profit(name, values, bids, supply), steps * (steps + 1) // 2


REDUCED = [[10, 0], [10, 0]]
"""Two bidders for two permits who each give up the second one."""


def truthful_profit(scale):
    """Profit, €, of the first bidder when both bid truthfully, (10, 10), under HRB."""
    return profit("uniform_hrb", [10, 10], [[10, 10], [10, 10]], 2), 1


def reduced_profit(name, scale):
    """Profit, €, of the first bidder when both give up their second permit."""
    return profit(name, [10, 10], REDUCED, 2), 1


def gain_from_reduced(name, values, scale):
    """Largest gain, €, of one bidder that leaves the profile REDUCED."""
    return best_deviation(name, values, REDUCED, 2, 14.0)


def shaded(name, second, scale):
    """Profit, €, of A, who values (10, 8) and bids (10, ``second``) for three permits against B's (9, 5)."""
    return profit(name, [10, 8], [[10, second], [9, 5]], 3), 1


def gain_from_overbidding(scale):
    """Smallest gain, €, from slightly overbidding a common flat bid below the value, 10; pay-as-bid."""
    gains = []
    for common in np.linspace(0.0, 9.9, 34):
        over = common + (10.0 - common) / 4.0
        shared, alone = (
            profit("discriminatory", [10, 10], [[bid] * 2, [common] * 2], 2) for bid in (common, over)
        )
        gains.append(alone - shared)
    return min(gains), len(gains)


def gain_at_value(scale):
    """Largest gain, €, from leaving the common bid 10 while the other bidder keeps it."""
    return best_deviation("discriminatory", [10, 10], [[10, 10], [10, 10]], 2, 14.0)


# -- many auctions, by the system's own rules ----------------------------------------------------------------


def drawn(params, auctions, seed=SEED):
    """Draw costs, supply, ties and random schedules: Worlds and actions [auctions, n, 2 steps]."""
    rng = np.random.default_rng(seed)
    worlds = Worlds(params, auctions)
    worlds.rows.cost = costs_from(params, rng.random((auctions, params.n_firms)))
    worlds.supply = supply_from(params, rng.random(auctions))
    worlds.tie_key = rng.random((auctions, params.n_firms))
    return worlds, rng.random((auctions, params.n_firms, 2 * params.steps))


def replies(params, auction, drawn_worlds, actions, mine):
    """Profit, €, and award, t, of the first firm in one drawn auction for each of its actions ``mine``."""
    worlds = Worlds(params, len(mine))
    worlds.rows.cost = drawn_worlds.rows.cost[auction]
    worlds.supply = np.full(len(mine), drawn_worlds.supply[auction])
    worlds.tie_key = np.broadcast_to(drawn_worlds.tie_key[auction], (len(mine), params.n_firms)).copy()
    played = np.broadcast_to(actions[auction], (len(mine), *actions[auction].shape)).copy()
    played[:, 0] = mine
    worlds.play(played)
    return np.array(worlds.rows.profit[:, 0]), np.array(worlds.rows.award[:, 0])


def gain_over_truth(reserve, scale):
    """Largest gain, €, of any schedule on a grid over truthful bids under VCG, against random rivals."""
    params = params_of("vcg", n_firms=4, reserve_price=reserve, **SMALL_VALUES)
    auctions = int(200 * scale)
    worlds, actions = drawn(params, auctions)
    situation = worlds.situation()
    truth = np.zeros_like(actions)
    truthful_actions(situation.cost, situation.need, situation.top, RATIO, truth)
    prices, shares = np.linspace(0.0, 1.0, 11), (0.0, 0.5, 1.0)
    grid = np.array(list(product(prices, shares, prices, shares)))
    gains = []
    for k in range(auctions):
        earned, _ = replies(params, k, worlds, actions, np.vstack([truth[k, :1], grid]))
        gains.append(float(earned[1:].max() - earned[0]))
    return max(gains), auctions * len(grid)


def price_gap_of_best_replies(scale):
    """Largest pH - pL, €/t, among best replies in pay-as-bid that win two permits; cases: such replies."""
    params = params_of("discriminatory", n_firms=3, **SMALL_VALUES)
    auctions = int(300 * scale)
    worlds, actions = drawn(params, auctions)
    grid = np.linspace(0.0, 1.0, 41)
    pairs = np.array([(high, low) for high, low in product(grid, grid) if low <= high])
    one = np.full(len(pairs), 0.5)
    ratio = np.divide(pairs[:, 1], pairs[:, 0], out=np.ones(len(pairs)), where=pairs[:, 0] > 0.0)
    mine = np.column_stack([pairs[:, 0], one, ratio, one])
    gaps = []
    for k in range(auctions):
        earned, award = replies(params, k, worlds, actions, mine)
        best = int(earned.argmax())
        if award[best] == 2.0:
            gaps.append(float(pairs[best, 0] - pairs[best, 1]))
    return max(gaps), len(gaps)


def payments(name, scale, **about):
    """Payments, €, float64[auctions, n], for random schedules that are the same for every format."""
    worlds, actions = drawn(params_of(name, **about), int(20_000 * scale))
    worlds.play(actions)
    return np.array(worlds.rows.auction_payment)


def unit_demand_gap(scale):
    """Largest difference, €, between the payments of a bidder for one permit under HRB and under VCG."""
    about = {"n_firms": 5, "need": 1, "steps": 1, "reserve_price": 0.1, "top_price": "public"}
    both = [payments(name, scale, **about) for name in ("uniform_hrb", "vcg")]
    return float(np.abs(both[0] - both[1]).max()), len(both[0])


def smallest_step_down(scale):
    """Smallest fall of revenue, €, from discriminatory to LAB to HRB to VCG on identical bids."""
    about = {"n_firms": 4, "need": 3, "reserve_price": 0.3}
    earned = [
        payments(name, scale, **about).sum(1)
        for name in ("discriminatory", "uniform_lab", "uniform_hrb", "vcg")
    ]
    return float(min((more - less).min() for more, less in pairwise(earned))), len(earned[0])


# -- equilibria of unit demand under pay-as-bid --------------------------------------------------------------


def half(value):
    """Equilibrium bid of two bidders for one permit, values evenly distributed on [0, 1]."""
    return value / 2.0


def two_of_three(value):
    """Equilibrium bid of three bidders for two permits, values evenly distributed on [0, 1]."""
    return (value - 2.0 * value**2 / 3.0) / (2.0 - value)


def best_reply(bid, n, supply, value, points):
    """Best bid on a grid, €/t, against rivals who bid by the function ``bid``, and its gain over ``bid``, €.

    The rivals' values are all combinations of ``points`` equally likely ones.
    """
    params = params_of(
        "discriminatory", n_firms=n, need=1, steps=1, cost_min=0.001, cost_max=1.0, top_price="public"
    )
    rivals = np.array(list(product((np.arange(points) + 0.5) / points, repeat=n - 1)))
    worlds = Worlds(params, len(rivals))
    worlds.rows.cost = np.column_stack([np.full(len(rivals), value), rivals])
    worlds.supply, worlds.tie_key = np.full(len(rivals), float(supply)), np.zeros((len(rivals), n))
    actions = np.ones((len(rivals), n, 2))
    actions[:, 1:, 0] = bid(rivals)

    def earned(mine):
        actions[:, 0, 0] = mine
        worlds.play(actions)
        return float(worlds.rows.profit[:, 0].mean())

    grid = np.linspace(0.0, value, 61)
    profits = [earned(mine) for mine in grid]
    return float(grid[np.argmax(profits)]), max(profits) - earned(bid(value))


EQUILIBRIA = {"n = 2, Q = 1": (half, 2, 1, 2000), "n = 3, Q = 2": (two_of_three, 3, 2, 150)}


@cache
def equilibrium_rows(scale):
    """Return (game, value, formula's bid, best reply, gain, €) for every unit-demand game and value."""
    return [
        (game, value, float(bid(value)), *best_reply(bid, n, supply, value, int(points * max(scale, 0.4))))
        for game, (bid, n, supply, points) in EQUILIBRIA.items()
        for value in TYPES
    ]


def distance_from_formula(game, scale):
    """Largest distance, €/t, of a best reply to the formula's bids from the formula's own bid."""
    rows = [row for row in equilibrium_rows(scale) if row[0] == game]
    return max((reply - formula for _, _, formula, reply, _ in rows), key=abs), len(rows)
