"""The period of the supply chains compiled: `play_periods` beside the model's ``run_period``, and its verbs."""

from typing import NamedTuple

import numpy as np

from learning.jit import driver, rule
from learning.rows import first_of_largest
from model import accounts
from model.mechanisms.auctions.base import EXHAUSTED
from model.mechanisms.exchange.free import Plans, chosen, equilibrium
from model.mechanisms.exchange.regulated import bought_by
from model.systems.bidding.learners import teach
from model.systems.bidding.rules import (
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


class Setup(NamedTuple):
    """The parameters of a period as plain numbers, names and units as those of `SupplyChainsParams`; the plans."""

    cap: float
    offers_unsold: bool
    """Whether the government offers permits left unsold on the secondary market."""
    reserve_price: float
    highest_value: float
    price_bins: int
    price_steps: int
    volume_steps: int
    shares: np.ndarray
    """float64[actions, 2]: prices and volumes of all possible bids in their ranges (`agents.grid_bidder`)."""
    auction: np.ndarray
    """float64[knobs]: settings of the auction format."""
    plans: Plans


class Chance(NamedTuple):
    """Everything random in a block of periods, drawn beforehand."""

    bidding: np.ndarray
    """float64[periods, n, 2] in [0, 1): for the learners."""
    tie_key: np.ndarray
    """float64[periods, n] in [0, 1): order of equal bids; [periods, 0] where the auction does not use it."""


@rule
def add_awards(book):
    """Permits sold in the auction, t."""
    total, award = 0.0, book.award
    for i in range(award.shape[0]):
        total += award[i]
    return total


@rule
def permits_in_use(book, setup):
    """Permits, t, that emissions are equated with: those sold, or the cap if the rest is offered, too."""
    return setup.cap if setup.offers_unsold else add_awards(book)


@rule
def adopt_plan(chain, i, plans, market):
    """Assign the best plan at the market's price to one chain (its row)."""
    chain.emissions = chosen(plans.emitted, plans, market, i)
    chain.cost = chosen(plans.cost, plans, market, i)
    chain.green_production = chosen(plans.green_production, plans, market, i)
    chain.green_transport = chosen(plans.green_transport, plans, market, i)
    chain.abatement_cost = chain.cost - chain.no_policy_cost
    missing = chain.emissions - chain.permits
    chain.net_demand = missing if abs(missing) > EXHAUSTED * chain.required_permits else 0.0


@rule
def hold_exchange(book, chains, government, setup):
    """Find the price, assign every chain its plan, trade surplus and missing permits, and settle.

    The government is a seller, too, of what the auction left, if it offers that. Beyond the highest price nobody
    abates: buyers share what is offered and are fined for the rest.
    """
    plans, public = setup.plans, government[0]
    permits = permits_in_use(book, setup)
    market = equilibrium(plans, permits)
    supply, demand = max(permits - add_awards(book), 0.0), 0.0
    for i in range(chains.shape[0]):
        adopt_plan(chains[i], i, plans, market)
        demand += max(chains[i].net_demand, 0.0)
        supply += max(-chains[i].net_demand, 0.0)
    for chain in chains:
        chain.bought = bought_by(chain.net_demand, supply, demand)
        chain.trade_payment = market.price * chain.bought
    public.trading_price = market.price
    public.secondary_supply, public.secondary_demand = supply, demand
    public.traded_volume = min(supply, demand)
    mixed = market.share < 1.0
    public.marginal_chain = plans.changes[market.change - 1] + 1 if mixed else 0.0
    public.marginal_share = market.share
    settle_trades(chains, government, setup)


@rule
def settle_trades(chains, government, setup):
    """Deliver permits and payments; where the government sells, too, it is the other side of every trade."""
    if not setup.offers_unsold:
        accounts.settle_trades(chains)
        return
    for chain in chains:
        accounts.sell(chain, government, chain.bought, chain.trade_payment)


@rule
def comply(chains, government, setup):
    """Sell products, surrender permits, pay for a shortfall, and record the profit [Esmaeili2022, Eq. 10]."""
    fine = setup.plans.price_max
    for chain in chains:
        missing = chain.net_demand - chain.bought
        chain.shortfall = missing if missing > EXHAUSTED * chain.required_permits else 0.0
        chain.penalty_payment = fine * chain.shortfall
        margin = chain.no_policy_profit - chain.abatement_cost
        chain.profit = margin - chain.auction_payment - chain.trade_payment - chain.penalty_payment
        accounts.sell_products(chain, government, margin)
    accounts.settle_compliance(chains, government)


@rule
def profit_if(clear, book, chain, i, setup):
    """Profit, €, of chain ``i`` with the bids in ``book``, whose awards and payments are overwritten [Eq. 10]."""
    clear_book(clear, book, setup)
    return earned_if(book, chain, i, setup)


@rule
def earned_if(book, chain, i, setup):
    """Profit, €, of chain ``i`` with the awards and payments in ``book`` [Eq. 10].

    Trades and fines need no distinction: a missing permit costs the trading price either way, and all surplus
    permits are sold at it.
    """
    plans = setup.plans
    market = equilibrium(plans, permits_in_use(book, setup))
    abatement_cost = chosen(plans.cost, plans, market, i) - chain.no_policy_cost
    missing = chosen(plans.emitted, plans, market, i) - book.award[i]
    return chain.no_policy_profit - abatement_cost - market.price * missing - book.payment[i]


@rule
def fill_payoffs(clear, book, chains, i, setup, payoffs):
    """Write the profit, €, chain ``i`` would have made with each action, float64[actions], others' bids unchanged."""
    submit_bids(book, chains)
    price = np.nan
    for action in range(payoffs.shape[0]):
        price, same = try_action(clear, book, chains[i], i, action, setup, price)
        payoffs[action] = payoffs[action - 1] if same else earned_if(book, chains[i], i, setup)


@rule
def fill_gains(clear, book, chains, setup, payoffs, gains):
    """Write what each chain alone would gain by its best action, €, float64[n], at least 0; ``payoffs`` is overwritten.

    In one call: Python would need machine code of `fill_payoffs`, `submit_bids` and `profit_if`.
    """
    for i in range(gains.shape[0]):
        fill_payoffs(clear, book, chains, i, setup, payoffs)
        gains[i] = payoffs[first_of_largest(payoffs)]
    submit_bids(book, chains)
    for i in range(gains.shape[0]):
        gains[i] = max(gains[i] - profit_if(clear, book, chains[i], i, setup), 0.0)


@driver
def play_periods(clear, learners, book, chains, government, setup, chance, recorder):
    """Play one period per row of ``chance``: the verbs of the model's ``run_period`` in the same order.

    clear : kernel of the auction; learners : tuple of `Learning`; book : `Book`; recorder : `Recorder`.
    """
    kept = 0
    for t in range(chance.bidding.shape[0]):
        issue_permits(government, setup)
        collect_bids(learners, chains, government, setup, chance, t)
        hold_auction(clear, book, chains, government, setup, chance.tie_key[t])
        hold_exchange(book, chains, government, setup)
        comply(chains, government, setup)
        show_price(government, government[0].equilibrium_price, setup)
        for learning in learners:
            for k in range(learning.memory.shape[0] if learning.needs_payoffs else 0):
                i = learning.first + k
                fill_payoffs(clear, book, chains, i, setup, learning.payoffs[k])
        teach(learners, chains, government, t, is_seen(recorder, chance, t))
        accounts.expire(chains, government)
        kept = record(recorder, t, kept)
