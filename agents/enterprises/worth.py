"""Values of permits, productions and investments to an enterprise of the grid that takes the law into account.

A permit is worth the fine it saves or the income it allows, times the probability that it is needed before the next
fine; an enterprise with many permits therefore values further ones less. Labour is valued at the coins that bring as
much utility as the labour costs.
"""

from math import erf, exp, pi, sqrt
from typing import NamedTuple

from agents.enterprises.senses import GOODS_SCALE, senses_for
from learning.jit import jit, rule


class Facts(NamedTuple):
    """Public facts of law and technology, and the heuristic's settings."""

    income: float
    emission_factor: float
    penalty: float
    technology: float
    research_failure: float
    project_cost: float
    eta: float
    produce_labour: float
    invest_labour: float
    order_and_act: bool
    order_labour: float
    move_labour: float
    project_labour: float
    n_firms: int
    period_length: int
    episode: int
    max_price: int
    activity: float
    horizon: float
    rich: float
    most_orders: float
    spending: float


class Own(NamedTuple):
    """Private facts: skills, permits, t, coins, the clock, emissions of a production, t, and labour's cost in coins."""

    level: float
    scale: float
    ability: float
    permits: float
    cash: float
    clock: int
    emitted: float
    labour: float
    """Coins that bring as much utility as a unit of labour costs."""


@jit
def state_from(facts, flat, labour):
    """Read private facts from an observation; labour : utility cost of a unit of labour."""
    at = senses_for(facts.max_price + 1)
    level, scale, ability = float(flat[at.level]), float(flat[at.scale]), float(flat[at.ability])
    permits, cash = float(flat[at.permits]) / GOODS_SCALE, float(flat[at.cash]) / GOODS_SCALE
    clock = round(float(flat[at.time]) * facts.episode)
    return Own(
        level=level,
        scale=scale,
        ability=ability,
        permits=permits,
        cash=cash,
        clock=clock,
        emitted=facts.emission_factor * scale * level,
        labour=coins_for(labour, cash, facts.eta),
    )


@rule
def coins_for(labour, cash, eta):
    """Coins worth as much as ``labour`` in utility: one more coin brings z^(-eta) [Wang2024], in debt 1.

    Worked: at full weight, 0.1, and with 1,000 coins, a production's labour of 10 costs 4.9 coins.
    """
    return labour * max(cash, 1.0) ** eta


@jit
def income_of(facts, own):
    """Income of a production less its labour, coins, before permits and fine."""
    return facts.income * own.scale - facts.produce_labour * own.labour


@jit
def marginal_value(facts, own):
    """Value of one more permit to an enterprise that lacks some, coins/t: the fine, or the income it allows.

    If producing does not pay, a permit can only save the fine.
    """
    income = income_of(facts, own)
    return min(facts.penalty, income / own.emitted) if income > 0.0 else facts.penalty


@jit
def activity_of(facts, own):
    """Expected productions per step; none if their labour costs more than they earn."""
    return facts.activity if income_of(facts, own) > 0.0 else 0.0


@jit
def need_of(facts, own):
    """Emissions expected before the next fine: mean and standard deviation, t.

    The number of productions is binomial. The fine is due before the work of a period's last step.
    """
    steps, activity = (
        max(facts.period_length - 1 - own.clock % facts.period_length, 0),
        activity_of(facts, own),
    )
    return steps * activity * own.emitted, sqrt(steps * activity * (1.0 - activity)) * own.emitted


@jit
def missing(need, stock):
    """Expected shortage, t, with a ``stock``, t: mean excess of a normally distributed need over it.

    need : mean and standard deviation, t. Worked: with a certain need of 1 t and a stock of 0.4 t, it is 0.6 t.
    """
    mean, deviation = need
    gap = mean - stock
    if deviation <= 0.0:
        return max(gap, 0.0)
    z = gap / deviation
    return gap * 0.5 * (1.0 + erf(z / sqrt(2.0))) + deviation * exp(-0.5 * z * z) / sqrt(2.0 * pi)


@jit
def worth(facts, own, stock, more):
    """Value, coins, of ``more`` t to an enterprise that holds ``stock`` t: marginal value x shortage avoided."""
    need = need_of(facts, own)
    return marginal_value(facts, own) * (missing(need, stock) - missing(need, stock + more))


@jit
def gain_of_producing(facts, own):
    """Income of a production less its labour and the value of its permits or its fine, coins."""
    income = income_of(facts, own)
    if own.permits < own.emitted:
        return income - facts.penalty * (own.emitted - max(own.permits, 0.0))
    gain = income - worth(facts, own, own.permits - own.emitted, own.emitted)
    return max(gain, 1e-6 * income) if income > 0.0 else gain


@jit
def gain_of_investing(facts, own):
    """Expected gain from an investment, coins: permits saved at their marginal value, less coins and labour."""
    lower = (1.0 - exp(-facts.technology * own.ability)) * (1.0 - facts.research_failure)
    costs = price_of_investing(facts, own) + facts.invest_labour * own.labour
    return gain_of_lowering(facts, own, lower) - costs


@jit
def price_of_investing(facts, own):
    """Cost of an investment, coins."""
    return facts.income / (2.0 * own.ability)


@jit
def gain_of_building(facts, own, average_level):
    """Expected gain from a certified project, coins: its permit, and permits saved, less coins and labour.

    Its level falls by 1 / (load + 1), and the load is about the number of enterprises times their mean level.
    """
    lower = 1.0 / (facts.n_firms * average_level + 1.0)
    costs = facts.project_cost + (facts.project_labour + facts.move_labour) * own.labour
    return worth(facts, own, own.permits, 1.0) + gain_of_lowering(facts, own, lower) - costs


@jit
def gain_of_lowering(facts, own, share):
    """Gain from an emission level lower by ``share`` for as long as it lasts, coins."""
    steps = min(facts.horizon, facts.episode - own.clock)
    return share * own.emitted * activity_of(facts, own) * steps * marginal_value(facts, own)
