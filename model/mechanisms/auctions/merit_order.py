"""The merit order: highest bids first until the supply is gone, from the beginning or from where one bid changed."""

import numpy as np

from learning.jit import rule
from learning.rows import natural, order_falling
from model.mechanisms.auctions.base import (
    AGAIN,
    AT,
    EVERY_BID,
    EXHAUSTED,
    LEAST_SHARE,
    TIE_RULE,
    UNDERSUBSCRIBED,
)

LEFT, ACCEPTED, UNPRICED = range(3)
"""Columns of ``Scratch.stood``.

Loops say ``0 <= first`` so that the compiler knows that no position counts from the end: a tenth of a clearing.
"""


@rule
def fill(scratch, begin, supply, reserve, tie_key, settings):
    """Serve steps in merit order until ``supply`` is gone [Esmaeili2021, Eqs. 2.3-2.5; Esmaeili2022, Eqs. 3-5].

    It begins at position ``begin`` of ``scratch.order``, 0 or a level at which the last filling stood, and writes
    ``scratch.served``, zeros from there on. The marginal price is the first at which the cumulated volume reaches the
    supply; steps tied there share what is left by the tie rule; below it, and below the reserve, nobody is served.
    Returns the lowest bid accepted, €/t (that of the marginal bidder; if demand falls short of supply, the reserve, or
    the lowest bid served; the reserve where there is no such bid; volumes below `LEAST_SHARE` of the supply do not set
    it), and for `highest_rejected` the position of the first step not served in full, and what is served of its level.
    """
    price, volume, order, award = scratch.price, scratch.volume, scratch.order, scratch.served
    m, least, keeps = order.shape[0], LEAST_SHARE * supply, scratch.again[AGAIN.changed] != EVERY_BID
    first, left, accepted, unpriced = begin, supply, reserve, 0.0
    if begin > 0:
        left, accepted, unpriced = (
            scratch.stood[begin, LEFT],
            scratch.stood[begin, ACCEPTED],
            scratch.stood[begin, UNPRICED],
        )
    while 0 <= first < m and price[natural(order[first])] >= reserve and left > EXHAUSTED * supply:
        level = price[natural(order[first])]
        behind, tied = level_at(price, volume, order, first)
        if keeps:
            keep_state(scratch, first, behind, left, accepted, unpriced)
        unpriced += min(tied, left)
        if tied > 0.0 and unpriced >= least:
            accepted, unpriced = level, 0.0
        if tied - left > EXHAUSTED * supply:
            ration(volume, order, first, behind, left, tied, tie_key, settings[AT.tie_rule], award)
            return accepted, (first, left)
        if tied > 0.0:
            for k in range(first, behind):
                award[natural(order[k])] = min(left / tied, 1.0) * volume[natural(order[k])]
        left = max(left - tied, 0.0)
        first = behind
    if keeps:
        keep_state(scratch, first, first, left, accepted, unpriced)
    if settings[AT.undersubscribed] == UNDERSUBSCRIBED.reserve and left > EXHAUSTED * supply:
        accepted = reserve
    return accepted, (first, 0.0)


@rule
def keep_state(scratch, first, behind, left, accepted, unpriced):
    """Keep where the filling stands at the price level ``order[first:behind]``, so that another can go on from it."""
    stood = scratch.stood
    stood[first, LEFT], stood[first, ACCEPTED], stood[first, UNPRICED] = left, accepted, unpriced
    scratch.again[AGAIN.level], scratch.again[AGAIN.behind] = first, behind


@rule
def level_at(price, volume, order, first):
    """Find the steps that bid the price of ``order[first]``: the position behind them, and their volume, t."""
    behind, tied = first, 0.0
    while 0 <= behind < order.shape[0] and price[natural(order[behind])] == price[natural(order[first])]:
        tied += volume[natural(order[behind])]
        behind += 1
    return behind, tied


