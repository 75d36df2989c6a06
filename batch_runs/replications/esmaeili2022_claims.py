"""The claims of [Esmaeili2022, Section 6 and Table 4], each with a number and the range that reproduces it.

Case 1: no caps on bids; case 2: price cap 140 €/t, volume cap 3000 t. Weak chains: the two with the lowest
private values, 1 and 2 of Table 5; strong ones: the others. A figure of the paper counts as met within 5 %, a
price within 1 €/t.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np

from batch_runs.replications.claims import (
    ABOVE_ZERO,
    NOT_REPRODUCED,
    Range,
    Result,
    judge,
    judge_everywhere,
)
from batch_runs.replications.esmaeili2022_outcomes import WEAK
from batch_runs.replications.esmaeili2022_runs import (
    CASE_1,
    CASE_2,
    CASES,
    DRAWN,
    FORMATS,
    POPULATIONS,
    RATES,
    TABLE_5,
    D,
    U,
)
from batch_runs.replications.statistics import mean, slopes

CASE, LEARNING = "Esmaeili2022, Section 6", "Esmaeili2022, Table 4"
CAP_PRICE, CAP_VOLUME, RESERVE = 140.0, 3000.0, 100.0
SOME = tuple(range(1, len(RATES)))
"""Positions of the rates from 10 % on."""
NONE, MOST = 0, len(RATES) - 1
EVERY = tuple(range(len(RATES)))
TOLERANCE = 0.05
NEARLY, WITHIN_1_EURO = Range(-TOLERANCE, TOLERANCE), Range(-1.0, 1.0)
SAME_PROFIT = Range(-0.01, 0.01)
"""Difference of profits, as a share of those without a policy, that counts as none."""
AWARDS_AT_40 = {3: 2322.0, 4: 2452.0, 5: 2830.0}
"""Chain -> permits in case 1 at a rate of 40 %, t."""
PROFIT_AT_40 = {CASE_1: -5.43, CASE_2: -4.26}
LEAD = {U: 0.60, D: 0.76}
"""Q-learning's mean profit over Roth-Erev's."""
LEAD_TOLERANCE = 0.10

LITTLE_AT_STAKE = (
    "Volumes beyond what the chain can use bring permits that are resold at the trading price. Where that is near "
    "the price paid, there is little to gain by the largest volume."
)
FINE = (
    "Most of the loss is what emissions beyond the abatement limit cost, at the upper bound of the trading price "
    "(10,000 €/t): it hangs on the limit of the instance, which the paper does not give."
)
BOUND = "The trading price reaches its upper bound, 10,000 €/t, before the last rate and can rise no further."
SMALL_LEAD = (
    "The paper does not give the settings of Roth-Erev; the table of rules shows how much hangs on them."
)


@dataclass(frozen=True)
class Statement:
    """One claim: what the paper says, the number, the range; and what may be behind it where it fails."""

    id: str
    text: str
    judge: Callable
    """``judge(outcomes)`` -> Judgement; of `Learners` for the claims of Table 4."""
    measured: str
    unit: str = "share"
    reason: str = ""
    populations: tuple = POPULATIONS
    """Those it is judged on, the one that counts first."""


def results(statements, outcomes):
    """Every claim of ``statements`` judged on one population: list of `Result`."""
    return [result(s, outcomes) for s in statements if outcomes.population in s.populations]


def result(statement, outcomes, source=CASE):
    """One claim judged: `Result`."""
    verdict, estimate, at = statement.judge(outcomes)
    measured = statement.measured + (f"; worst: {at}" if at is not None else "")
    numbers = verdict, estimate.value, (estimate.low, estimate.high), estimate.n, statement.unit
    why = f"Measured: {estimate.value:.3g}. {statement.reason}".strip() if verdict == NOT_REPRODUCED else ""
    return Result(statement.id, source, statement.text, *numbers, measured, why)


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
    """Where a number was measured, in words.

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
            {f"chain {k}": mean(found[:, k - 1] / figure - 1.0) for k, figure in paper.items()}, NEARLY
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


def loss_of_weak(o, case, auction):
    """Loss of the weak chain that loses least, share of its profit without a policy."""
    return -o.by_strength(o.chain_profit_change(case, auction), case, auction)[..., :WEAK].max(-1)


