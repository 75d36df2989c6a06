"""How a regulator sets the year's policy: what it sees, what it changes, and what one who learns is rewarded with."""

from typing import NamedTuple

import numpy as np

from agents.emitters.learned import bin_of, place_on
from agents.regulators.regulator import View, keep_announced, rule_of
from learning.base import Game, Group
from learning.jit import Kernel, rule
from model.systems.bidding.learners import Learning, learning_of
from model.systems.emissions_trading.learning_firms import make_learner, nobody
from model.systems.emissions_trading.levers import set_lever
from model.systems.emissions_trading.plans import highest_price
from model.systems.emissions_trading.yardsticks import cost_at, damage_of, emitted_at


class Regulation(NamedTuple):
    """A regulator as compiled loops take it: its rule with settings, and its learning, without players if none."""

    decide: Kernel
    settings: np.ndarray
    """float64[knobs]."""
    learning: Learning


def learner_of(p, choke_price, setup, rng):
    """Learner of the regulator of the parameters ``p``; None if it follows a rule. ParameterError if it cannot learn.

    choke_price : €/t, that of all firms together. A large reward is the cost of avoiding all emissions of a year.
    """
    if rule_of(p.regulator):
        return None
    reach = setup.regulator
    places = [place_on(k, reach.lever_steps, -1.0, 1.0) for k in range(reach.lever_steps)]
    game = Game(
        players=1,
        states=reach.regulator_bins**2,
        actions=reach.lever_steps,
        sincere=np.array([np.argmin(np.abs(places))]),
        payoff_scale=np.array([0.5 * choke_price * setup.planned[: setup.quarters].sum()]),
    )
    return make_learner("regulator", p.regulator, p, game, rng)


def regulation_of(p, learner, explores, learns):
    """`Regulation` of the parameters' regulator and its learner, or None."""
    kind = rule_of(p.regulator)
    return Regulation(
        decide=kind.decide if kind else keep_announced,
        settings=np.array(p.parts[p.regulator].vector(), float),
        learning=learning_of(Group(0, learner or nobody()), explores, learns),
    )


@rule
def view_of(year, government, room, setup):
    """What a regulator sees between two years, as ``year`` begins; after a run's last year the first one does."""
    public, years, price, planned = government[0], float(setup.years), 0.0, 0.0
    if year == 1.0 or year > years:
        return View(year=1.0, years=years, price=0.0, emissions=0.0, bank=0.0, stricter=0.0)
    first = (int(year) - 2) * setup.quarters
    for k in range(setup.quarters):
        price += room.past_prices[k] / setup.quarters
        planned += setup.planned[first + k]
    return View(
        year=year,
        years=years,
        price=price,
        emissions=public.year_emissions / planned,
        bank=public.circulation / planned,
        stricter=public.stricter,
    )


@rule
def state_of(view, setup):
    """State in which a regulator who learns decides: bins of price, up to the mean choke price, and of the bank."""
    bins, top = setup.regulator.regulator_bins, setup.regulator.top_price
    return bin_of(view.price, top / bins, bins) * bins + bin_of(view.bank, 1.0 / bins, bins)


@rule
def follow_trial(government, setup, action):
    """Make the year's policy as strict as a learner's action means."""
    reach = setup.regulator
    government[0].lever_action = action
    set_lever(government, setup, place_on(action, reach.lever_steps, -reach.lever_most, reach.lever_most))


@rule
def regulate(regulation, government, room, setup, chance, t):
    """Let the regulator set the policy of the year that begins; chance : float64[quarters, 1, 2], t : its row."""
    public = government[0]
    if public.quarter > 1.0:
        return
    view, learning = view_of(public.year, government, room, setup), regulation.learning
    if learning.memory.shape[0] > 0:
        public.lever_state = state_of(view, setup)
        learning.states[0] = int(public.lever_state)
        learning.choose(
            learning.memory,
            learning.numbers,
            int(public.lessons),
            learning.states,
            chance[t],
            learning.explores,
            learning.actions,
        )
        follow_trial(government, setup, learning.actions[0])
    else:
        stricter = regulation.decide(view, regulation.settings) if view.year > 1.0 else 0.0
        set_lever(government, setup, stricter)


@rule
def reward_of(government, room, setup):
    """Damage that the year's abatement avoided, less its cost, €, and the cost of abating everything, never below 0.

    What is added does not depend on the policy: it is minus damage and cost of abatement, up to a constant of the year.
    """
    public, year = government[0], int(government[0].year) - 1
    first, end = year * setup.quarters, (year + 1) * setup.quarters
    without = emitted_at(0.0, first, end, room, 1.0) + public.year_saved
    avoided = damage_of(without, setup) - damage_of(public.year_emissions, setup)
    return avoided - public.year_cost + cost_at(highest_price(room), first, end, room, 1.0)


@rule
def judge(regulation, government, room, setup):
    """At the end of a year, let a regulator who learns see what the year brought."""
    public, learning = government[0], regulation.learning
    if public.quarter < setup.quarters or learning.memory.shape[0] == 0 or not learning.learns:
        return
    learning.rewards[0] = reward_of(government, room, setup)
    learning.states[0], learning.actions[0] = int(public.lever_state), int(public.lever_action)
    learning.next_states[0] = state_of(view_of(public.year + 1.0, government, room, setup), setup)
    learning.learn(
        learning.memory,
        learning.numbers,
        int(public.lessons),
        learning.states,
        learning.actions,
        learning.rewards,
        learning.next_states,
        learning.payoffs,
    )
    public.lessons += 1.0
