"""Judges of the claims of [Esmaeili2022], by a number per seed of `Outcomes` or of `Learners`.

A figure of the paper counts as met if the interval contains it, up to the rounding of the paper's tables; words such
as "the cap" or "equal" within 5 %, for a price within 1 €/t. Claims about every chain or every rate are judged at the
worst one.
"""

from itertools import product

import numpy as np

from agents.supply_chains.table_5 import PRIVATE_VALUE, TEC
from batch_runs.replications.common.claims import ABOVE_ZERO, Near, Range, judge, judge_everywhere
from batch_runs.replications.common.statistics import mean, slopes
from batch_runs.replications.esmaeili2022.outcomes import WEAK
from batch_runs.replications.esmaeili2022.runs import CASE_1, CASE_2, CASES, FORMATS, RATES, D, U

CAP_PRICE, CAP_VOLUME, RESERVE = 140.0, 3000.0, 100.0
SOME = tuple(range(1, len(RATES)))
"""Positions of the rates from 10 % on."""
NONE, MOST = 0, len(RATES) - 1
EVERY = tuple(range(len(RATES)))
TOLERANCE = 0.05
NEARLY, WITHIN_1_EURO = Range(-TOLERANCE, TOLERANCE), Range(-1.0, 1.0)
SAME_PROFIT = Range(-0.01, 0.01)
"""Difference of profits, as a share of those without a policy, that counts as zero."""
AWARDS_AT_40 = {3: 2322.0, 4: 2452.0, 5: 2830.0}
"""Chain -> permits in case 1 at a rate of 40 %, t."""
ROUNDING = 1.05
"""t by which rounding alone can move an award: half a tonne of the figure, and of a TEC times 1.1."""
PROFIT_AT_40 = {CASE_1: -5.43, CASE_2: -4.26}
LEAD = {U: 0.60, D: 0.76}
"""Q-learning's mean profit over Roth-Erev's."""
TABLE_4_PROFIT = {U: 637_273.0, D: 636_717.0}
"""Mean profit of a chain that Table 4 prints for Q-learning among five chains (problem 3)."""
ISSUED = 0.85
"""Permits issued in Table 4's problems, share of all TEC: the paper's "85 %" of Section 5."""


# -- ways to judge -----------------------------------------------------------------------------------------------


def everywhere(number, cases, formats, rates, allowed=ABOVE_ZERO):
    """``number(outcomes, case, auction)`` -> float64[seeds, rates] lies in the range at every spot named."""

    def judged(outcomes):
        spots = {}
        for case, auction in product(cases, formats):
            values = number(outcomes, case, auction)
            spots |= {spot(case, auction, RATES[k]): mean(values[:, k]) for k in rates}
        return judge_everywhere(spots, allowed)

    return judged


def spot(case, auction=None, rate=None):
    """Name of the place at which a number was measured.

    >>> spot("case_1", "uniform", 0.1), spot("case_2", rate=0.4)
    ('case 1, U, 10 %', 'case 2, 40 %')
    """
    words = (
        case.replace("_", " "),
        auction and auction[0].upper(),
        None if rate is None else f"{100 * rate:.0f} %",
    )
    return ", ".join(word for word in words if word)


def on_average(number, case, rates, allowed=ABOVE_ZERO):
    """``number(outcomes, case)`` -> float64[seeds, rates] lies in the range, mean over ``rates``."""
    return lambda outcomes: judge(mean(number(outcomes, case)[:, list(rates)].mean(1)), allowed)


def between_formats(number, case, rates, allowed=ABOVE_ZERO):
    """``number(outcomes, case)`` -> float64[seeds, rates] lies in the range at every rate."""

    def judged(outcomes):
        values = number(outcomes, case)
        return judge_everywhere({spot(case, rate=RATES[k]): mean(values[:, k]) for k in rates}, allowed)

    return judged


def between_cases(metric, first, second, rates):
    """A metric is higher in the first case than in the second, in both formats."""

    def number(outcomes, _, auction):
        return outcomes.of(metric, first, auction) - outcomes.of(metric, second, auction)

    return everywhere(number, (f"{first} - {second}",), FORMATS, rates)


def rises(metric):
    """A metric's fitted line over the rates rises, in every case and format."""

    def judged(outcomes):
        lines = {
            spot(c, a): mean(slopes(outcomes.of(metric, c, a), RATES)) for c, a in product(CASES, FORMATS)
        }
        return judge_everywhere(lines)

    return judged