def gain_of_strong(o, case, auction):
    """Gain of the strong chain that gains least, the same share."""
    return o.by_strength(o.chain_profit_change(case, auction), case, auction)[..., WEAK:].min(-1)


def least_loss(o, case, auction):
    """Loss of the chain that loses least, the same share."""
    return -o.chain_profit_change(case, auction).max(-1)


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
    """Change of all profits at a rate of 40 %, mean of both formats, near the paper's figure."""
    ends = sorted(PROFIT_AT_40[case] * (1 + TOLERANCE * sign) for sign in (-1, 1))

    def number(o, case):
        return (o.of("profit_change", case, U) + o.of("profit_change", case, D)) / 2

    return on_average(number, case, (MOST,), Range(*ends))


# -- the statements ----------------------------------------------------------------------------------------------


def _per_format(number, text, make, measured, **about):
    """The same statement of both formats, as a and b."""
    return tuple(
        Statement(f"{number}{letter}", f"{text}, {auction} prices", make(auction), measured, **about)
        for letter, auction in zip("ab", FORMATS)
    )


BIDS = (
    *_per_format(
        1,
        "case 2, rates from 10 %: every chain bids the price cap, 140 €/t",
        lambda a: everywhere(price_distance(CAP_PRICE), (CASE_2,), (a,), SOME, WITHIN_1_EURO),
        "largest distance of a bid price from 140, within 1",
        unit="€/t",
        reason=LITTLE_AT_STAKE,
    ),
    *_per_format(
        2,
        "case 2, rates from 10 %: every chain bids the volume cap, 3000 t",
        lambda a: everywhere(below_volume_cap, (CASE_2,), (a,), SOME, NEARLY),
        "largest distance of a bid volume from 3000, within 0.05",
        reason=LITTLE_AT_STAKE,
    ),
    *_per_format(
        3,
        "case 2, rates from 10 %: every chain gets an equal share (Table 5: 2281, 2028, 1774, 1521 t)",
        lambda a: everywhere(unequal_share, (CASE_2,), (a,), SOME, NEARLY),
        "largest distance of an award from an equal share, within 0.05",
        reason=LITTLE_AT_STAKE,
    ),
    *_per_format(
        4,
        "rate 0: every chain bids the reserve price, 100 €/t",
        lambda a: everywhere(price_distance(RESERVE), CASES, (a,), (NONE,), WITHIN_1_EURO),
        "largest distance of a bid price from 100, within 1",
        unit="€/t",
    ),
    *_per_format(
        5,
        "rate 0: every chain bids its TEC",
        lambda a: everywhere(volume_distance, CASES, (a,), (NONE,), NEARLY),
        "largest distance of a bid volume from TEC, within 0.05",
    ),
    *_per_format(
        6,
        "case 1, rate 40 %: the two weak chains get nothing",
        lambda a: everywhere(award_of_weak, (CASE_1,), (a,), (MOST,), NEARLY),
        "largest award of a weak chain / TEC, within 0.05",
    ),
    *_per_format(
        7,
        "case 1, rate 40 %: chains 3, 4, 5 get 2322, 2452, 2830 t",
        lambda a: figures_met("award", CASE_1, a, MOST, AWARDS_AT_40),
        "award / figure - 1, within 0.05",
        populations=(TABLE_5,),
    ),
)

PRICES = (
    Statement(
        "8a",
        "case 1: the price paid under uniform pricing is no higher than under discriminatory pricing",
        on_average(difference("clearing_price", D, U), CASE_1, SOME),
        "D - U, mean over the rates from 10 %",
        "€/t",
    ),
    Statement(
        "8b",
        "and so at every rate from 10 %",
        between_formats(difference("clearing_price", D, U), CASE_1, SOME),
        "smallest D - U over the rates from 10 %",
        "€/t",
    ),
    Statement(
        "9",
        "case 2: the prices paid under both formats are equal",
        between_formats(difference("clearing_price", D, U), CASE_2, EVERY, WITHIN_1_EURO),
        "D - U, within 1 €/t at every rate",
        "€/t",
    ),
    Statement(
        "10a",
        "the trading price is 0 at a rate of 0",
        everywhere(of("trading_price"), CASES, FORMATS, (NONE,), WITHIN_1_EURO),
        "trading price, within 1",
        "€/t",
    ),
    Statement(
        "10b",
        "the trading price rises with the rate",
        rises("trading_price"),
        "slope over the rate",
        "€/t per 1",
    ),
    Statement(
        "10c",
        "and from each rate to the next",
        everywhere(step_up("trading_price"), CASES, FORMATS, SOME),
        "smallest step",
        "€/t",
        BOUND,
    ),
)

