"""Bids of enterprises of the grid in permit auctions: demand schedules, a step for every permit.

An enterprise bids without knowing the other bids, for the period that begins, because its old permits expire. No
step is above the fine, which is the most that a missing permit costs, and all steps together cost no more than it
can pay.
"""

from math import ceil

import numpy as np

from agents.enterprises.worth import Own, marginal_value, need_of, state_from, worth
from learning.jit import jit

STEPS = 32
"""Steps of a schedule; an enterprise that may need more permits bids for more than one in each step."""
PRICE, VOLUME = 0, 1
"""Positions of a step's price, coins/t, and volume, t."""
PRICE_SHARES = np.array([0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0])
"""Prices that learned bids may have, relative to what a permit is worth."""
VOLUME_SHARES = np.array([0.25, 0.5, 0.75, 1.0])
"""Steps of the schedule that learned bids may keep, the dearest first."""
MARKDOWNS = len(PRICE_SHARES), len(VOLUME_SHARES)
"""Alternatives of the two choices that a learned bid consists of."""
DOUBT = 3.0
"""Bids cover the need up to so many standard deviations above its mean."""


@jit
def bid_worth(facts, own, bids):
    """Write a schedule at the value of each further permit, all prices scaled down alike to fit the budget.

    bids : float64[STEPS, 2], written; 0 for unused steps. If all bids win at their own prices, they cost at most the
    share ``spending`` of its coins; the rest is for investments. If the budget is below the value of its need, a coin
    is worth more than a coin elsewhere, and every permit is worth proportionally less in coins.
    """
    bids[:] = 0.0
    fresh = Own(
        level=own.level,
        scale=own.scale,
        ability=own.ability,
        permits=0.0,
        cash=own.cash,
        clock=own.clock + 1,
        emitted=own.emitted,
        labour=own.labour,
    )
    mean, deviation = need_of(facts, fresh)
    most, budget = mean + DOUBT * deviation, facts.spending * own.cash
    size, held, total = float(max(ceil(most / STEPS), 1)), 0.0, 0.0
    for k in range(STEPS):
        if held < most and budget > 0.0:
            price = min(worth(facts, fresh, held, size) / size, marginal_value(facts, fresh))
            bids[k, PRICE], bids[k, VOLUME] = price, size
            total += price * size
            held += size
    if total > budget > 0.0:
        bids[:, PRICE] *= budget / total


@jit
def bid_worth_of_all(flat, labour, facts, bids):
    """Write the schedules of `bid_worth` for all enterprises of all worlds; bids : float64[worlds, n, STEPS, 2]."""
    for w in range(bids.shape[0]):
        for i in range(bids.shape[1]):
            bid_worth(facts, state_from(facts, flat[w, i], labour[w, i]), bids[w, i])


@jit
def mark_down_all(bids, drawn):
    """Lower prices and drop steps of schedules, float64[worlds, n, STEPS, 2]; drawn : int64[worlds x n, 2], choices."""
    for w in range(bids.shape[0]):
        for i in range(bids.shape[1]):
            price, volume = drawn[w * bids.shape[1] + i]
            mark_down(bids[w, i], PRICE_SHARES[price], VOLUME_SHARES[volume])


@jit
def mark_down(bids, price_share, volume_share):
    """Multiply all prices of a schedule by a share, and keep a share of its used steps, rounded up."""
    used = 0
    for k in range(STEPS):
        used += bids[k, VOLUME] > 0.0
    kept = ceil(volume_share * used)
    for k in range(STEPS):
        bids[k, PRICE] *= price_share
        if k >= kept:
            bids[k, VOLUME] = 0.0


@jit
def bid_at_random(cash, penalty, u, bids):
    """Write one random step: whole price up to the fine, whole permits, within ``cash``; u : float64[2] in [0, 1)."""
    bids[:] = 0.0
    highest = int(min(penalty, cash))
    if highest >= 1:
        price = 1 + int(u[0] * highest)
        bids[0, PRICE], bids[0, VOLUME] = price, 1 + int(u[1] * min(int(cash / price), STEPS))


@jit
def bid_at_random_for_all(cash, penalty, chance, bids):
    """Write random schedules; cash : float[worlds, n], chance : float64[worlds, n, 2]."""
    for w in range(bids.shape[0]):
        for i in range(bids.shape[1]):
            bid_at_random(float(cash[w, i]), penalty, chance[w, i], bids[w, i])
