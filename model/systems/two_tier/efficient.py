"""The efficient allocation among firms with quadratic abatement costs: permit by permit, from a heap of the firms."""

from agents.abatement import marginal_value
from learning.jit import rule


@rule
def allocate_efficiently(bidders, supply, scratch):
    """Give each permit to the firm it is worth most to, in ``efficient_award``: exact, since values fall [TwoTier].

    Of firms with equal values the first gets it. The firms wait in a heap, so a permit costs the logarithm of their
    number. scratch : `Scratch` of at least one step per firm, overwritten with the heap and the values in it.
    """
    n = bidders.shape[0]
    heap, worth = scratch.order[:n], scratch.served[:n]
    for i in range(n):
        bidders[i].efficient_award = 0.0
        heap[i], worth[i] = i, marginal_value(bidders[i].cost, bidders[i].need, 1.0)
    for at in range(n // 2 - 1, -1, -1):
        sink(heap, worth, at)
    for _ in range(int(supply)):
        best = heap[0]
        if worth[best] <= 0.0:
            return
        bidders[best].efficient_award += 1.0
        worth[best] = marginal_value(
            bidders[best].cost, bidders[best].need, bidders[best].efficient_award + 1.0
        )
        sink(heap, worth, 0)


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
