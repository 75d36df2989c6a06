"""Compact senses of an enterprise: what it sees, as 68 numbers of about unit size for small networks.

The window of the map becomes ways: the first step to the nearest free cell and to the nearest project, how much free
land each direction leads to, who stands there. Everything is derived from `Seen`; nothing is added to it.
"""

from math import log1p
from typing import NamedTuple

import numpy as np

from agents.enterprises.actions import (
    ASK,
    BID,
    FIRST_BID,
    INVEST,
    MOVES,
    PRODUCE,
    act_of,
    first_ask,
    first_move,
    order_of,
)
from agents.enterprises.land import count_near, empty_maps, map_land, see_land, see_others, size_for
from agents.enterprises.senses import GOODS_SCALE, RECENT, senses_for
from agents.enterprises.worth import coins_for
from learning.jit import jit, rule

POLLUTION = 1
"""Layer of the window."""
MOVING = 6
"""Kinds of last actions: nothing, produce, invest, bid, ask, move."""
COMPACT = 68
"""Length of the senses."""


class Law(NamedTuple):
    """Public facts by which the senses are scaled."""

    income: float
    emission_factor: float
    eta: float
    produce_labour: float
    project_cost: float
    activity: float
    """Productions per step in the expected need of permits."""
    period_length: int
    episode: int
    max_price: int
    forget: int


@jit
def sense_all(window, owners, flat, mask, labour, recent, law, compact):
    """Write the senses of all enterprises of all worlds, float32[worlds, n, `COMPACT`], from the parts of `Seen`."""
    size, freed = size_for(window.shape[2]), np.zeros(len(MOVES), np.int64)
    maps = empty_maps(size)
    for w in range(compact.shape[0]):
        for i in range(compact.shape[1]):
            row = compact[w, i]
            at = sense_state(flat[w, i], labour[w, i], recent[w, i], law, row)
            at = sense_market(flat[w, i], law, row, at)
            at = sense_choices(mask[w, i], recent[w, i], law, row, at)
            sense_land(window[w, i], owners[w, i], size, maps, freed, row, at)


@rule
def sense_state(flat, labour, recent, law, row):
    """Write time, technology, permits, coins and labour; return the next position."""
    at = senses_for(law.max_price + 1)
    scale, level = float(flat[at.scale]), float(flat[at.level])
    permits, cash = float(flat[at.permits]) / GOODS_SCALE, float(flat[at.cash]) / GOODS_SCALE
    clock = round(float(flat[at.time]) * law.episode)
    phase, emitted = clock % law.period_length, law.emission_factor * scale * level
    need = emitted * law.activity * (law.period_length - phase)
    income, penalty = law.income * scale, float(recent[RECENT.penalty])
    row[0], row[1] = flat[at.time], phase / law.period_length
    row[2], row[3] = penalty / 100.0, min(penalty * emitted / income, 5.0)
    row[4], row[5], row[6] = level, scale - 1.0, flat[at.ability] - 1.0
    row[7], row[8] = flat[at.average_level], 2.0 * emitted - 1.0
    row[9], row[10] = clipped(permits / 10.0, 3.0), clipped(permits / max(emitted, 0.02) / 10.0, 3.0)
    row[11] = clipped((permits - need) / (need + 1.0), 3.0)
    row[12], row[13] = permits < 0.0, permits >= emitted
    row[14], row[15] = log1p(max(cash, 0.0)) / 5.0, log1p(max(-cash, 0.0)) / 5.0
    row[16] = cash > law.project_cost
    row[17] = 10.0 * labour
    row[18] = min(law.produce_labour * coins_for(labour, cash, law.eta) / income, 3.0)
    row[19] = float(flat[at.effective_investments]) / 10.0
    row[20], row[21] = float(recent[RECENT.coming]) / 3.0, min(float(recent[RECENT.quiet]) / law.forget, 1.0)
    row[22] = min(float(flat[at.projects]) / GOODS_SCALE / 5.0, 3.0)
    row[23], row[24] = flat[at.column] - 0.5, flat[at.row] - 0.5
    return 25


@rule
def clipped(x, limit):
    """``x`` within ± ``limit``."""
    return min(max(x, -limit), limit)


@rule
def sense_market(flat, law, row, k):
    """Write best prices and numbers of orders; return the next position."""
    at, prices = senses_for(law.max_price + 1), law.max_price + 1
    ask, bid = prices, -1
    for price in range(prices):
        if ask == prices and flat[at.others_asks + price] > 0.0:
            ask = price
        if flat[at.others_bids + price] > 0.0:
            bid = price
    row[k], row[k + 1] = ask < prices, ask / prices
    row[k + 2], row[k + 3] = bid >= 0, (bid + 1.0) / prices
    for j, start in enumerate((at.others_asks, at.others_bids, at.own_asks, at.own_bids)):
        count = 0.0
        for price in range(prices):
            count += flat[start + price]
        row[k + 4 + j] = min(count / 5.0, 2.0)
    row[k + 8] = float(flat[at.market_rate]) / law.max_price
    return k + 9


@rule
def sense_choices(mask, recent, law, row, k):
    """Write which kinds of action are allowed and which was the last; return the next position."""
    move, ask = first_move(law.max_price), first_ask(law.max_price)
    row[k], row[k + 1] = mask[PRODUCE], mask[INVEST]
    row[k + 2], row[k + 3] = mask[FIRST_BID], mask[ask]
    for j in range(4):
        row[k + 4 + j] = mask[move + j]
    last = int(recent[RECENT.action])
    act, (side, _) = act_of(last, law.max_price), order_of(last, law.max_price)
    kind = act if act < FIRST_BID else 3 if act < ask else 4 if act < move else 5
    for j in range(MOVING):
        row[k + 8 + j] = kind == j or (j == 3 and side == BID) or (j == 4 and side == ASK)
    return k + 8 + MOVING


@rule
def sense_land(window, owners, size, maps, freed, row, k):
    """Write nearest free cell and project, free land and others per direction; to the end of the senses."""
    middle = size.side // 2
    map_land(window, owners, size, maps)
    row[k:] = 0.0
    row[k] = window[middle, middle, POLLUTION]
    free, project, land, others, near = k + 1, k + 6, k + 11, k + 15, k + 19
    for _ in range(count_near(maps, size)):
        row[near] += 1.0 / 9.0
    see_land(maps, freed, size, row, free, project, land)
    see_others(maps, size, row, others)
    for j in range(4):
        row[land + j] *= 0.1
