"""Gains of one farm from other sealed bids in a first-price auction, the others' bids given."""

import numpy as np

from agents.farms.curves import NO_BID
from model.mechanisms.combinatorial.profit_targets import lowered
from model.systems.escape_permits.auction import value_of


def surpluses(auction, instance):
    """Return value less payment of each farm in a closed auction, int64[n], millionths of a euro."""
    outcome = auction.outcome
    return value_of(instance, outcome.package) - outcome.payment.sum(1)


def best_gains(auction, instance):
    """Return each farm's largest gain from other bids in a closed first-price auction, int64[n], millionths of a euro.

    To win a package a farm must bid the revenue that the others' bids lose by it, beyond the reserve; truthful bids
    find the package that leaves the most. 0: its own bids were a best reply.
    """
    bid, worth = auction.beyond_reserve(auction.amount), auction.beyond_reserve(instance.value)
    most = np.empty(len(bid), np.int64)
    for i in range(len(bid)):
        tried = bid.copy()
        tried[i] = NO_BID
        without = auction.winners(tried).revenue
        tried[i] = worth[i]
        most[i] = auction.winners(tried).revenue - without
    return most - surpluses(auction, instance)


def gain_of_target(auction, instance, row, target):
    """Return the gain of one farm from bidding its values less ``target`` (at least 0), the others' bids given."""
    bid, worth = auction.beyond_reserve(auction.amount), auction.beyond_reserve(instance.value)[row]
    target = max(int(target), 0)
    bid[row] = lowered(worth[None], np.array([target]))[0]
    wins = auction.winners(bid).choice[row] > 0
    return target * wins - surpluses(auction, instance)[row]
