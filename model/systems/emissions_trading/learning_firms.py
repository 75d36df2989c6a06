"""How learning firms decide in a quarter, and what they learn from it."""

from functools import cache

import numpy as np

from agents.emitters.learned import decision_of, state_of
from learning.base import LEARNERS, Game, Group
from learning.jit import rule
from learning.knobs import ParameterError
from model.systems.bidding.learners import learning_of, round_of, update
from model.systems.emissions_trading.facts import base_of, quarter_of


def learners_of(groups, p, room, setup, rng):
    """Learners, a tuple of `learning.base.Group`, of the groups of firms that learn; ParameterError if one cannot."""
    return tuple(
        Group(each.first, _make_learner(each, p, room, setup, rng))
        for each in groups
        if each.behaviour is None
    )


def _make_learner(group, p, room, setup, rng):
    """The learner of a group: its game is to choose a decision in each state, as price takers do if it is truthful."""
    firms, grid = slice(group.first, group.last), setup.decisions
    players = group.last - group.first
    game = Game(
        players=players,
        states=grid.price_bins * grid.coverage_bins,
        actions=grid.markup_steps * grid.bank_steps,
        sincere=np.full(players, price_taking(grid)),
        payoff_scale=0.5 * room.choke_price[firms] * room.weight[firms] * setup.planned[0],
    )
    return make_learner("behaviour", group.name, p, game, rng)


def make_learner(knob, name, p, game, rng):
    """Make the learner ``name``, which a knob of ``p`` chooses; ParameterError if it cannot play the game."""
    try:
        return LEARNERS[name](game, p.parts[name], rng)
    except ParameterError:
        raise
    except ValueError as error:
        raise ParameterError(f"{knob} = {getattr(p, knob)}: {error}") from None


def price_taking(grid):
    """The action nearest to no mark-up and to the whole shortage."""
    markup, share = np.array([decision_of(k, grid) for k in range(grid.markup_steps * grid.bank_steps)]).T
    return int(np.argmin(np.abs(markup) + np.abs(share - 1.0)))


@cache
def nobody():
    """The learner without players, for compiled loops where nobody learns."""
    game = Game(players=0, states=1, actions=1, sincere=np.zeros(0, np.int64), payoff_scale=np.zeros(0))
    return LEARNERS["truthful"](game, LEARNERS["truthful"].Settings(), None)


def learnings_of(learners, explores, learns):
    """Learners as compiled loops take them; where nobody learns, one without players."""
    groups = learners or (Group(0, nobody()),)
    return tuple(learning_of(each, explores, learns) for each in groups)


@rule
def follow(firm, i, action, room, setup):
    """Let firm ``i`` bid and bank in this quarter as its action means."""
    firm.action = action
    firm.markup, firm.bank_share = decision_of(action, setup.decisions)
    room.markup[i], room.bank_share[i] = firm.markup, firm.bank_share


@rule
def decide(learners, firms, room, setup, chance, t):
    """Let learners choose what their firms do in the block's quarter ``t``.

    chance : float64[quarters, n, 2] in [0, 1).
    """
    for learning in learners:
        first, players = learning.first, learning.memory.shape[0]
        for k in range(players):
            learning.states[k] = int(firms[first + k].state)
        if players > 0:
            learning.choose(
                learning.memory,
                learning.numbers,
                round_of(learning, t),
                learning.states,
                chance[t][first : first + players],
                learning.explores,
                learning.actions,
            )
        for k in range(players):
            follow(firms[first + k], first + k, learning.actions[k], room, setup)


@rule
def value_quarter(firms, government, room, setup):
    """Value the firms' permits at the quarter's price, and what the market brought them.

    It brings the profit, the permits' gain in value above the required return, and the cost of abating everything
    saved. After a run's end permits are worth nothing, unless plans go beyond it.
    """
    public, now = government[0], quarter_of(government, setup)
    over = now == setup.years * setup.quarters - 1 and setup.beyond == 0
    for i in range(firms.shape[0]):
        firm, before = firms[i], 0.0 if now == 0 else firms[i].wealth
        held = firm.permits - firm.uncovered - firm.owed
        firm.wealth = 0.0 if over else public.carbon_price * held
        everything = room.whole_cost[i] * base_of(firms, i, room, setup, now)
        firm.gain = firm.profit + firm.wealth - setup.quarter_return * before + everything


@rule
def show_state(firm, i, government, room, setup):
    """Show firm ``i`` the state in which it will decide: the bins of the price and of its coverage."""
    need = room.weight[i] * setup.planned[0] * setup.quarters
    firm.state = state_of(firm, government[0].carbon_price, need, setup.decisions)


@rule
def teach(learners, firms, government, room, setup, t):
    """Let learners see the state after the block's quarter ``t``, and learn from what it brought their firms."""
    for learning in learners:
        players = learning.memory.shape[0]
        for k in range(players):
            firm = firms[learning.first + k]
            show_state(firm, learning.first + k, government, room, setup)
            learning.rewards[k], learning.next_states[k] = firm.gain, int(firm.state)
        if learning.learns and players > 0:
            update(learning, t)
