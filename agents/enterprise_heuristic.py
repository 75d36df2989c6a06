"""A sensible scripted enterprise: it compares what a permit, a production and an investment are worth to it.

It produces where that pays, invests while that pays, trades at its marginal value, and builds projects when rich.
It looks only at what every enterprise sees, and knows the law and the technology.
"""

from math import exp
from typing import NamedTuple

import numpy as np

from agents.enterprise_actions import FIRST_BID, INVEST, NOTHING, PRODUCE, first_ask, first_move
from agents.enterprise_policies import ENTERPRISE_POLICIES, EnterprisePolicy, any_allowed
from agents.enterprise_senses import GOODS_SCALE, senses_for
from agents.enterprise_ways import way_to
from learning.jit import jit
from learning.knobs import Settings, knob, settings


class Facts(NamedTuple):
    """What everybody knows of law and technology, and the settings."""

    income: float
    emission_factor: float
    penalty: float
    technology: float
    research_failure: float
    project_cost: float
    period_length: int
    episode: int
    max_price: int
    activity: float
    horizon: float
    rich: float
    most_orders: float


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
    most_orders: int = knob(2, low=0, high=50, help="orders of one side it keeps open")


@jit
def marginal_value(facts, level):
    """What one more permit is worth to an enterprise that misses some, coins/t: the fine, or the income it allows."""
    return min(facts.penalty, facts.income / (facts.emission_factor * level))


@jit
def permits_needed(facts, emitted, clock):
    """Permits, t, it expects to use in the rest of the period, ``emitted`` t per production."""
    left = (facts.period_length - clock % facts.period_length) % facts.period_length
    return left * facts.activity * emitted


@jit
def gain_of_investing(facts, level, scale, ability, value, clock):
    """What it expects to earn by an investment, coins: permits saved at their value, less the costs."""
    lower = level * (1.0 - exp(-facts.technology * ability)) * (1.0 - facts.research_failure)
    saved = lower * scale * facts.emission_factor * facts.activity
    return saved * value * min(facts.horizon, facts.episode - clock) - facts.income / (2.0 * ability)


@jit
def choose(window, owners, flat, mask, u, facts):
    """Action of one enterprise, from its part of `Seen`; u : float64[2] in [0, 1)."""
    at = senses_for(facts.max_price + 1)
    level, scale, ability = float(flat[at.level]), float(flat[at.scale]), float(flat[at.ability])
    permits, cash = float(flat[at.permits]) / GOODS_SCALE, float(flat[at.cash]) / GOODS_SCALE
    clock, rate = round(float(flat[at.time]) * facts.episode), float(flat[at.market_rate])
    emitted = facts.emission_factor * scale * level
    spare = permits - permits_needed(facts, emitted, clock)
    value = marginal_value(facts, level)
    if cash >= facts.rich:
        direction = way_to(window, owners, True, u[0])
        if direction >= 0:
            return first_move(facts.max_price) + direction
    price = value if spare < 0.0 else min(value, rate)
    producing = produces(facts, permits, emitted, scale, price, mask)
    investing = gain_of_investing(facts, level, scale, ability, value, clock) if mask[INVEST] else 0.0
    if investing > max(producing, 0.0) and u[1] < 0.5:
        return INVEST
    if producing > 0.0:
        return PRODUCE
    order = order_for(facts, flat, mask, spare, value, cash)
    return order if order >= 0 else walk(window, owners, mask, u[0], first_move(facts.max_price))


@jit
def produces(facts, permits, emitted, scale, price, mask):
    """What a production earns beyond the value of its permits, coins; nothing where it is not worth its fine."""
    if not mask[PRODUCE]:
        return 0.0
    income = facts.income * scale
    if permits >= emitted:
        return max(income - price * emitted, 1e-6 * income)
    return income - facts.penalty * (emitted - max(permits, 0.0))


@jit
def order_for(facts, flat, mask, spare, value, cash):
    """An order at the marginal value: a bid for what is missing, an ask of what is to spare; -1 for none.

    It also sells what it could use to whoever bids more than it is worth to itself.
    """
    at, sought = senses_for(facts.max_price + 1), highest_bid(facts, flat)
    asks, bids = flat[at.own_asks : at.own_bids].sum(), flat[at.own_bids : at.past_sales].sum()
    if (spare >= 1.0 or sought > value) and asks < facts.most_orders:
        price = asking_price(facts, sought, float(flat[at.market_rate]), value)
        action = first_ask(facts.max_price) + price
    elif spare + bids <= -1.0 and bids < facts.most_orders:
        price = int(min(value, cash / 2.0, facts.max_price)) if cash > 0.0 else 0
        action = FIRST_BID + price
    else:
        return -1
    return action if mask[action] and price > 0 else -1


@jit
def highest_bid(facts, flat):
    """Highest open bid of the others, coins/t; 0 without any."""
    start = senses_for(facts.max_price + 1).others_bids
    for price in range(facts.max_price, 0, -1):
        if flat[start + price] > 0.0:
            return price
    return 0


@jit
def asking_price(facts, sought, rate, value):
    """What it asks for a permit: the highest bid if there is one, else the usual price, else its own marginal value."""
    price = sought if sought > 0 else rate if rate > 0.0 else value
    return int(min(max(price, 1.0), facts.max_price))


@jit
def walk(window, owners, mask, u, first):
    """Move towards the nearest free cell it can reach; where it sees none, anywhere or nowhere. ``u`` picks."""
    direction = way_to(window, owners, False, u)
    if direction >= 0:
        return first + direction
    return first + any_allowed(mask[first:], u) if mask[first:].any() else NOTHING


@jit
def choose_all(window, owners, flat, mask, chance, facts, actions):
    """Write the actions of all enterprises of all worlds."""
    for w in range(actions.shape[0]):
        for i in range(actions.shape[1]):
            actions[w, i] = choose(window[w, i], owners[w, i], flat[w, i], mask[w, i], chance[w, i], facts)


@ENTERPRISE_POLICIES.register("heuristic")
class Heuristic(EnterprisePolicy):
    """Compares what producing and investing earn, trades at its marginal value, builds projects when rich."""

    Settings = HeuristicSettings

    def enter(self, market):
        """Learn law and technology."""
        own = self.settings.values()
        public = {name: market[name] for name in Facts._fields if name not in own}
        self.facts = Facts(**public, **own)

    def act(self, seen, chance):
        """The best action of each, as far as it can see."""
        actions = np.empty(chance.shape[:2], np.int64)
        choose_all(seen.window, seen.owners, seen.flat, seen.mask, chance, self.facts, actions)
        return actions
