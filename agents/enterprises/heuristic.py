"""A sensible scripted enterprise: it compares what a permit, a production and an investment are worth to it.

It produces where that pays, invests while that pays, trades where prices pay for it, and builds projects when rich.
It invests only what it has: without coins it could not bid where permits are sold.
What labour costs counts as much as coins of the same utility; where it costs more than a production earns, the
enterprise rests. A step in which one trades is a step in which one does not produce: prices have to pay for it, too.
Orders that wait are posted only in steps in which next to nothing could be earned otherwise.
It looks only at what every enterprise sees, and knows the law and the technology.
"""

from math import ceil

import numpy as np

from agents.enterprises.actions import FIRST_BID, INVEST, NOTHING, PRODUCE, first_ask, first_move
from agents.enterprises.bids import bid_worth_of_all
from agents.enterprises.policies import ENTERPRISE_POLICIES, EnterprisePolicy, any_allowed
from agents.enterprises.senses import senses_for
from agents.enterprises.ways import way_to
from agents.enterprises.worth import (
    Facts,
    gain_of_building,
    gain_of_investing,
    gain_of_producing,
    income_of,
    price_of_investing,
    state_from,
    worth,
)
from learning.jit import jit
from learning.knobs import Settings, knob, settings


@settings
class HeuristicSettings(Settings):
    """Knobs of the heuristic."""

    activity: float = knob(
        0.4, low=0.01, high=1.0, step=0.05, unit="1/step", help="productions per step it counts on"
    )
    horizon: float = knob(
        100.0, low=1.0, high=10_000.0, step=10.0, unit="steps", help="how long it counts on an investment"
    )
    rich: float = knob(
        60.0, low=0.0, high=100_000.0, step=10.0, unit="coins", help="coins from which it builds projects"
    )
    most_orders: int = knob(
        2,
        low=0,
        high=50,
        help="asks, and bids, that it posts to wait; it answers others' orders beyond; 0 for all: nobody trades",
    )
    spending: float = knob(
        0.5,
        low=0.0,
        high=1.0,
        step=0.05,
        unit="share",
        help="share of its coins that it bids at most where permits are sold; the rest is to invest",
    )


@jit
def choose(window, owners, flat, mask, labour, u, facts):
    """Action of one enterprise, from its part of `Seen`; u : float64[2] in [0, 1)."""
    own = state_from(facts, flat, labour)
    if builds(facts, own, flat):
        direction = way_to(window, owners, True, u[0])
        if direction >= 0:
            return first_move(facts.max_price) + direction
    gain = gain_of_producing(facts, own)
    producing = gain if mask[PRODUCE] else 0.0
    can_invest = mask[INVEST] and own.cash >= price_of_investing(facts, own)
    investing = gain_of_investing(facts, own) if can_invest else 0.0
    if investing > max(producing, 0.0) and u[1] < 0.5:
        return INVEST
    if producing > 0.0:
        return PRODUCE
    order = order_for(facts, own, flat, mask, facts.activity * max(gain, 0.0))
    if order >= 0:
        return order
    if income_of(facts, own) <= facts.move_labour * own.labour:
        return NOTHING
    return walk(window, owners, mask, u[0], first_move(facts.max_price))


@jit
def builds(facts, own, flat):
    """Whether it looks for a project to build: if it is rich, and that pays."""
    average_level = float(flat[senses_for(facts.max_price + 1).average_level])
    return own.cash >= facts.rich and gain_of_building(facts, own, average_level) > 0.0


@jit
def order_for(facts, own, flat, mask, other):
    """An order that leaves it more than a permit is worth to it; -1 for none. It looks at asks first.

    other : coins that it would earn in the step otherwise; a price has to pay for them too, and for the labour.
    """
    cost = other + facts.order_labour * own.labour
    least = max(ceil(worth(facts, own, own.permits - 1.0, 1.0) + cost), 1)
    if least <= facts.max_price and asks_now(facts, own, flat, least, cost):
        action = first_ask(facts.max_price) + least
        if mask[action]:
            return action
    price = price_to_bid(facts, own, flat, other, cost)
    return FIRST_BID + price if price >= 0 and mask[FIRST_BID + price] else -1


@jit
def price_to_bid(facts, own, flat, other, cost):
    """Bid price for a permit, coins/t: at most its worth less ``cost``, and the coins it has; -1 for nothing.

    It takes the lowest ask that leaves it something. Without one it bids what it would pay at most, to wait, but only
    where it could earn less than a coin in the step: waiting takes the step for certain and is not always rewarded.
    """
    at = senses_for(facts.max_price + 1)
    bids = float(flat[at.own_bids : at.past_sales].sum())
    most = min(worth(facts, own, own.permits + bids, 1.0) - cost, own.cash, facts.max_price)
    ask = lowest_ask(facts, flat)
    if ask <= most:
        return ask
    waits = other < 1.0 and most >= 1.0 and bids < facts.most_orders
    return int(most) if waits else -1


@jit
def asks_now(facts, own, flat, least, cost):
    """Whether it offers a permit at ``least`` coins: to a bid that pays that, or to all if its time costs nothing.

    Where the step costs more than the coin by which prices differ, an ask that may wait for long does not pay; nor
    where labour is too dear to produce: nobody will buy then.
    """
    at = senses_for(facts.max_price + 1)
    asks = flat[at.own_asks : at.own_bids].sum()
    waits = cost < 1.0 and asks < facts.most_orders and income_of(facts, own) > 0.0
    return waits or highest_bid(facts, flat) >= least


@jit
def highest_bid(facts, flat):
    """Highest open bid of the others, coins/t; 0 without any."""
    start = senses_for(facts.max_price + 1).others_bids
    for price in range(facts.max_price, 0, -1):
        if flat[start + price] > 0.0:
            return price
    return 0


@jit
def lowest_ask(facts, flat):
    """Lowest open ask of the others, coins/t; one above the highest price without any."""
    start = senses_for(facts.max_price + 1).others_asks
    for price in range(facts.max_price + 1):
        if flat[start + price] > 0.0:
            return price
    return facts.max_price + 1


@jit
def walk(window, owners, mask, u, first):
    """Move towards the nearest free cell it can reach; where it sees none, anywhere or nowhere. ``u`` picks."""
    direction = way_to(window, owners, False, u)
    if direction >= 0:
        return first + direction
    return first + any_allowed(mask[first:], u) if mask[first:].any() else NOTHING


@jit
def choose_all(window, owners, flat, mask, labour, chance, facts, actions):
    """Write the actions of all enterprises of all worlds."""
    for w in range(actions.shape[0]):
        for i in range(actions.shape[1]):
            seen = window[w, i], owners[w, i], flat[w, i], mask[w, i], labour[w, i]
            actions[w, i] = choose(*seen, chance[w, i], facts)


@ENTERPRISE_POLICIES.register("heuristic")
class Heuristic(EnterprisePolicy):
    """Compares what producing and investing earn, trades where that pays, builds projects when rich."""

    Settings = HeuristicSettings

    def learn_parameters(self, market):
        """Learn law and technology."""
        own = self.settings.values()
        public = {name: market[name] for name in Facts._fields if name not in own}
        self.facts = Facts(**public, **own)

    def act(self, seen, chance):
        """The best action of each, as far as it can see."""
        actions = np.empty(chance.shape[:2], np.int64)
        choose_all(*seen, chance, self.facts, actions)
        return actions

    def bid(self, seen, chance, bids):
        """Bid the worth of each further permit, as far as the coins for bidding reach; draws no chance."""
        bid_worth_of_all(seen.flat, seen.labour, self.facts, bids)
