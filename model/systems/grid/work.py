"""Work phase of a step: memory of research, emission levels, production and investment [Wang2024].

Enterprises work one after the other, in random order; the level of each depends on the memory that those before it
have just updated.
"""

from math import e, log

import numpy as np

from agents.enterprises.actions import INVEST, PRODUCE, act_of
from learning.jit import rule
from model import accounts
from model.systems.grid.state import (
    FIRST_CODE,
    POLLUTION,
    PROPERTY,
    PROPERTY_OWNER,
    is_blank,
    is_free_site,
    place_of,
    touch,
)

SUCCESS, LAPSE = 1, 2
SPREAD = np.array([[1, 1], [0, 1], [-1, 1], [-1, 1], [1, 0], [1, 0], [-1, 0], [-1, 0], [-1, -1]])
"""Cells that may be polluted, relative to the producing one; cells listed twice are twice as likely."""
NEIGHBOURS = np.array([[-1, -1], [-1, 0], [-1, 1], [0, -1], [0, 1], [1, -1], [1, 0], [1, 1]])


@rule
def work(world, setup, chance, actions):
    """Renew every enterprise's level, then produce or invest, one after the other in this step's order.

    actions : int64[n].
    """
    for k in range(setup.n):
        i = chance.work_order[k]
        renew_level(world, setup, i)
        produce_or_invest(world, setup, i, actions[i], chance.luck[i], chance.spread[i])


@rule
def renew_level(world, setup, i):
    """Update the research memory of enterprise i, and derive its emission level."""
    recall(world, setup, i)
    firm = world.firms[i]
    firm.level = level_of(world, setup, i)
    memory, length = world.memory[i], world.history.shape[1]
    # all entries move back by one place and the oldest drops out: the ring's start moves instead
    memory[0] = memory[0] - 1 if memory[0] > 0 else length - 1
    memory[1] += 1
    world.history[i, memory[0]] = 0


@rule
def recall(world, setup, i):
    """Forget an investment after ``forget`` steps without success; count a success ``delay`` + 1 acting steps later."""
    firm, before = world.firms[i], world.firms[i].effective_investments
    if before > 0.0 and world.memory[i, 1] >= setup.forget:
        firm.effective_investments -= 1.0
        note(world, i, LAPSE)
    if entry_of(world, i, setup.delay) == SUCCESS:
        firm.effective_investments += 1.0
    if firm.effective_investments != before:
        note_technology(firm, setup)


@rule
def note(world, i, entry):
    """Write the newest entry of enterprise i's memory, `SUCCESS` or `LAPSE`."""
    world.history[i, world.memory[i, 0]] = entry
    world.memory[i, 1] = 0


@rule
def entry_of(world, i, age):
    """Return the entry of enterprise i's memory ``age`` places behind the newest."""
    at = world.memory[i, 0] + age
    return world.history[i, at if at < world.history.shape[1] else at - world.history.shape[1]]


@rule
def note_technology(firm, setup):
    """Write the values that depend on effective investments alone: the level without projects, and the load."""
    count = firm.effective_investments
    firm.own_level = e ** (-firm.ability * count * setup.technology)  # exp() differs in the last bit
    firm.load = e ** (-count * setup.technology) * firm.scale


@rule
def level_of(world, setup, i):
    """Emission level, share, of enterprise i: own technology, lowered by certified projects [Wang2024, Eqs. 3-4].

    own x max(1 - g / (load + g), 0), at least the lowest level, with g projects built and the load summed over
    enterprises, without their research abilities. Logarithmic research lowers it with time; projects have no effect.
    """
    firm, public = world.firms[i], world.government[0]
    if setup.logarithmic:
        periods = setup.episode / setup.period_length
        by_time = max(1.0 - (public.period + 1.0) / periods, setup.lowest_level)
        return max(
            by_time, 1.0 - log(1.0 + firm.ability * firm.effective_investments) / log(setup.technology + 1.0)
        )
    built = public.green_projects
    if built == 0.0:
        return max(firm.own_level, setup.lowest_level)
    load = 0.0
    for j in range(setup.n):
        load += world.firms[j].load
    return max(firm.own_level * max(1.0 - built / (load + built), 0.0), setup.lowest_level)


@rule
def produce_or_invest(world, setup, i, action, luck, spread):
    """Produce or invest if the action of enterprise i is one of these."""
    act = act_of(action, setup.max_price)
    if act == PRODUCE:
        produce(world, setup, i, spread)
    elif act == INVEST:
        invest(world, setup, i, luck)


@rule
def produce(world, setup, i, spread):
    """Produce on a free site: surrender permits for the emissions, even below zero, and sell the product for coins."""
    firm = world.firms[i]
    r, c = place_of(firm, setup)
    if not is_free_site(world.layers[r, c]):
        return
    emitted = emission_of(firm, world.layers[r, c, POLLUTION] != 0, setup)
    accounts.hand_in(firm, world.government, emitted)
    world.layers[r, c, PROPERTY] = 1
    world.owners[r, c, PROPERTY_OWNER] = i + FIRST_CODE
    touch(world, r, c)
    if emitted > setup.pollution_threshold:
        pollute(world, setup, r, c, spread)
    accounts.sell_products(firm, world.government, setup.income * firm.scale)
    firm.labour += setup.produce_labour
    firm.emissions += emitted
    firm.period_emissions += emitted
    firm.properties += 1.0


@rule
def emission_of(firm, polluted, setup):
    """Emissions of one production, t; higher on polluted ground."""
    emitted = setup.emission_factor * firm.scale * firm.level
    return emitted * (1.0 + setup.pollution_factor) if polluted else emitted


@rule
def pollute(world, setup, r, c, spread):
    """Pollute one blank cell near the producing one, if any; ``spread`` in [0, 1) selects it."""
    around = NEIGHBOURS if setup.symmetric_pollution else SPREAD
    pick = int(spread * count_blank(world, around, r, c))
    for k in range(around.shape[0]):
        rr, cc = r + around[k, 0], c + around[k, 1]
        if is_blank(world, rr, cc):
            if pick == 0:
                world.layers[rr, cc, POLLUTION] = 1
                touch(world, rr, cc)
                return
            pick -= 1


@rule
def count_blank(world, around, r, c):
    """Number of blank cells around a cell; cells listed twice count twice."""
    count = 0
    for k in range(around.shape[0]):
        count += is_blank(world, r + around[k, 0], c + around[k, 1])
    return count


@rule
def invest(world, setup, i, luck):
    """Pay for research; a success takes effect ``delay`` + 1 acting steps later."""
    firm = world.firms[i]
    if luck > setup.research_failure:
        note(world, i, SUCCESS)
    firm.labour += setup.invest_labour
    accounts.buy_goods(firm, world.government, setup.income / (2.0 * firm.ability))
    firm.investments += 1.0
