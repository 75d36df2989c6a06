"""Vickrey-Clarke-Groves: every winner pays the value of its permits to the others, by their bids."""

from learning.jit import kernel, rule
from model.mechanisms.auctions.base import AUCTIONS, CLEAR, Auction, rations_by_key
from model.mechanisms.auctions.merit_order import serve_again


@rule
def externality(scratch, supply, reserve, winner, steps, award):
    """Sum of the others' bids, €, for the permits they do not get because ``winner`` gets ``award``.

    Those are the bids of the others ranked from supply - award to supply; the reserve price fills gaps.
    """
    price, volume, order = scratch.price, scratch.volume, scratch.order
    reached, counted, value = 0.0, 0.0, 0.0
    for s in order:
        if price[s] < reserve or reached >= supply:
            break
        if s // steps != winner:
            begin, end = max(reached, supply - award), min(reached + volume[s], supply)
            if end > begin:
                counted += end - begin
                value += price[s] * (end - begin)
            reached += volume[s]
    return value + reserve * max(award - counted, 0.0)


@kernel(CLEAR)
def clear(price, volume, supply, reserve, tie_key, settings, scratch, award, payment):
    """Sell to the highest bids; each winner pays its externality [TwoTier].

    The clearing price is the mean payment per permit, the equilibrium price the lowest bid accepted.
    """
    accepted, _ = serve_again(price, volume, supply, reserve, tie_key, settings, scratch, award)
    sold, paid = 0.0, 0.0
    for i in range(award.shape[0]):
        payment[i] = 0.0
        if award[i] > 0.0:
            payment[i] = externality(scratch, supply, reserve, i, price.shape[1], award[i])
        sold += award[i]
        paid += payment[i]
    return (paid / sold if sold > 0.0 else accepted), accepted


@AUCTIONS.register("vcg")
class Vcg(Auction):
    """Each pays the harm its winning does to the others: to bid the truth is best, whatever they do."""

    clear = clear
    reads_tie_keys = staticmethod(rations_by_key)
