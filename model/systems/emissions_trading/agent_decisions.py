"""Decisions taken one by one, as a quarter is played step by step.

Those of learners and of the regulator, which may be in plain Python; and those that firms in plain Python, or a person
in a firm's place, make beside their bids. A firm of another kind leaves these to its behaviour.
"""

from itertools import islice

import numpy as np

from model.systems.emissions_trading.exchange import is_true_up
from model.systems.emissions_trading.learning_firms import follow, show_state
from model.systems.emissions_trading.levers import set_lever
from model.systems.emissions_trading.regulator import (
    follow_trial,
    regulation_of,
    reward_of,
    state_of,
    view_of,
)
from model.systems.emissions_trading.rules import invest


def let_learners_decide(market, chance):
    """Let every firm that learns choose what it does in the state it sees."""
    firms, room, setup = market.firms.rows, market.room, market.setup
    for first, learner in market.learners:
        for k in range(learner.game.players):
            i = first + k
            known = int(firms[i].state), chance.deciding[0, i], market.explore
            follow(firms[i], i, learner.choose_one(k, *known), room, setup)


def teach_learners(market):
    """Show firms that learn the state of the quarter's end, and let them learn, unless learning is off."""
    firms, government = market.firms.rows, market.public.rows
    for first, learner in market.learners:
        for k in range(learner.game.players):
            firm, before = firms[first + k], int(firms[first + k].state)
            show_state(firm, first + k, government, market.room, market.setup)
            if market.learning:
                learner.learn_one(k, before, int(firm.action), firm.gain, int(firm.state), np.zeros(0))
        learner.rounds += market.learning


def regulate_year(market, chance):
    """In a year's first quarter, let the regulator set its policy."""
    public, setup = market.public.rows, market.setup
    year = public[0].year
    if public[0].quarter > 1.0:
        return
    view = view_of(year, public, market.room, setup)
    if market.regulator:
        public[0].lever_state = state_of(view, setup)
        known = int(public[0].lever_state), chance.regulating[0, 0], market.explore
        follow_trial(public, setup, market.regulator.choose_one(0, *known))
    elif year > 1.0:
        rule = regulation_of(market.params, None, False, False)
        set_lever(public, setup, rule.decide(view, rule.settings))


def judge_year(market):
    """At a year's end, let a regulator who learns see what it brought, unless learning is off."""
    public, room, setup = market.public.rows, market.room, market.setup
    if public[0].quarter < setup.quarters or not market.regulator or not market.learning:
        return
    state = state_of(view_of(public[0].year + 1.0, public, room, setup), setup)
    tried = int(public[0].lever_state), int(public[0].lever_action)
    market.regulator.learn_one(0, *tried, reward_of(public, room, setup), state, np.zeros(0))
    public[0].lessons += 1.0
    market.regulator.rounds = int(public[0].lessons)


def emitters_of(market):
    """Iterate over the firms that emit, the first rows; those behind them are traders."""
    return islice(market.firms, market.emitters)


def take_orders(market, true_up=False):
    """Write every firm's order on the exchange, or in the true-up where one is held; ValueError if it is not one."""
    if true_up and not is_true_up(market.public.rows, market.setup):
        return
    for firm in emitters_of(market):
        order = firm.order(market, true_up)
        if order is not None and not (np.isfinite(order).all() and order[1] >= 0.0):
            raise ValueError(
                f"firm {firm.row} orders {order}: must be a volume, t, and a limit, €/t, of at least 0"
            )
        market.room.orders[firm.row] = np.nan if order is None else (*order, bought_before(firm, true_up))


def bought_before(firm, true_up):
    """Permits, t, that a firm has bought in the quarter before it orders; the exchange counts from 0."""
    return firm.bought if true_up else 0.0


def take_prices(market, decide):
    """Let every firm set the price up to which it abates or invests: ``decide(firm)``, €/t; ValueError below 0."""
    for firm in emitters_of(market):
        price = decide(firm)
        if not 0.0 <= price < np.inf:
            raise ValueError(
                f"firm {firm.row} abates or invests at {price!r} €/t: must be a price of at least 0"
            )
        firm.worth = price


def abate_as_decided(market):
    """Let every firm set the price up to which it abates, after the exchange."""
    take_prices(market, lambda firm: firm.abate(market))


def invest_as_decided(market):
    """Let every firm begin the projects that pay at the price it sets; its price of abatement stays."""
    firms = market.firms.rows
    abated_to = firms.worth.copy()
    take_prices(market, lambda firm: firm.invest(market))
    invest(firms, market.public.rows, market.room, market.setup)
    firms.worth = abated_to
