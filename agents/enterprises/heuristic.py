"""A scripted enterprise that compares the values of a permit, a production and an investment.

It produces, invests and trades when that pays, and builds projects when rich. It pays investments from its own
coins, because in debt it could not bid in permit auctions. Labour counts as coins of the same utility; if a
production's labour costs more than it earns, the enterprise rests. A trade takes the step in which it could produce,
so prices must also cover that loss. It posts waiting orders only in steps in which it could earn almost nothing else.
It uses only what every enterprise observes, and knows law and technology.
"""

from math import ceil

import numpy as np

from agents.enterprises.actions import FIRST_BID, INVEST, NOTHING, PRODUCE, first_ask, first_move, with_order
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
    act = build_or_work(window, owners, flat, mask, own, u, facts)
    if facts.order_and_act:
        order = max(order_for(facts, own, flat, mask, 0.0), NOTHING)
        act = act if act >= 0 else walk_if_it_pays(window, owners, mask, own, u[0], facts)
        return with_order(act, order, facts.max_price)
    if act < 0:
        other = facts.activity * max(gain_of_producing(facts, own), 0.0)
        act = order_for(facts, own, flat, mask, other)
    return act if act >= 0 else walk_if_it_pays(window, owners, mask, own, u[0], facts)


@jit
def build_or_work(window, owners, flat, mask, own, u, facts):
    """Action towards a project, or the better one of producing and investing; -1 if none of them pays."""
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
    return PRODUCE if producing > 0.0 else -1


@jit
def walk_if_it_pays(window, owners, mask, own, u, facts):
    """Move towards a free cell, unless the labour of it exceeds what a production earns."""
    if income_of(facts, own) <= facts.move_labour * own.labour:
        return NOTHING
    return walk(window, owners, mask, u, first_move(facts.max_price))


@jit
def builds(facts, own, flat):
    """Whether it looks for a project to build: it does if it is rich and the project pays."""
    average_level = float(flat[senses_for(facts.max_price + 1).average_level])
    return own.cash >= facts.rich and gain_of_building(facts, own, average_level) > 0.0


@jit
def order_for(facts, own, flat, mask, other):
    """Action of an order that gains more than the permit's value to it; -1 for none. It considers asks first.

    other : coins that it would earn in the step otherwise; a price must cover these and the labour too. Where an order
    does not take its step, these are 0.
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
    """Bid price for a permit, coins/t: at most its value less ``cost``, and its coins; -1 for no bid.

    It takes the lowest ask that leaves a gain. Without one it posts a waiting bid at its highest price, but only if it
    could earn less than a coin in the step: a waiting order costs the step and may not be filled.
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
    """Whether it offers a permit at ``least`` coins: if an open bid pays that, or as a waiting ask.

    A waiting ask does not pay if the step costs more than a coin, the tick of prices, or if labour is too dear to
    produce, because nobody buys then.
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
    """Move towards the nearest free cell it can reach; if it sees none, make any allowed move, drawn by ``u``."""
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
    """Compares the gains of producing and investing, trades when that pays, builds projects when rich."""

    Settings = HeuristicSettings

    def learn_parameters(self, market):
        """Learn law and technology from the market's parameters."""
        own = self.settings.values()
        public = {name: market[name] for name in Facts._fields if name not in own}
        self.facts = Facts(**public, **own)

    def act(self, seen, chance):
        """The best action of each enterprise by the heuristic."""
        actions = np.empty(chance.shape[:2], np.int64)
        shown = seen.window, seen.owners, seen.flat, seen.mask, seen.labour
        choose_all(*shown, chance, self.facts, actions)
        return actions

    def bid(self, seen, chance, bids):
        """Bid the value of each further permit within the budget; ``chance`` is not used."""
        bid_worth_of_all(seen.flat, seen.labour, self.facts, bids)
