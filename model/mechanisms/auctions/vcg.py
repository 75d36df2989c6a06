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
def add_up_externalities(scratch, supply, reserve, steps, award, first, reached, payment):
    """Write the sum of the others' bids, €, for the permits they do not get because each bidder gets its ``award``.

    Those are the bids of the others ranked from supply - award to supply; the reserve price fills gaps. Before position
    ``first`` of the merit order, where the others' bids have ``reached`` so many t, there are none of them. Returns the
    position behind the last bid looked at. Each bid is counted for all bidders at once, its own excepted.
    """
    order, at, counted = scratch.order, first, scratch.kept[1 : award.shape[0] + 1]
    for i in range(award.shape[0]):
        counted[i] = payment[i] = 0.0
    while at < order.shape[0] and scratch.price[order[at]] >= reserve and are_below(reached, supply):
        price, volume = scratch.price[order[at]], scratch.volume[order[at]]
        owner = order[at] if steps == 1 else order[at] // steps
        own = reached[owner], counted[owner], payment[owner]
        for i in range(award.shape[0]):
            begin, end = max(reached[i], supply - award[i]), min(reached[i] + volume, supply)
            more = max(end - begin, 0.0)
            counted[i] += more
            payment[i] += price * more
            reached[i] += volume
        reached[owner], counted[owner], payment[owner] = own
        at += 1
    for i in range(award.shape[0]):
        payment[i] += reserve * max(award[i] - counted[i], 0.0)
    return at


@rule
def are_below(reached, supply):
    """Return whether any number of ``reached`` is below ``supply``."""
    at = 0
    while at < reached.shape[0] and reached[at] >= supply:
        at += 1
    return at < reached.shape[0]


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
    limit, reached = supply - largest - EXHAUSTED * supply, scratch.kept[award.shape[0] + 1 :]
    first = add_up_others(scratch, limit, reserve, steps, reached)
    scratch.again[AGAIN.looked_at] = add_up_externalities(
        scratch, supply, reserve, steps, award, first, reached, payment
    )


@kernel(CLEAR)
def clear(price, volume, supply, reserve, tie_key, settings, scratch, award, payment):
    """Sell to the highest bids; each winner pays its externality [TwoTier].

    The clearing price is the mean payment per permit, the equilibrium price the lowest bid accepted.
    """
    accepted, _ = serve_again(price, volume, supply, reserve, tie_key, settings, scratch, award)
    if are_paid_as_before(scratch):
        return scratch.kept[0], accepted
    charge(scratch, supply, reserve, price.shape[1], award, payment)
    sold, paid = 0.0, 0.0
    for i in range(award.shape[0]):
        sold += award[i]
        paid += payment[i]
    scratch.kept[0] = paid / sold if sold > 0.0 else accepted
    return scratch.kept[0], accepted


@AUCTIONS.register("vcg")
class Vcg(Auction):
    """Each pays the harm its winning does to the others: to bid the truth is best, whatever they do."""

    clear = clear
    reads_tie_keys = staticmethod(rations_by_key)
