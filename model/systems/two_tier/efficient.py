"""The efficient allocation among firms with quadratic abatement costs: most at a price, the rest permit by permit."""

from agents.abatement import demand_at, marginal_value
from learning.jit import rule

HALVINGS = 8
"""Times that the range of prices is halved before permits go one by one: few are left then."""


@rule
def allocate_efficiently(bidders, supply, scratch):
    """Give each permit to the firm it is worth most to, in ``efficient_award``: exact, since values fall [TwoTier].

    Of firms with equal values the first gets it. Those worth a price at which there are enough for all are given at
    once; then the firms wait in a heap, so a permit costs the logarithm of their number.
    scratch : `Scratch` of at least one step per firm, overwritten with the heap and the values in it.
    """
    n = bidders.shape[0]
    heap, worth = scratch.order[:n], scratch.served[:n]
    left = int(supply - give_at(near_price(bidders, supply), bidders))
    for i in range(n):
        bidder = bidders[i]
        heap[i], worth[i] = i, marginal_value(bidder.cost, bidder.need, bidder.efficient_award + 1.0)
    for at in range(n // 2 - 1, -1, -1):
        sink(heap, worth, at)
    for _ in range(left):
        best = heap[0]
        if worth[best] <= 0.0:
            return
        bidders[best].efficient_award += 1.0
        worth[best] = marginal_value(
            bidders[best].cost, bidders[best].need, bidders[best].efficient_award + 1.0
        )
        sink(heap, worth, 0)


@rule
def near_price(bidders, supply):
    """Find a price, €, at which the firms demand at most ``supply``, t, and at a little less more of it."""
    low, high = 0.0, 0.0
    for bidder in bidders:
        high = max(high, 2.0 * marginal_value(bidder.cost, bidder.need, 1.0))  # so that nobody demands any
    for _ in range(HALVINGS):
        middle, demand = 0.5 * (low + high), 0.0
        for bidder in bidders:
            demand += demand_at(bidder.cost, bidder.need, middle)
        if demand > supply:
            low = middle
        else:
            high = middle
    return high


@rule
def give_at(price, bidders):
    """Give each firm the permits that are worth at least ``price``, €, to it; return how many, t."""
    given = 0.0
    for bidder in bidders:
        bidder.efficient_award = demand_at(bidder.cost, bidder.need, price) if price > 0.0 else 0.0
        given += bidder.efficient_award
    return given


@rule
def sink(heap, worth, at):
    """Move the firm at position ``at`` down the heap, int64[n], until no firm below it comes first."""
    moved, below = heap[at], 2 * at + 1
    while below < heap.shape[0]:
        if below + 1 < heap.shape[0] and comes_first(worth, heap[below + 1], heap[below]):
            below += 1
        if not comes_first(worth, heap[below], moved):
            break
        heap[at] = heap[below]
        at, below = below, 2 * below + 1
    heap[at] = moved


@rule
def comes_first(worth, a, b):
    """Return whether firm ``a`` gets the next permit rather than ``b``; worth : float64[n], €, of one more to each."""
    return worth[a] > worth[b] or (worth[a] == worth[b] and a < b)
