"""One sealed-bid auction of whole permits among firms with quadratic abatement costs, as compiled rules [TwoTier].

A *world* is one auction: the rows of its bidders and its schedules. The Mesa model plays one world; training and
benchmarks play many of them in one compiled loop over the same rules.
"""

from typing import NamedTuple

import numpy as np

from agents.abatement import demand_at, marginal_value, value_of
from agents.bidders.demand_schedule import bid_for, write_schedule
from learning.jit import driver, rule
from model import accounts
from model.mechanisms.auctions.base import Scratch, scratch_for
from model.systems.two_tier.efficient import allocate_efficiently


class Setup(NamedTuple):
    """The parameters of an auction as plain numbers; names and units as those of `TwoTierParams`."""

    reserve_price: float
    top_price: float
    """Highest price of a schedule, €/t; 0: each firm's own first marginal value."""
    repair: int
    auction: np.ndarray
    """float64[knobs]: settings of the auction format."""


class Schedules(NamedTuple):
    """Bids and results of many worlds as arrays, which rules write and read."""

    price: np.ndarray
    """float64[worlds, n, steps], €/t."""
    volume: np.ndarray
    """float64[worlds, n, steps], t."""
    award: np.ndarray
    """float64[worlds, n], t."""
    payment: np.ndarray
    """float64[worlds, n], €."""
    scratch: Scratch
    """For one auction; the worlds are cleared one after the other."""


def empty_schedules(worlds, n, steps):
    """Arrays for the bids and results of ``worlds`` auctions among ``n`` firms that bid ``steps`` steps."""
    return Schedules(
        price=np.zeros((worlds, n, steps)),
        volume=np.zeros((worlds, n, steps)),
        award=np.zeros((worlds, n)),
        payment=np.zeros((worlds, n)),
        scratch=scratch_for(n, steps),
    )


@rule
def highest_price(bidder, setup):
    """Price, €/t, that the action 1 stands for: the public one, or the firm's own first marginal value."""
    return setup.top_price if setup.top_price > 0.0 else marginal_value(bidder.cost, bidder.need, 1.0)


@rule
def collect_bids(bidders, actions, setup, price, volume):
    """Write the schedules, float64[n, steps], that the actions, float64[n, 2 steps] in [0, 1], stand for."""
    for i in range(bidders.shape[0]):
        top = highest_price(bidders[i], setup)
        write_schedule(actions[i], top, bidders[i].need, setup.repair, price[i], volume[i])


@rule
def hold_auction(clear, bidders, supply, tie_key, setup, scratch, price, volume, award, payment):
    """Clear one world and record each bidder's result; returns clearing price and equilibrium price, €/t.

    tie_key : float64[n], random numbers that decide between equal bids where the format's tie rule uses them.
    """
    reserve, knobs = setup.reserve_price, setup.auction
    prices = clear(price, volume, supply, reserve, tie_key, knobs, scratch, award, payment)
    for i in range(bidders.shape[0]):
        bidder = bidders[i]
        bidder.award, bidder.auction_payment = award[i], payment[i]
        bidder.value = value_of(bidder.cost, bidder.need, award[i])
        bidder.profit = bidder.value - bidder.auction_payment
    return prices


@driver
def play_worlds(clear, bidders, supply, tie_key, actions, setup, schedules, prices):
    """Play every world once from the actions, float64[worlds, n, 2 steps]; write schedules, results and prices.

    bidders : record array [worlds, n]; supply : float64[worlds]; tie_key : float64[worlds, n];
    prices : float64[worlds, 2], clearing and equilibrium price, €/t, written.
    """
    for w in range(bidders.shape[0]):
        price, volume = schedules.price[w], schedules.volume[w]
        collect_bids(bidders[w], actions[w], setup, price, volume)
        prices[w, 0], prices[w, 1] = hold_auction(
            clear,
            bidders[w],
            supply[w],
            tie_key[w],
            setup,
            schedules.scratch,
            price,
            volume,
            schedules.award[w],
            schedules.payment[w],
        )


@rule
def measure_worlds(bidders, supply, prices, schedules):
    """Write the columns behind the indices in every world."""
    for w in range(bidders.shape[0]):
        measure(
            bidders[w], supply[w], prices[w, 0], schedules.price[w], schedules.volume[w], schedules.scratch
        )