def figures_met(column, case, auction, rate, paper):
    """A column of the chains is near the paper's figures, dict chain -> figure."""

    def judged(outcomes):
        found = outcomes.of_chains(column, case, auction)[:, rate]
        return judge_everywhere(
            {f"chain {k}": mean(found[:, k - 1] - figure) for k, figure in paper.items()}, Near(0.0, ROUNDING)
        )

    return judged


# -- numbers: float64[seeds, rates] ------------------------------------------------------------------------------


def price_distance(target):
    """Largest distance of a chain's bid price from ``target``, €/t."""
    return lambda o, case, auction: np.abs(o.of_chains("bid_price", case, auction) - target).max(-1)


def volume_distance(o, case, auction):
    """Largest distance of a chain's bid volume from its TEC, share."""
    required = o.of_chains("required_permits", case, auction)
    return np.abs(o.of_chains("bid_volume", case, auction) / required - 1.0).max(-1)


def below_volume_cap(o, case, auction):
    """Largest distance of a chain's bid volume from the volume cap, share."""
    return np.abs(o.of_chains("bid_volume", case, auction) / CAP_VOLUME - 1.0).max(-1)


def unequal_share(o, case, auction):
    """Largest distance of a chain's award from an equal share of the cap, share."""
    shares = o.market_share(case, auction)
    return np.abs(shares * shares.shape[-1] - 1.0).max(-1)


def award_of_weak(o, case, auction):
    """Largest award of a weak chain, share of its TEC."""
    award = o.of_chains("award", case, auction) / o.of_chains("required_permits", case, auction)
    return o.by_strength(award, case, auction)[..., :WEAK].max(-1)


def _profit(o, case, auction):
    """Profit of each chain as a share of that without a policy; below 0: a loss."""
    return 1.0 + o.chain_profit_change(case, auction)


def loss_of_weak(o, case, auction):
    """Loss of the weak chain that loses least, share of its profit without a policy."""
    return -o.by_strength(_profit(o, case, auction), case, auction)[..., :WEAK].max(-1)


def profit_of_strong(o, case, auction):
    """Profit of the strong chain that earns least, the same share."""
    return o.by_strength(_profit(o, case, auction), case, auction)[..., WEAK:].min(-1)


def least_loss(o, case, auction):
    """Loss of the chain that loses least, the same share."""
    return -_profit(o, case, auction).max(-1)


def of(metric, sign=1.0):
    """``sign`` times a metric of the runs."""
    return lambda o, case, auction: sign * o.of(metric, case, auction)


def step_up(metric):
    """By how much a metric rises from the rate before."""
    return lambda o, case, auction: np.diff(o.of(metric, case, auction), axis=1, prepend=np.nan)


def difference(metric, first, second):
    """A metric under one format less that under the other."""
    return lambda o, case: o.of(metric, case, first) - o.of(metric, case, second)


def profit_at_40(case):
    """Average change of profit at a rate of 40 % [Eqs. 11 and 12], mean of both formats, near the paper's figure."""

    def number(o, case):
        return (o.of("mean_profit_change", case, U) + o.of("mean_profit_change", case, D)) / 2

    return on_average(number, case, (MOST,), Near(PROFIT_AT_40[case]))


def ahead(auction):
    """Q-learning earns more than Roth-Erev on the same instances."""

    def judged(learners):
        profits = learners.pair(auction)
        return judge(mean(profits[:, 0] - profits[:, 1]))

    return judged


def ahead_by(auction):
    """Q-learning earns more than Roth-Erev by about the paper's lead."""
    return lambda learners: judge(learners.lead(auction), Near(LEAD[auction]))


def largest_profit():
    """Most that Table 5's chains can earn under Table 4's cap, mean per chain: a bound.

    What they earn without a policy (private value x TEC, Eq. 2) less the reserve price of all permits issued. Nothing
    is subtracted for avoiding emissions; trade only moves money between chains.
    """
    without = np.dot(PRIVATE_VALUE, TEC)
    return float(without - RESERVE * ISSUED * np.sum(TEC)) / len(TEC)


def above_largest_profit(auction):
    """Compute that Table 4's profits are more than Table 5's chains can earn: sentence for a failure, empty if not."""

    def impossible(_):
        printed, limit = TABLE_4_PROFIT[auction], largest_profit()
        if printed <= limit:
            return ""
        return (
            f"Table 4 prints a mean profit of {printed:,.0f} for five chains. Those of Table 5 earn at most "
            f"{limit:,.0f} under its cap: private value x TEC less the reserve price of {100 * ISSUED:.0f} % of all "
            "TEC, with nothing subtracted for avoiding emissions. So the lead cannot be that of chains with Table 5's "
            "values."
        )

    return impossible
