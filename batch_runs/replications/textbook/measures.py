"""Judges of the textbook statements, which take the `Markets`: signs, orders, and bounds that theory gives.

No tolerance is chosen: what theory calls equal must be so up to rounding, and what it calls larger, larger by more than
the interval. Where a statement holds draw by draw, the worst population counts, and the number is exact.
"""

from itertools import pairwise
from math import inf

import numpy as np

from batch_runs.replications.common.claims import ABOVE_ZERO, Range, judge, judge_everywhere
from batch_runs.replications.common.statistics import exact, mean, paired

ROUNDING = 1e-9
SAME = Range(-ROUNDING, ROUNDING)
NOT_ABOVE, NOT_BELOW = Range(-inf, ROUNDING), Range(-ROUNDING)


def averaged(number, case, allowed=ABOVE_ZERO):
    """The mean of ``number(markets, case)``, float64[populations], lies in the range."""
    return lambda markets: judge(mean(number(markets, case)), allowed)


def always(number, places, allowed=ABOVE_ZERO):
    """Every number of every case lies in the range; places : dict place -> case, number : as in `averaged`."""

    def judged(markets):
        found = {str(place): worst(number(markets, case), allowed) for place, case in places.items()}
        return judge_everywhere(found, allowed)

    return judged


def worst(values, allowed):
    """Exact estimate of the value nearest to an end of the range, or farthest beyond; undefined where any value is."""
    margin = np.minimum(values - allowed.low, allowed.high - values)
    return exact(values[margin.argmin()], len(values))


def steadily(number, places, sign=1.0):
    """The number rises (``sign`` 1) or falls (-1) from each case to the next; places : dict place -> case."""

    def judged(markets):
        values = {place: sign * number(markets, case) for place, case in places.items()}
        steps = {f"{a} to {b}": paired(values[b], values[a]) for a, b in pairwise(values)}
        return judge_everywhere(steps)

    return judged


def compared(number, more, less):
    """The number is larger in the case ``more`` than in the case ``less``."""
    return lambda markets: judge(paired(number(markets, more), number(markets, less)))


# -- numbers of a population -----------------------------------------------------------------------------------------


def metric(name):
    """Number: mean of a metric over the periods in which it exists."""
    return lambda markets, case: np.nanmean(markets.of(name, case), axis=1)


def share(markets, case):
    """Gain from other bids / profit."""
    return markets.of("share", case)


def largest_gain(markets, case):
    """Largest gain from other bids in any auction, €."""
    return markets.of("most", case)


def follows_awards(markets, case):
    """Spread of each firm's emissions / spread of its awards, over a population's periods: float64[firms of all]."""
    emissions, award = (np.ptp(markets.firms(name, case), axis=1) for name in ("emissions", "award"))
    return (emissions / award).ravel()


def excess_cost(markets, case):
    """Cost of abatement / least cost of keeping within the cap, less 1."""
    return (markets.of("abatement_cost", case) / markets.least_cost(case)[:, None] - 1.0).max(1)


def above_ceiling(markets, case):
    """Trading price / ceiling, less 1, where it is farthest from it."""
    beyond = markets.of("trading_price", case) / dict(case.changes)["highest_trading_price"] - 1.0
    return beyond[np.arange(len(beyond)), np.abs(beyond).argmax(1)]


def above_cap(markets, case):
    """Emissions / cap, less 1."""
    return markets.mean("emissions", case) / markets.mean("cap", case) - 1.0


def above_penalty(markets, case):
    """Highest price of the auction or of a trade / penalty, less 1."""
    highest = np.fmax(markets.of("clearing_price", case), markets.of("trading_price", case)).max(1)
    return highest / case.params(0).penalty - 1.0


def least_gain_from_trade(markets, case):
    """Smallest gain of a firm and period from the secondary market, a share of its profit with free permits."""
    return (markets.gain_from_trade(case) / markets.full_margin(case)).min((1, 2))


def priced_without_trade(markets, case):
    """Share of the periods without a trade that have a trading price; undefined where some permits always trade."""
    idle = markets.of("traded_volume", case) == 0.0
    priced = idle & ~np.isnan(markets.of("trading_price", case))
    return np.divide(priced.sum(1), idle.sum(1), out=np.full(len(idle), np.nan), where=idle.any(1))


def above_optimum(markets, case):
    """Largest surplus of a period / optimum, less 1, with the optimum of the system."""
    if case.system == "two_tier":
        return -markets.inefficiency(case).min(1)
    best = markets.largest_surplus(case) if case.system == "learning_bidders" else markets.least_burden(case)
    return (markets.surplus(case) / best[:, None] - 1.0).max(1)


def below_competitive(markets, case):
    """1 - clearing price / competitive price."""
    return 1.0 - markets.mean("clearing_price", case) / markets.competitive_price(case)


def from_competitive(markets, case):
    """Distance of the clearing price from the competitive price, a share of it."""
    return np.abs(below_competitive(markets, case))


def inefficiency(markets, case):
    """1 - value of the permits where they went / largest possible."""
    return markets.inefficiency(case).mean(1)


def unsold(markets, case):
    """Share of the permits that are not sold."""
    return 1.0 - sold(markets, case)


def sold(markets, case):
    """Share of the permits that are sold."""
    return markets.mean("sold", case) / markets.mean("cap", case)


def revenue_share(markets, case):
    """Revenue / cap x competitive price."""
    sale = markets.mean("cap", case) * markets.competitive_price(case)
    return markets.mean("revenue", case) / sale


def above_reserve(markets, case):
    """Largest distance of the clearing price from the reserve price, €/t."""
    return np.abs(markets.of("clearing_price", case) - case.params(0).reserve_price).max(1)


def change(name, without):
    """Number: mean of a metric less that in the case ``without``."""
    return lambda markets, case: markets.mean(name, case) - markets.mean(name, without)