@rule
def split_equally(bidders, supply):
    """Value, €, each firm has of an equal split, in ``equal_split_value``; odd permits go to the first firms."""
    n = bidders.shape[0]
    each = int(supply) // n
    odd = int(supply) - each * n
    for i in range(n):
        share = each + 1.0 if i < odd else float(each)
        bidders[i].equal_split_value = value_of(bidders[i].cost, bidders[i].need, share)


@rule
def measure(bidders, supply, clearing_price, price, volume, scratch):
    """Write the columns whose sums over bidders make up the indices of demand reduction; scratch is overwritten."""
    allocate_efficiently(bidders, supply, scratch)
    split_equally(bidders, supply)
    for i in range(bidders.shape[0]):
        bidder = bidders[i]
        last = bidder.efficient_award
        bidder.efficient_value = value_of(bidder.cost, bidder.need, last)
        bidder.bid_at_margin, bidder.value_at_margin = 0.0, 0.0
        if last >= 1.0:
            bidder.bid_at_margin = bid_for(price[i], volume[i], last)
            bidder.value_at_margin = marginal_value(bidder.cost, bidder.need, last)
        bidder.bid_in_window = bidder.bid_at_margin + bid_for(price[i], volume[i], last + 1.0)
        bidder.value_in_window = bidder.value_at_margin + marginal_value(bidder.cost, bidder.need, last + 1.0)
        bidder.true_demand = demand_at(bidder.cost, bidder.need, clearing_price)
        bidder.met_demand = min(bidder.true_demand, stated_demand(price[i], volume[i], clearing_price))
        note_steps(bidder, price[i], volume[i])


@rule
def stated_demand(price, volume, at):
    """Demand of a schedule, t, at the price ``at``, €/t."""
    asked = 0.0
    for k in range(price.shape[0]):
        if price[k] >= at:
            asked += volume[k]
    return asked


@rule
def note_steps(bidder, price, volume):
    """Record the first and the last step of a schedule, and the true value of their permits."""
    last = price.shape[0] - 1
    bidder.high_price, bidder.high_volume = price[0], volume[0]
    bidder.low_price, bidder.low_volume = price[last], volume[last]
    bidder.high_value = value_of(bidder.cost, bidder.need, volume[0])
    asked = 0.0
    for k in range(price.shape[0]):
        asked += volume[k]
    everything = value_of(bidder.cost, bidder.need, asked)
    bidder.low_value = everything - value_of(bidder.cost, bidder.need, asked - volume[last])


@rule
def settle(bidders, government, supply):
    """Issue, sell, use and cancel the permits of one world's auction in the accounts."""
    accounts.issue(government, supply)
    accounts.settle_auction(bidders, government)
    for bidder in bidders:
        accounts.hand_in(bidder, government, min(bidder.permits, bidder.need))
    accounts.expire(bidders, government)


@rule
def settle_worlds(bidders, government, supply, prices, before, public_before):
    """Settle worlds one after the other as periods of one market, whose accounts go on from world to world.

    bidders, government : record arrays [worlds, n] and [worlds, 1]; before, public_before : rows of the last period.
    """
    for w in range(bidders.shape[0]):
        for i in range(bidders.shape[1]):
            last = before[i] if w == 0 else bidders[w - 1][i]
            bidders[w][i].permits, bidders[w][i].cash = last.permits, last.cash
        carry_over(public_before[0] if w == 0 else government[w - 1][0], government[w][0])
        publish(government[w], supply[w], prices[w, 0], prices[w, 1])
        settle(bidders[w], government[w], supply[w])


@rule
def carry_over(before, public):
    """Open the government's accounts with the balances of the last period."""
    public.permits, public.cash, public.issued = before.permits, before.cash, before.issued
    public.surrendered, public.expired = before.surrendered, before.expired
    public.product_market = before.product_market


@rule
def publish(government, supply, clearing_price, equilibrium_price):
    """Make the auction's result public."""
    public = government[0]
    public.cap, public.clearing_price, public.equilibrium_price = supply, clearing_price, equilibrium_price
