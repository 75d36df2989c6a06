"""The period of the learning bidders compiled: `play_periods` beside the model's ``run_period``, and its verbs."""

from typing import NamedTuple

import numpy as np

from learning.jit import driver, rule
from learning.rows import first_of_largest
from model import accounts
from model.compliance import produce
from model.mechanisms.auctions.base import EXHAUSTED
from model.mechanisms.exchange.regulated import bought_by, regulated_price
from model.mechanisms.exchange.voluntary import bought_at, call_market, quoted_price
from model.systems.bidding.learners import teach
from model.systems.bidding.rules import (
    add_up_holdings,
    clear_book,
    collect_bids,
    hold_auction,
    is_seen,
    issue_permits,
    record,
    show_price,
    submit_bids,
    try_action,
)
from model.vintages import start_period, take_oldest


class Setup(NamedTuple):
    """The parameters of a period as plain numbers; names and units as those of `LearningBiddersParams`."""

    cap: float
    validity: int
    reserve_price: float
    highest_value: float
    price_bins: int
    price_steps: int
    volume_steps: int
    shares: np.ndarray
    """float64[actions, 2]: prices and volumes of all possible bids in their ranges (`agents.grid_bidder`)."""
    fined_above: float
    """€/t: profit per tonne above which a firm pays the fine rather than produce less."""
    penalty: float
    voluntary: bool
    """Whether firms trade only where they gain."""
    auction: np.ndarray
    """float64[knobs]: settings of the auction format."""
    by_value: np.ndarray
    """int64[n]: firms in the order of their private values, the highest first."""
    lowest_volume: np.ndarray
    """float64[n], t: smallest volume that each firm may bid if it holds no permits."""
    highest_volume: np.ndarray
    """float64[n], t: the largest one."""
    worth: np.ndarray
    """float64[n], €/t: the most a permit is worth to each firm, its private value or the fine it saves."""


class Chance(NamedTuple):
    """Everything random in a block of periods, drawn beforehand."""

    bidding: np.ndarray
    """float64[periods, n, 2] in [0, 1): for the learners."""
    tie_key: np.ndarray
    """float64[periods, n] in [0, 1): order of equal bids; [periods, 0] where the auction does not use it."""
    margin: np.ndarray
    """float64[periods]: distance of the trading price from the clearing price, as a share of it."""


@rule
def see_needs(book, firms, setup):
    """Read off the accounts what firms still need before the auction: they may bid for that part of what they could.

    A firm that holds nothing needs all; where no permit outlives its period, that saves the division.
    """
    for i in range(firms.shape[0]):
        firm = firms[i]
        firm.held = book.held[i] = firm.permits
        firm.lowest_volume, firm.highest_volume = setup.lowest_volume[i], setup.highest_volume[i]
        if firm.held != 0.0:
            needed = max(firm.required_permits - firm.held, 0.0) / firm.required_permits
            firm.lowest_volume *= needed
            firm.highest_volume *= needed


@rule
def still_needed(required, held):
    """Permits, t, a firm lacks after the auction; below zero: its surplus [Esmaeili2021, Eqs. 2.9-2.10].

    A rounding residue counts as zero, so that it cannot decide which side is short.
    """
    missing = required - held
    return missing if abs(missing) > EXHAUSTED * required else 0.0


@rule
def both_sides(required, held):
    """Supply and demand of the secondary market, t: surplus and missing permits [Esmaeili2021, Eqs. 2.9-2.10]."""
    supply, demand = 0.0, 0.0
    for i in range(held.shape[0]):
        supply, demand = add_side(supply, demand, still_needed(required[i], held[i]))
    return supply, demand


@rule
def add_side(supply, demand, net_demand):
    """Supply and demand, t, with the ``net_demand`` of one more firm.

    Without a branch: which side a firm is on changes from firm to firm.
    """
    return supply - min(net_demand, 0.0), demand + max(net_demand, 0.0)


@rule
def hold_exchange(book, firms, government, setup, margin):
    """Trade permits on the secondary market, and settle."""
    for firm in firms:
        firm.net_demand = still_needed(firm.required_permits, firm.permits)
    if setup.voluntary:
        trade_voluntarily(book, firms, government, setup)
    else:
        trade_compulsorily(firms, government, margin)
    government[0].traded_volume = min(government[0].secondary_supply, government[0].secondary_demand)
    accounts.settle_trades(firms)


@rule
def trade_compulsorily(firms, government, margin):
    """Trade surplus permits for missing ones at the regulated price, whatever they are worth to the firms."""
    public, supply, demand = government[0], 0.0, 0.0
    for firm in firms:
        supply, demand = add_side(supply, demand, firm.net_demand)
    price = regulated_price(public.clearing_price, supply, demand, margin)
    for firm in firms:
        firm.bought = bought_by(firm.net_demand, supply, demand)
        firm.trade_payment = price * firm.bought
    public.secondary_supply, public.secondary_demand = supply, demand
    public.trading_price = price


@rule
def trade_voluntarily(book, firms, government, setup):
    """Trade in a call market, where nobody buys above or sells below what a permit is worth to it."""
    public = government[0]
    add_up_holdings(book)
    market = call_market(setup.worth, book.required, setup.by_value, book.holding)
    for i in range(firms.shape[0]):
        firms[i].bought = bought_at(market, setup.worth[i], firms[i].required_permits, firms[i].permits)
        firms[i].trade_payment = market.price * firms[i].bought
    public.secondary_supply, public.secondary_demand = market.supply, market.demand
    public.trading_price = quoted_price(market)


