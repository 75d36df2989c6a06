"""Vickrey-Clarke-Groves: every winner pays the value of its permits to the others, by their bids."""

from learning.jit import kernel, rule
from model.mechanisms.auctions.base import AGAIN, AUCTIONS, CLEAR, EXHAUSTED, Auction, rations_by_key
from model.mechanisms.auctions.merit_order import awards_stay, serve_again


@rule
def add_up_others(scratch, limit, reserve, steps, reached):
    """Write the volume, t, that the others of each bidder bid before all bids together pass ``limit``.

    Returns the position of the merit order where they do, or where bids fall below the reserve. There is a sum for
    every bidder, as a difference would round otherwise; one bidder after the other, each addition would wait for the
    one before.
    """
    price, volume, order = scratch.price, scratch.volume, scratch.order
    together = 0.0
    for i in range(reached.shape[0]):
        reached[i] = 0.0
    for k in range(order.shape[0]):
        more, owner = volume[order[k]], order[k] if steps == 1 else order[k] // steps
        together += more
        if price[order[k]] < reserve or together > limit:
            return k
        own = reached[owner]
        for i in range(reached.shape[0]):
            reached[i] += more
        reached[owner] = own
    return order.shape[0]


@rule
def externality(scratch, supply, reserve, winner, steps, award, first, reached):
    """Sum of the others' bids, €, for the permits they do not get because ``winner`` gets ``award``.

    Those are the bids of the others ranked from supply - award to supply; the reserve price fills gaps. Before position
    ``first`` of the merit order, where the others' bids have ``reached`` so many t, there are none of them. The last
    position looked at is noted in ``scratch.again`` if it is the farthest.
    """
    price, volume, order, again = scratch.price, scratch.volume, scratch.order, scratch.again
    counted, value, own, k = 0.0, 0.0, winner * steps, first
    while k < order.shape[0] and price[order[k]] >= reserve and reached < supply:
        s = order[k]
        if s < own or s >= own + steps:
            begin, end = max(reached, supply - award), min(reached + volume[s], supply)
            if end > begin:
                counted += end - begin
                value += price[s] * (end - begin)
            reached += volume[s]
        k += 1
    again[AGAIN.looked_at] = max(again[AGAIN.looked_at], k)
    return value + reserve * max(award - counted, 0.0)


@rule
def are_paid_as_before(scratch):
    """Return whether the last clearing's payments stay: no award changes, nor any bid that was looked at for them."""
    return awards_stay(scratch) and scratch.again[AGAIN.moved] > scratch.again[AGAIN.looked_at]


@rule
def charge(scratch, supply, reserve, steps, award, payment):
    """Write what every winner pays, €."""
    largest = 0.0
    for i in range(award.shape[0]):
        largest = max(largest, award[i])
    first = add_up_others(scratch, supply - largest - EXHAUSTED * supply, reserve, steps, payment)
    scratch.again[AGAIN.looked_at] = first
    for i in range(award.shape[0]):
        if award[i] > 0.0:
            payment[i] = externality(scratch, supply, reserve, i, steps, award[i], first, payment[i])
        else:
            payment[i] = 0.0


@kernel(CLEAR)
def clear(price, volume, supply, reserve, tie_key, settings, scratch, award, payment):
    """Sell to the highest bids; each winner pays its externality [TwoTier].

    The clearing price is the mean payment per permit, the equilibrium price the lowest bid accepted.
    """
    accepted, _ = serve_again(price, volume, supply, reserve, tie_key, settings, scratch, award)
    if are_paid_as_before(scratch):
        return scratch.mean[0], accepted
    charge(scratch, supply, reserve, price.shape[1], award, payment)
    sold, paid = 0.0, 0.0
    for i in range(award.shape[0]):
        sold += award[i]
        paid += payment[i]
    scratch.mean[0] = paid / sold if sold > 0.0 else accepted
    return scratch.mean[0], accepted


@AUCTIONS.register("vcg")
class Vcg(Auction):
    """Each pays the harm its winning does to the others: to bid the truth is best, whatever they do."""

    clear = clear
    reads_tie_keys = staticmethod(rations_by_key)
