"""Judges of the claims about [Goyal]: functions of all auctions.

Tolerances, by name: ALMOST_ALL is the meaning of "in almost all auctions", HARDLY_ANY its opposite.
"""

from math import inf

import numpy as np

from batch_runs.replications.common.claims import ABOVE_ZERO, Range, judge, judge_everywhere
from batch_runs.replications.common.statistics import exact, mean, paired, resampled, share
from batch_runs.replications.goyal.cases import (
    ACTIVITY,
    CMRA,
    COMPARED,
    CONFIGURATIONS,
    DEFAULTS,
    FIRST_PRICE,
    FORMATS,
    STEPS,
    TITLES,
    UNCORRELATED,
    VCG,
)
from batch_runs.replications.goyal.runs import GHG, NUTRIENT

MUCH = 0.3
"""Share of the GHG permits that the source finds unsold."""
ALMOST_ALL, HARDLY_ANY, MINORITY = Range(0.9), Range(-inf, 0.1), Range(-inf, 0.5)
ALIKE = Range(-0.05, 0.05)
"""Differences of the share sold that count as none."""
EQUAL = 1e-6
"""€/lot: prices no further apart are equal; amounts are whole millionths of a euro."""
NONE = Range(-1e-9, 1e-9)
NOTHING_GAINED = Range(-inf, 1e-4)
"""€: a gain below is the unit of money, which each winner leaves so that the seller is not indifferent."""


def unsold(auctions, case=DEFAULTS, format=CMRA):
    """Share of the GHG permits left unsold: float64[instances]."""
    return 1.0 - auctions.sold(case, format)[:, GHG]


def much_unsold(case=DEFAULTS, format=CMRA):
    """Event: more than MUCH of the GHG permits stay unsold."""
    return lambda auctions: unsold(auctions, case, format) > MUCH


def all_sold(case=DEFAULTS, format=CMRA, pollutant=slice(None)):
    """Event: every permit is sold; pollutant : of this one only."""

    def event(auctions):
        sold = auctions.sold(case, format)[:, pollutant]
        return (sold.reshape(len(sold), -1) == 1.0).all(1)

    return event


def lower_price(case=DEFAULTS, format=CMRA, pollutant=None):
    """Event: the farms of the first correlation pay less per lot; NaN where either buys nothing."""

    def event(auctions):
        first, second = auctions.price(case, format, pollutant).T
        return np.where(np.isnan(first), np.nan, first < second - EQUAL)

    return event


def no_higher_price(case=DEFAULTS, format=CMRA):
    """Event: they pay no more per lot; NaN where either buys nothing. Prices within a millionth of a euro are equal."""

    def event(auctions):
        first, second = auctions.price(case, format).T
        return np.where(np.isnan(first), np.nan, first < second + EQUAL)

    return event


def orders(auctions, case=DEFAULTS, format=CMRA, pollutant=None):
    """In how many instances farms of the first correlation pay less, the same, more per lot, and one buys nothing."""
    first, second = auctions.price(case, format, pollutant).T
    gap = first - second
    same = int((np.abs(gap) <= EQUAL).sum())
    return int((gap < -EQUAL).sum()), same, int((gap > EQUAL).sum()), int(np.isnan(gap).sum())


def mixture_tells(case=DEFAULTS, format=CMRA):
    """Event: the farm with the smaller share of nutrients in its lots pays less per lot; NaN where either is equal."""

    def event(auctions):
        lots, price = auctions.bought(case, format), auctions.price(case, format)
        nutrients = lots[:, 0, NUTRIENT] * lots[:, 1].sum(-1) - lots[:, 1, NUTRIENT] * lots[:, 0].sum(-1)
        gap = price[:, 0] - price[:, 1]
        decides = (np.abs(gap) > EQUAL) & (nutrients != 0)
        return np.where(decides, np.sign(gap) == np.sign(nutrients), np.nan)

    return event


def lower_spend(case=DEFAULTS, format=CMRA):
    """Event: they pay less in all; who buys nothing pays 0."""

    def event(auctions):
        first, second = auctions.paid(case, format).sum(-1).T
        return first < second

    return event


def one_round(case):
    """Event: the auction closes in its first round."""
    return lambda auctions: auctions.of("rounds", case) == 1


def often(event, allowed=ALMOST_ALL):
    """Judge the share of instances with an event."""
    return lambda auctions: judge(share(event(auctions)), allowed)


def often_everywhere(events, allowed=ALMOST_ALL):
    """Judge the share of instances at the worst of several events; events : label -> event."""
    return lambda auctions: judge_everywhere({k: share(e(auctions)) for k, e in events.items()}, allowed)


def more_unsold_than_others(auctions):
    """Judge GHG permits unsold under the CMRA less under each other format, same instances."""
    here = unsold(auctions)
    gaps = {TITLES[f]: paired(here, unsold(auctions, format=f)) for f in FORMATS if f != CMRA}
    return judge_everywhere(gaps, ABOVE_ZERO)


def unsold_as_under_vcg(auctions):
    """Judge GHG permits unsold under the CMRA less under VCG with the same reserve."""
    return judge(paired(unsold(auctions), unsold(auctions, format=VCG)), ALIKE)


def unsold_uncorrelated():
    """Event of every format: MUCH is unsold though pollutants are uncorrelated."""
    return {TITLES[format]: much_unsold(UNCORRELATED, format) for format in FORMATS}


def price_gap(pollutant=None):
    """Judge by how much farms of the first correlation pay less per lot, where both buy, €/lot."""

    def judged(auctions):
        first, second = auctions.price(DEFAULTS, pollutant=pollutant).T
        return judge(paired(second, first))

    return judged


