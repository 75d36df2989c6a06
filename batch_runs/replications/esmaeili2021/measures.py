"""Judges of claims of [Esmaeili2021] about curves over phi, by the mean of a number per population.

Every function returns the keywords of a `Statement` that define its judgement: judge, measured, unit, facts.
Judges and facts take a `Reading`. Bands: the paper's two regimes are phi < 0.9 (low) and phi > 0.9 (high); 0.90
itself is in neither. "At every phi" is judged at the worst phi; "rises" and "falls" by the least-squares slope over
phi.
"""

import numpy as np

from batch_runs.replications.common.claims import Near, Range, judge, judge_everywhere, keywords
from batch_runs.replications.common.statistics import mean, paired, relative_change, slopes
from batch_runs.replications.esmaeili2021.outcomes import EVERY, HIGH, D, U

STABLE = Range(-0.10, 0.10)
"""Relative change from phi 0.80 to 1.00 that still counts as flat or stable."""
NEARLY_EQUAL = Range(-0.10, 0.10)
"""Difference of two prices, as a share of their mean, that counts as nearly equal: a tolerance of ours."""
CROSSING = Near(0.90)
ALMOST_EVERY = Range(0.8)
"""Share of phi that counts as almost every."""
ALMOST_ALL_BIDS = Range(0.95)
"""Share of bids that counts as all, because learning is noisy."""
AT_RESERVE = Range(-1.0, 0.1)
"""Position of bid prices (reserve price 0, private value 1) that is nearer to the reserve than to the next price."""
NEAR_MAXIMUM, BELOW_MAXIMUM = Range(0.9), Range(-1.0, 0.9)
"""Positions of bid volumes, smallest 0 and largest 1, that count as near and as below the maximum."""
TWENTY_PERCENT = Near(0.20)


def judge_at_every_phi(reading, values, which=None):
    """Judge float64[populations, phis] above zero where it is lowest; which : positions of phi (all)."""
    positions = range(len(reading.phis)) if which is None else which
    return judge_everywhere({f"phi = {reading.phis[k]:.2f}": mean(values[:, k]) for k in positions})


def _both(metric, unit, band):
    """Facts: the means of both formats."""

    def facts(reading):
        means = (
            f"{name} {reading.average(metric, a, band).mean():.3g} {unit}" for name, a in (("U", U), ("D", D))
        )
        return f"On average {band.label}: {', '.join(means)}."

    return facts


def _ends(metric, unit, auction):
    """Facts: the mean at the first and the last phi, and its largest step between neighbours."""

    def facts(reading):
        curve, phis = reading.of(metric, auction).mean(0), reading.phis
        k = int(np.abs(np.diff(curve)).argmax())
        ends = (f"{curve[at]:.3g} {unit} at phi {phis[at]:.2f}" for at in (0, -1))
        step = f"{curve[k + 1] - curve[k]:+.3g} {unit} from {phis[k]:.2f} to {phis[k + 1]:.2f}"
        return f"{', '.join(ends)}; largest step: {step}."

    return facts


def higher(metric, unit, auction, band=EVERY):
    """The metric is higher under ``auction`` than under the other format, on average over the band."""
    other = D if auction == U else U
    letters = "U - D" if auction == U else "D - U"

    def judged(reading):
        return judge(paired(reading.average(metric, auction, band), reading.average(metric, other, band)))

    return keywords(f"{letters}, mean {band.label}", unit, judged, _both(metric, unit, band))


def higher_everywhere(metric, unit, band):
    """The metric is higher under U than under D at every phi of the band."""

    def judged(reading):
        lead = reading.of(metric, U) - reading.of(metric, D)
        return judge_at_every_phi(reading, lead, np.flatnonzero(reading.within(band)))

    return keywords(f"smallest U - D {band.label}", unit, judged, _both(metric, unit, band))


def rises(metric, unit, auction, sign=1.0):
    """The metric rises with phi; with ``sign`` -1, falls."""
    word = "slope" if sign > 0 else "-slope"

    def judged(reading):
        return judge(mean(sign * slopes(reading.of(metric, auction), reading.phis)))

    return keywords(f"{word} over phi", f"{unit} per 1", judged, _ends(metric, unit, auction))


def falls(metric, unit, auction):
    """The metric falls with phi."""
    return rises(metric, unit, auction, -1.0)


def falls_more_in_d(metric, unit):
    """The metric's slope over phi is lower under D."""

    def judged(reading):
        return judge(
            paired(slopes(reading.of(metric, U), reading.phis), slopes(reading.of(metric, D), reading.phis))
        )

    return keywords("slope in U - slope in D", f"{unit} per 1", judged, _both(metric, unit, EVERY))


def stable(metric, unit, auction):
    """The metric hardly changes with phi."""

    def judged(reading):
        return judge(mean(relative_change(reading.of(metric, auction), reading.phis)), STABLE)

    return keywords(
        "relative change over phi, within ±0.10 (ours)", "share", judged, _ends(metric, unit, auction)
    )