PROFITS = (
    *_per_format(
        11,
        "the auction lowers the average profit at every rate",
        lambda a: everywhere(of("profit_change", -1.0), CASES, (a,), EVERY),
        "- change of all profits against no policy",
    ),
    Statement(
        "12a",
        "case 1: it does so less under uniform pricing",
        on_average(difference("profit_change", U, D), CASE_1, SOME),
        "U - D of the change of profits, mean over the rates from 10 %",
    ),
    Statement(
        "12b",
        "and so at every rate from 10 %",
        between_formats(difference("profit_change", U, D), CASE_1, SOME),
        "smallest U - D over the rates from 10 %",
    ),
    Statement(
        "13",
        "case 2: equally under both formats",
        between_formats(difference("profit_change", U, D), CASE_2, EVERY, SAME_PROFIT),
        "U - D of the change of profits, within 0.01 at every rate",
    ),
    *_per_format(
        14,
        "case 1, rate 40 %: the strong chains gain",
        lambda a: everywhere(gain_of_strong, (CASE_1,), (a,), (MOST,)),
        "change of profit of the strong chain that gains least",
    ),
    *_per_format(
        15,
        "case 1, rate 40 %: the weak chains lose",
        lambda a: everywhere(loss_of_weak, (CASE_1,), (a,), (MOST,)),
        "loss of the weak chain that loses least",
    ),
    *_per_format(
        16,
        "case 2, rate 40 %: all chains lose",
        lambda a: everywhere(least_loss, (CASE_2,), (a,), (MOST,)),
        "loss of the chain that loses least",
        reason="Chains whose plans emit less than their share of the permits sell the rest at the upper bound.",
    ),
    Statement(
        "17a",
        "case 1, rate 40 %: profits change by -543 %",
        profit_at_40(CASE_1),
        "change of all profits, mean of both formats, within 5 % of -5.43",
        reason=FINE,
    ),
    Statement(
        "17b",
        "case 2, rate 40 %: profits change by -426 %",
        profit_at_40(CASE_2),
        "change of all profits, mean of both formats, within 5 % of -4.26",
        reason=FINE,
    ),
)

GREEN = tuple(
    Statement(f"18{letter}", text, rises(metric), "slope over the rate", "share per 1", populations=(DRAWN,))
    for letter, text, metric in (
        ("a", "the use of green machines rises with the rate", "green_production"),
        ("b", "the use of green transport rises with the rate", "green_transport"),
    )
)

MARKET = (*BIDS, *PRICES, *PROFITS, *GREEN)


def ahead(auction):
    """Q-learning earns more than Roth-Erev on the same instances."""

    def judged(learners):
        profits = learners.pair(auction)
        return judge(mean(profits[:, 0] - profits[:, 1]))

    return judged


def ahead_by(auction):
    """It does so by about as much as the paper says."""
    allowed = Range(LEAD[auction] - LEAD_TOLERANCE, LEAD[auction] + LEAD_TOLERANCE)
    return lambda learners: judge(learners.lead(auction), allowed)


TABLE_4 = (
    *_per_format(
        19,
        "Q-learning's average profit is above Roth-Erev's",
        ahead,
        "Q-learning - Roth-Erev, mean profit per chain",
        unit="€",
        populations=(DRAWN,),
    ),
    *(
        Statement(
            f"20{letter}",
            f"by {LEAD[auction]:.0%}, {auction} prices".replace("%", " %"),
            ahead_by(auction),
            f"mean of Q-learning / mean of Roth-Erev - 1, within 0.10 of {LEAD[auction]:g}",
            reason=SMALL_LEAD,
            populations=(DRAWN,),
        )
        for letter, auction in zip("ab", FORMATS)
    ),
)