def more_often_with_correlation(auctions):
    """Judge the smallest rise, from one of STEPS to the next, of the share of instances with a lower price."""
    events = np.stack([lower_price(f"r = {r}")(auctions) for r in STEPS], axis=1)
    buying = ~np.isnan(events)
    sample = np.concatenate([np.nan_to_num(events), buying], axis=1)

    def smallest_rise(means):
        happens, buys = np.split(means, 2)
        with np.errstate(invalid="ignore", divide="ignore"):
            return float(np.diff(happens / buys).min())

    return judge(resampled(smallest_rise, sample))


def spend_falls_with_correlation(auctions):
    """Judge the smallest fall, from one of STEPS to the next, of what the first farm pays in all, €."""
    spend = [auctions.paid(f"r = {r}").sum(-1)[:, 0] for r in STEPS]
    falls = {f"r = {STEPS[k + 1]}": paired(spend[k], spend[k + 1]) for k in range(len(STEPS) - 1)}
    return judge_everywhere(falls)


def more(part, first, second):
    """Judge how much larger a number of the CMRA is in one case than in another, same seeds."""
    return lambda auctions: judge(paired(auctions.of(part, first), auctions.of(part, second)))


def fault_free(k):
    """Judge how many CMRA auctions, in all cases, have one of FAULTS: none."""

    def judged(auctions):
        cases = [case for case in auctions.cells if auctions.plays(case, CMRA)]
        found = np.concatenate([auctions.stacked("faults", case)[:, k] for case in cases])
        return judge(exact(found.sum(), len(found)), NONE)

    return judged


def same_with_activity_rules(auctions):
    """Judge how many auctions end otherwise where activity rules hold: none."""
    one, other = (auctions.of("payment", case) for case in (DEFAULTS, ACTIVITY))
    awards = auctions.of("award", DEFAULTS) != auctions.of("award", ACTIVITY)
    return judge(exact((awards | (one != other)).any((1, 2)).sum(), len(one)), NONE)


def swept(auctions):
    """Shares of instances in which A and B hold, by configuration: pairs of `Estimate`; B's None if both never buy."""
    found = {}
    for configuration in CONFIGURATIONS:
        a, b = much_unsold(configuration.name)(auctions), lower_price(configuration.name)(auctions)
        found[configuration] = share(a), (None if np.isnan(b).all() else share(b))
    return found


def holding(estimates):
    """Configurations in which A, B and both hold in 90 % of the instances, and of A and B surely so (interval)."""
    a, b = zip(*estimates.values())
    met = np.array([[e is not None and e.value >= ALMOST_ALL.low for e in side] for side in (a, b)])
    sure = np.array([[e is not None and e.low > ALMOST_ALL.low for e in side] for side in (a, b)])
    return *met.sum(1).tolist(), int(met.all(0).sum()), *sure.sum(1).tolist(), int(sure.all(0).sum())


def price_of(auctions, case, format, pollutant):
    """Payment per lot sold of a pollutant, €/lot, float64[instances]; NaN where none is sold."""
    lots = auctions.of("award", case, format)[..., pollutant].sum(1)
    paid = auctions.of("payment", case, format)[..., pollutant].sum(1)
    return np.divide(paid, lots, out=np.full(len(lots), np.nan), where=lots > 0)


def revenue(auctions, case, format=CMRA):
    """Revenue, €: float64[instances]."""
    return auctions.of("payment", case, format).sum((1, 2))


def no_less_than_vcg(case=DEFAULTS, vcg=None):
    """Event: the CMRA brings at least the revenue of VCG on the same instance; vcg : case in which that is played."""
    return lambda auctions: revenue(auctions, case) > revenue(auctions, vcg or case, VCG) - EQUAL


def beyond_vcg(case, vcg):
    """Judge how much more revenue the CMRA of a case brings than VCG, in the case ``vcg``, same instances, €."""
    return lambda auctions: judge(paired(revenue(auctions, case), revenue(auctions, vcg, VCG)))


def nobody_gains(auctions):
    """Judge the most that any farm could gain by other bids at the first price, over all instances compared, €."""
    gains = {case: auctions.stacked("gain", case) for case in COMPARED}
    return judge_everywhere({k: exact(g.max(), len(g)) for k, g in gains.items()}, NOTHING_GAINED)


def pays_vcg_prices(auctions):
    """Judge the largest difference between what a farm pays at the first price and under VCG, all instances, €."""
    gaps = {}
    for case in COMPARED:
        one, other = (auctions.of("payment", case, f).sum(-1) for f in (FIRST_PRICE, VCG))
        gaps[case] = exact(np.abs(one - other).max(), len(one))
    return judge_everywhere(gaps, NOTHING_GAINED)


def somebody_gains(case):
    """Judge what the farm that could gain most at the first price would, €."""
    return lambda auctions: judge(mean(auctions.stacked("gain", case).max(1)))


def lot_ratio(auctions):
    """How many times as much a nutrient lot costs as a GHG lot in the CMRA at the defaults, by mean prices."""
    ghg, nutrient = (price_of(auctions, DEFAULTS, CMRA, j) for j in (GHG, NUTRIENT))
    return float(np.nanmean(nutrient) / np.nanmean(ghg))


def losers(auctions, case, format=CMRA):
    """Event: a farm pays more than its permits are worth to it."""
    surplus = auctions.of("value", case, format) - auctions.of("payment", case, format).sum(-1)
    return (surplus < -EQUAL).any(1)