def nearly_equal(metric, unit):
    """The prices of both formats nearly coincide at every high phi."""

    def judged(reading):
        one, other = reading.of(metric, U), reading.of(metric, D)
        apart = 2.0 * (one - other) / (one + other)
        at = np.flatnonzero(reading.within(HIGH))
        return judge_everywhere({f"phi = {reading.phis[k]:.2f}": mean(apart[:, k]) for k in at}, NEARLY_EQUAL)

    return keywords(
        "(U - D) / mean of both prices at every phi > 0.9, within ±0.10 (ours)",
        "share",
        judged,
        _both(metric, unit, HIGH),
    )


def extreme_at(metric, auction, phi, sign):
    """The metric is largest (sign 1) or smallest (-1) at ``phi``."""
    word = "distance above the" if sign > 0 else "distance below the"

    def judged(reading):
        curve = sign * reading.of(metric, auction)
        here = int(np.abs(reading.phis - phi).argmin())
        others = [k for k in range(len(reading.phis)) if k != here]
        return judge_at_every_phi(reading, curve[:, [here]] - curve, others)

    def facts(reading):
        curve = reading.of(metric, auction).mean(0)
        at = int((sign * curve).argmax())
        return (
            f"The {'largest' if sign > 0 else 'smallest'}, {curve[at]:.3g}, is at phi {reading.phis[at]:.2f}."
        )

    return keywords(f"{word} value at the next best phi", "share", judged, facts)


def positive(metric, unit, auction):
    """The metric is above zero at every phi."""

    def judged(reading):
        return judge_at_every_phi(reading, reading.of(metric, auction))

    return keywords("smallest over phi", unit, judged, _ends(metric, unit, auction))


def in_range(number, measured, unit, allowed):
    """``number(reading)`` -> float64[populations] lies in the range ``allowed``, or is near its number."""
    return keywords(measured, unit, lambda reading: judge(mean(number(reading)), allowed))


def _firm_mean(column, auction, band):
    """Number for `in_range`: a firm column's mean over firms and the band, per population."""

    def number(reading):
        return reading.of_firms(column, auction)[:, reading.within(band)].mean((1, 2))

    return number


def bids_below_value(auction):
    """Firms bid below their private value, not the value itself."""
    number = _firm_mean("below_value", auction, EVERY)
    return in_range(number, "share of bids below private value, above 0.95 (ours)", "share", ALMOST_ALL_BIDS)


def bids_at_reserve(auction, band):
    """Bid prices are nearer to the reserve than to the next price of the grid."""
    text = f"(bid - reserve) / (private value - reserve) {band.label}, below 0.1 (ours)"
    return in_range(_firm_mean("price_position", auction, band), text, "share", AT_RESERVE)


def volumes_near_maximum(auction, near):
    """Bid volumes at high phi are near the largest allowed, or (``near`` False) below that."""
    number = _firm_mean("volume_position", auction, HIGH)
    text = "(bid - smallest) / (largest - smallest volume) over phi > 0.9, " + (
        "above 0.9 (ours)" if near else "below 0.9 (ours)"
    )
    return in_range(number, text, "share", NEAR_MAXIMUM if near else BELOW_MAXIMUM)


def emissions_fall_by_20_percent(auction):
    """Emissions at phi = 0.80 are 20 % below those without regulation."""
    text = "reduction of emissions at phi = 0.80, its interval contains 0.20"
    return in_range(lambda r: r.of("emission_reduction", auction)[:, 0], text, "share", TWENTY_PERCENT)


def marginal_firm_stays():
    """The same firm of a population sets the price at almost every phi, under U."""

    def judged(reading):
        return judge(mean(share_of_most_frequent(reading.of_firms("marginal", U).argmax(-1))), ALMOST_EVERY)

    def facts(reading):
        _, phis, firms = reading.of_firms("marginal", U).shape
        drawn = np.random.default_rng(0).integers(firms, size=(10_000, phis))
        return (
            f"Were the firm drawn anew at each phi, it would be {share_of_most_frequent(drawn).mean():.2f}."
        )

    return keywords(
        "share of phi with the most frequent marginal firm, above 0.8 (ours)", "share", judged, facts
    )


def share_of_most_frequent(rows):
    """Share of the most frequent number in each row of int[populations, phis]."""
    return np.array([np.bincount(row).max() / row.size for row in rows])


def crosses_near_090():
    """Profits of U and D cross near phi = 0.9; the interval is a bootstrap over populations."""
    return keywords(
        "phi at which mean profit under U falls below D, its interval contains 0.90",
        "phi",
        lambda reading: judge(reading.profit_crossing(), CROSSING),
        _both("mean_profit", "€", EVERY),
    )


def above_roth_erev(auction):
    """Q-learning's mean profit is above that of the original Roth-Erev rule at every phi."""

    def judged(reading):
        return judge_at_every_phi(reading, _lead_over(reading, auction, "roth_erev"))

    def facts(reading):
        counts = (
            f"{int((_lead_over(reading, auction, rule).mean(0) > 0).sum())} of {len(reading.phis)} phi "
            f"against {label}"
            for rule, label in (
                ("roth_erev", "the original rule"),
                ("modified_roth_erev", "the modified one"),
            )
        )
        return f"Ahead at {', '.join(counts)}."

    return keywords("smallest lead of the mean profit over phi", "€", judged, facts)


def _lead_over(reading, auction, learner):
    return reading.of("mean_profit", auction) - reading.of("mean_profit", auction, learner)