@rule
def highest_rejected(scratch, unserved, supply, reserve):
    """Find the highest price, €/t, of a bid rejected in whole or in part; the reserve where there is none.

    unserved : what `fill` found. Volumes below `LEAST_SHARE` of the supply do not set it.
    """
    price, volume, order = scratch.price, scratch.volume, scratch.order
    first, served = unserved
    rejected = -served
    while 0 <= first < order.shape[0] and price[natural(order[first])] >= reserve:
        behind, tied = level_at(price, volume, order, first)
        rejected += tied
        if tied > 0.0 and rejected >= LEAST_SHARE * supply:
            return price[natural(order[first])]
        first = behind
    return reserve


@rule
def ration(volume, order, first, behind, left, tied, tie_key, tie_rule, award):
    """Divide ``left`` permits, t, among ``order[first:behind]``, which bid one price for ``tied`` permits in all.

    pro_rata: in proportion to volume. pro_rata_whole: the whole part of that share, then one more permit each, in
    the order of the bidders' keys, until none is left. random: each in full in the order of the keys, until none is
    left. largest_remainder: as pro_rata_whole, in the order of what the rounding took from the shares, equal ones in
    that of the keys.
    """
    if tie_rule == TIE_RULE.pro_rata:
        for k in range(first, behind):
            award[natural(order[k])] = left / tied * volume[natural(order[k])]
        return
    per_unit, at_most = left / tied, np.inf
    if tie_rule != TIE_RULE.random:
        at_most = 1.0
        for k in range(first, behind):
            award[order[k]] = float(int(per_unit * volume[order[k]] + EXHAUSTED))
            left -= award[order[k]]
    per_bidder = volume.shape[0] // tie_key.shape[0]
    s = -1
    for _ in range(first, behind):
        if tie_rule == TIE_RULE.largest_remainder:
            s = most_rounded_off(volume, order, first, behind, per_unit, tie_key, per_bidder, award)
        else:
            s = next_by_key(order, first, behind, tie_key, per_bidder, s)
        more = min(min(volume[s] - award[s], left), at_most)
        award[s] += more
        left -= more


@rule
def most_rounded_off(volume, order, first, behind, per_unit, tie_key, per_bidder, award):
    """Find the step of ``order[first:behind]`` whose ``award`` is farthest below its share; of equals by key."""
    best = order[first]
    for k in range(first + 1, behind):
        s = order[k]
        more = (per_unit * volume[s] - award[s]) - (per_unit * volume[best] - award[best])
        if more > EXHAUSTED or (more >= -EXHAUSTED and is_ahead(tie_key, per_bidder, s, best)):
            best = s
    return best


@rule
def next_by_key(order, first, behind, tie_key, per_bidder, last):
    """Find the step of ``order[first:behind]`` after ``last`` by bidder's key, then number; last = -1: the first."""
    best = -1
    for k in range(first, behind):
        s = order[k]
        follows = last < 0 or is_ahead(tie_key, per_bidder, last, s)
        if follows and (best < 0 or is_ahead(tie_key, per_bidder, s, best)):
            best = s
    return best


