"""What permits, productions and investments are worth to an enterprise of the grid that reckons with the law.

A permit is worth the fine or the income it stands for as far as it will be missed before the next fine, so it is
worth less to who holds many.
"""

from math import erf, exp, pi, sqrt
from typing import NamedTuple

from agents.enterprise_senses import GOODS_SCALE, senses_for
from learning.jit import jit


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


class Own(NamedTuple):
    """What it knows of itself: skills, permits t, coins, the clock, and t emitted in a production."""

    level: float
    scale: float
    ability: float
    permits: float
    cash: float
    clock: int
    emitted: float


@jit
def state_from(facts, flat):
    """What it sees of itself."""
    at = senses_for(facts.max_price + 1)
    level, scale, ability = float(flat[at.level]), float(flat[at.scale]), float(flat[at.ability])
    permits, cash = float(flat[at.permits]) / GOODS_SCALE, float(flat[at.cash]) / GOODS_SCALE
    clock = round(float(flat[at.time]) * facts.episode)
    return Own(level, scale, ability, permits, cash, clock, facts.emission_factor * scale * level)


@jit
def marginal_value(facts, level):
    """What one more permit is worth to an enterprise that misses some, coins/t: the fine, or the income it allows."""
    return min(facts.penalty, facts.income / (facts.emission_factor * level))


@jit
def need_of(facts, own):
    """What it expects to emit before the next fine: mean and standard deviation, t.

    Productions are counted as a binomial number. The fine falls due before the work of a period's last step.
    """
    steps = max(facts.period_length - 1 - own.clock % facts.period_length, 0)
    mean = steps * facts.activity
    return mean * own.emitted, sqrt(mean * (1.0 - facts.activity)) * own.emitted


@jit
def missing(need, stock):
    """Permits, t, that it will miss on average with ``stock`` t: by what a normally distributed need exceeds it.

    need : mean and standard deviation, t. Worked: with a need of 1 and no doubt, a stock of 0.4 t misses 0.6 t.
    """
    mean, deviation = need
    gap = mean - stock
    if deviation <= 0.0:
        return max(gap, 0.0)
    z = gap / deviation
    return gap * 0.5 * (1.0 + erf(z / sqrt(2.0))) + deviation * exp(-0.5 * z * z) / sqrt(2.0 * pi)


@jit
def worth(facts, own, stock, more):
    """What ``more`` t are worth to it if it holds ``stock`` t, coins: the marginal value of those it will miss."""
    need = need_of(facts, own)
    return marginal_value(facts, own.level) * (missing(need, stock) - missing(need, stock + more))


@jit
def gain_of_producing(facts, own):
    """What a production earns beyond the worth of its permits or beyond its fine, coins."""
    income = facts.income * own.scale
    if own.permits >= own.emitted:
        return max(income - worth(facts, own, own.permits - own.emitted, own.emitted), 1e-6 * income)
    return income - facts.penalty * (own.emitted - max(own.permits, 0.0))


@jit
def gain_of_investing(facts, own):
    """What it expects to earn by an investment, coins: permits saved at their marginal value, less the costs."""
    lower = own.level * (1.0 - exp(-facts.technology * own.ability)) * (1.0 - facts.research_failure)
    saved = lower * own.scale * facts.emission_factor * facts.activity
    steps = min(facts.horizon, facts.episode - own.clock)
    return saved * marginal_value(facts, own.level) * steps - facts.income / (2.0 * own.ability)