@rule
def comply(firms, government, setup):
    """Produce, surrender permits, pay fines, and record the profit [Esmaeili2021, Eqs. 3.5-3.6]."""
    for firm in firms:
        firm.output, firm.emissions, firm.shortfall, firm.penalty_payment, firm.value = produce(
            firm, firm.permits, setup.fined_above, setup.penalty
        )
        firm.profit = firm.value - firm.auction_payment - firm.trade_payment - firm.penalty_payment
    accounts.settle_sales(firms, government)
    accounts.settle_compliance(firms, government)


@rule
def end_validity(book, firms, government, setup):
    """Let permits expire whose validity ends with the period, and those that nobody bought."""
    if setup.validity == 1:
        accounts.expire(firms, government)
        return
    age_holdings(book, firms, setup.validity)
    for i in range(firms.shape[0]):
        accounts.end_validity(firms[i], government, start_period(book.valid[i]))
    accounts.expire_unsold(government)


@rule
def age_holdings(book, firms, validity):
    """Follow the period's permits through auction, exchange and compliance: firms sell and surrender the oldest first.

    Buyers share what is sold alike, whatever its age.
    """
    volume, traded = 0.0, book.traded
    for k in range(validity):
        traded[k] = 0.0
    for i in range(firms.shape[0]):
        book.valid[i, validity - 1] += firms[i].award
        volume += max(firms[i].bought, 0.0)
        take_oldest(book.valid[i], max(-firms[i].bought, 0.0), traded)
    for i in range(firms.shape[0]):
        for k in range(validity if volume > 0.0 else 0):
            book.valid[i, k] += traded[k] * max(firms[i].bought, 0.0) / volume
    for i in range(firms.shape[0]):
        take_oldest(book.valid[i], firms[i].emissions - firms[i].shortfall, traded)


@rule
def emit_efficiently(firms, setup):
    """Record what each firm would earn if the cap, or actual emissions where larger, went to the highest values, €."""
    left = 0.0
    for firm in firms:
        left += firm.emissions
    left = max(left, setup.cap)
    for i in setup.by_value:
        emitted = min(firms[i].required_permits, left)
        firms[i].efficient_value = firms[i].private_value * emitted
        left -= emitted


@rule
def profit_if(clear, book, firm, i, setup, margin):
    """Profit, €, of firm ``i`` with the bids in ``book``, whose awards and payments are overwritten."""
    price, _ = clear_book(clear, book, setup)
    return earned_if(book, firm, i, setup, price, margin)


@rule
def earned_if(book, firm, i, setup, clearing_price, margin):
    """Profit, €, of firm ``i`` with the awards and payments in ``book``."""
    bought, trading_price = trade_if(book, firm, i, setup, clearing_price, margin)
    _, _, _, fine, earned = produce(firm, book.holding[i] + bought, setup.fined_above, setup.penalty)
    return earned - book.payment[i] - trading_price * bought - fine


@rule
def trade_if(book, firm, i, setup, clearing_price, margin):
    """Permits, t, that firm ``i`` would buy with the awards in ``book``, and their price, €/t."""
    add_up_holdings(book)
    if setup.voluntary:
        market = call_market(setup.worth, book.required, setup.by_value, book.holding)
        return bought_at(market, setup.worth[i], firm.required_permits, book.holding[i]), market.price
    supply, demand = both_sides(book.required, book.holding)
    bought = bought_by(still_needed(firm.required_permits, book.holding[i]), supply, demand)
    return bought, regulated_price(clearing_price, supply, demand, margin)


@rule
def fill_payoffs(clear, book, firms, i, setup, margin, payoffs):
    """Write the profit, €, firm ``i`` would have made with each action, float64[actions], others' bids unchanged."""
    submit_bids(book, firms)
    price = np.nan
    for action in range(payoffs.shape[0]):
        price, same = try_action(clear, book, firms[i], i, action, setup, price)
        if same:
            payoffs[action] = payoffs[action - 1]
        else:
            payoffs[action] = earned_if(book, firms[i], i, setup, price, margin)


@rule
def fill_gains(clear, book, firms, setup, margin, payoffs, gains):
    """Write what each firm alone would gain by its best action, €, float64[n], at least 0; ``payoffs`` is overwritten.

    In one call: Python would need machine code of `fill_payoffs`, `submit_bids` and `profit_if`.
    """
    for i in range(gains.shape[0]):
        fill_payoffs(clear, book, firms, i, setup, margin, payoffs)
        gains[i] = payoffs[first_of_largest(payoffs)]
    submit_bids(book, firms)
    for i in range(gains.shape[0]):
        gains[i] = max(gains[i] - profit_if(clear, book, firms[i], i, setup, margin), 0.0)


@driver
def play_periods(clear, learners, book, firms, government, setup, chance, recorder):
    """Play one period per row of ``chance``: the verbs of the model's ``run_period`` in the same order.

    clear : kernel of the auction; learners : tuple of `Learning`; book : `Book`; recorder : `Recorder`.
    """
    kept = 0
    for t in range(chance.bidding.shape[0]):
        issue_permits(government, setup)
        see_needs(book, firms, setup)
        collect_bids(learners, firms, government, setup, chance, t)
        hold_auction(clear, book, firms, government, setup, chance.tie_key[t])
        hold_exchange(book, firms, government, setup, chance.margin[t])
        comply(firms, government, setup)
        seen = is_seen(recorder, chance, t)
        if seen:
            emit_efficiently(firms, setup)
        show_price(government, government[0].clearing_price, setup)
        for learning in learners:
            for k in range(learning.memory.shape[0] if learning.needs_payoffs else 0):
                i = learning.first + k
                fill_payoffs(clear, book, firms, i, setup, chance.margin[t], learning.payoffs[k])
        teach(learners, firms, government, t, seen)
        end_validity(book, firms, government, setup)
        kept = record(recorder, t, kept)
