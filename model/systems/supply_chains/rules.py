"""The period of the supply chains as compiled rules, and many periods in one loop."""

from typing import NamedTuple

import numpy as np

from learning.jit import rule
from model import accounts
from model.mechanisms.auctions.base import EXHAUSTED
from model.mechanisms.exchange.free import Plans, chosen, equilibrium
from model.mechanisms.exchange.regulated import bought_by
from model.systems.bidding.loop import end_period, sell_permits
from model.systems.bidding.rules import bid_of, clear_book, submit_bids


class Rules(NamedTuple):
    """What a period needs of the parameters and of the chains' plans."""

    cap: float
    reserve_price: float
    highest_value: float
    price_bins: int
    price_steps: int
    volume_steps: int
    auction: np.ndarray
    """float64[knobs]: settings of the auction format."""
    plans: Plans


class Chance(NamedTuple):
    """Everything random in a block of periods, drawn beforehand."""

    bidding: np.ndarray
    """float64[periods, n, 2] in [0, 1): for the learners."""
    tie_key: np.ndarray
    """float64[periods, n] in [0, 1): puts equal bids in order, where the auction's tie rule asks for it."""


@rule
def add_awards(book):
    """Permits sold in the auction, t."""
    total, award = 0.0, book.award
    for i in range(award.shape[0]):
        total += award[i]
    return total


@rule
def adopt_plan(chain, i, plans, market):
    """Let one chain (its row) follow the plan that is best in the market."""
    chain.emissions = chosen(plans.emitted, plans, market, i)
    chain.cost = chosen(plans.cost, plans, market, i)
    chain.green_production = chosen(plans.green_production, plans, market, i)
    chain.green_transport = chosen(plans.green_transport, plans, market, i)
    chain.abatement_cost = chain.cost - chain.no_policy_cost
    missing = chain.emissions - chain.award
    chain.net_demand = missing if abs(missing) > EXHAUSTED * chain.required_permits else 0.0


@rule
def hold_exchange(book, chains, government, rules):
    """Find the price, let every chain choose its plan, trade what is too much or too little, and settle.

    Beyond the highest price nobody abates: buyers share what is offered and are fined for the rest.
    """
    plans, public = rules.plans, government[0]
    market = equilibrium(plans, add_awards(book))
    supply, demand = 0.0, 0.0
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
    accounts.settle_trades(chains)


@rule
def comply(chains, government, rules):
    """Sell products, surrender permits, pay for a shortfall, take stock of the profit [Esmaeili2022, Eq. 10]."""
    fine = rules.plans.price_max
    for chain in chains:
        missing = chain.net_demand - chain.bought
        chain.shortfall = missing if missing > EXHAUSTED * chain.required_permits else 0.0
        chain.penalty_payment = fine * chain.shortfall
        margin = chain.no_policy_profit - chain.abatement_cost
        chain.profit = margin - chain.auction_payment - chain.trade_payment - chain.penalty_payment
        accounts.sell_products(chain, government, margin)
        accounts.surrender(chain, government)


@rule
def profit_if(clear, book, chain, i, rules):
    """Profit, €, chain ``i`` makes of the bids in ``book``, whose awards and payments are overwritten [Eq. 10].

    Trades and fines need not be told apart: permits lacking cost the trading price either way, and all permits to
    spare are sold at it.
    """
    clear_book(clear, book, rules)
    plans = rules.plans
    market = equilibrium(plans, add_awards(book))
    abatement_cost = chosen(plans.cost, plans, market, i) - chain.no_policy_cost
    missing = chosen(plans.emitted, plans, market, i) - book.award[i]
    return chain.no_policy_profit - abatement_cost - market.price * missing - book.payment[i]


@rule
def fill_payoffs(clear, book, chains, i, rules, payoffs):
    """Write what every action would have earned chain ``i``, €, into float64[actions]; the bids of the others stay."""
    submit_bids(book, chains)
    for action in range(payoffs.shape[0]):
        book.price[i, 0], book.volume[i, 0] = bid_of(chains[i], action, rules)
        payoffs[action] = profit_if(clear, book, chains[i], i, rules)


@rule
def play_periods(clear, learning, lesson, book, chains, government, rules, chance, how, recorder):
    """Play one period per row of ``chance``: the same rules in the same order as the model's ``step``.

    clear : kernel; learning : `Learning`; lesson : `Lesson`; book : `Book`; how : `How`; recorder : `Recorder`, which
    keeps the rows of every k-th period.
    """
    lesson.states[:] = int(government[0].state)
    kept = 0
    for t in range(chance.bidding.shape[0]):
        sell_permits(clear, learning, lesson, book, chains, government, rules, chance, how, t)
        hold_exchange(book, chains, government, rules)
        comply(chains, government, rules)
        if how.learn and how.needs_payoffs:
            for i in range(chains.shape[0]):
                fill_payoffs(clear, book, chains, i, rules, lesson.payoffs[i])
        price = government[0].equilibrium_price
        kept = end_period(learning, lesson, chains, government, price, rules, how, recorder, t, kept)