@rule
def is_ahead(tie_key, per_bidder, a, b):
    """Return whether step ``a`` comes before step ``b`` by the keys of their bidders, then by number."""
    mine, other = tie_key[a // per_bidder], tie_key[b // per_bidder]
    return mine < other or (mine == other and a < b)


@rule
def add_up(served, steps, award):
    """Write each bidder's award, t: the sum of float64[n steps] ``served`` over its steps."""
    if steps == 1:
        for i in range(award.shape[0]):
            award[i] = served[i]
        return
    for i in range(award.shape[0]):
        award[i] = 0.0
        for k in range(steps):
            award[i] += served[i * steps + k]


@rule
def line_up(numbers, line):
    """Copy float64[n, steps] into float64[n steps]; for few bids much faster than ``reshape``, a call of a library."""
    steps = numbers.shape[1]
    if steps == 1:
        for i in range(numbers.shape[0]):
            line[i] = numbers[i, 0]
        return
    for i in range(numbers.shape[0]):
        for k in range(steps):
            line[i * steps + k] = numbers[i, k]


@rule
def serve(price, volume, supply, reserve, tie_key, settings, scratch, award):
    """Serve demand schedules, float64[n, steps], highest prices first; write each bidder's award, t.

    The steps' order and awards stay in ``scratch``. Returns what `fill` does.
    """
    line_up(price, scratch.price)
    line_up(volume, scratch.volume)
    order_falling(scratch.price, scratch.order, scratch.spare)
    scratch.served[:] = 0.0
    found = fill(scratch, 0, supply, reserve, tie_key, settings)
    add_up(scratch.served, price.shape[1], award)
    return found


# -- one bid has changed --------------------------------------------------------------------------------------------


@rule
def serve_again(price, volume, supply, reserve, tie_key, settings, scratch, award):
    """Do as `serve`, from where the last call stopped agreeing if the bids differ in one bidder's only.

    A format that calls it once, and `serve` not at all, answers in a fraction of the time what would have happened
    with other bids of one bidder. Supply, reserve, keys and settings must be the last call's. The result is the same
    to the last bit: whatever comes before the changed bid, in its old and its new place, is computed as before.
    """
    if scratch.again[AGAIN.changed] < 0:
        return serve(price, volume, supply, reserve, tie_key, settings, scratch, award)
    begin = exchange_bid(price, volume, scratch)
    found = fill(scratch, begin, supply, reserve, tie_key, settings)
    add_up(scratch.served, price.shape[1], award)
    return found


@rule
def exchange_bid(price, volume, scratch):
    """Put the changed bidder's steps in their new places; return the position from which to fill again.

    The awards from there on become zero.
    """
    steps, order, served, again = price.shape[1], scratch.order, scratch.served, scratch.again
    bidder, first = again[AGAIN.changed], order.shape[0]
    for k in range(steps):
        s = bidder * steps + k
        served[s], scratch.volume[s] = 0.0, volume[bidder, k]
        at = find(order, s, again[AGAIN.moved])
        first = min(first, level_start(scratch.price, order, at))
        scratch.price[s] = price[bidder, k]
        at = move(scratch.price, order, at)
        first = min(first, level_start(scratch.price, order, at))
    again[AGAIN.same] = first > again[AGAIN.level] and first >= again[AGAIN.behind]
    again[AGAIN.moved] = first
    begin = min(first, again[AGAIN.level])
    for k in range(begin, min(again[AGAIN.behind] + steps, order.shape[0])):
        served[order[k]] = 0.0
    return begin


@rule
def find(order, s, at):
    """Position of step ``s`` in the order, looked for from position ``at`` on and then from the beginning."""
    while order[at] != s:
        at = at + 1 if at + 1 < order.shape[0] else 0
    return at


@rule
def level_start(price, order, at):
    """Position of the first step that bids the price of ``order[at]``."""
    while at > 0 and price[order[at - 1]] == price[order[at]]:
        at -= 1
    return at


@rule
def move(price, order, at):
    """Move the step at position ``at``, whose price has changed, to its place in the merit order; return that."""
    s = order[at]
    while at > 0 and ranks_before(price, s, order[at - 1]):
        order[at] = order[at - 1]
        at -= 1
    while at + 1 < order.shape[0] and ranks_before(price, order[at + 1], s):
        order[at] = order[at + 1]
        at += 1
    order[at] = s
    return at


@rule
def ranks_before(price, a, b):
    """Return whether step ``a`` comes before step ``b`` in the merit order: by price, then by number."""
    return price[a] > price[b] or (price[a] == price[b] and a < b)


@rule
def payers(scratch, bidders):
    """The range of bidders, first and behind the last, whose payments will be read."""
    changed = scratch.again[AGAIN.changed]
    return (changed, changed + 1) if changed >= 0 else (0, bidders)


@rule
def awards_stay(scratch):
    """Return whether one bid alone has changed since the last clearing, and with it no award."""
    return scratch.again[AGAIN.changed] >= 0 and scratch.again[AGAIN.same] == 1
