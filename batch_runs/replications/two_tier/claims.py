"""The claims about learned bids [TwoTier, Section 4], and the numbers of the source's own prototype.

HRB and LAB: uniform price set by the highest rejected, and by the lowest accepted bid. The small game has
three firms that need two permits each, which two steps express exactly; the large one ten that need ten.
"""

import numpy as np

from batch_runs.replications.common.claims import (
    ABOVE_ZERO,
    Judgement,
    Range,
    Statement,
    judge,
    judge_everywhere,
    result,
)
from batch_runs.replications.common.statistics import mean, paired
from batch_runs.replications.two_tier.runs import FORMATS, MEASURED, TITLES

SOURCE = "TwoTier, Section 4"
VCG, HRB, LAB, PAY_AS_BID = FORMATS
NEARLY_TRUTHFUL = Range(-0.05, 0.05)
SOON = Range(0.0, 82_000.0)
"""Auctions within which the prototype's VCG bidders were nearly truthful."""
NEAR_ONE = Range(0.99)
ALIKE = Range(-0.10, 0.10)
"""Differences of shading that count as none."""
EQUAL_SPLIT = Range(0.91, 0.95)
LITTLE_TO_GAIN = Range(-1.0, 0.02)
"""The prototype found 0.001 to 0.018."""
LARGE_GAP = Range(0.22, 0.36)

COARSE = (
    "Two steps cannot follow ten falling values: the price of a step is a compromise, above the value of its "
    "last permits and below that of its first, whoever bids."
)

PROTOTYPE = {
    VCG: {
        "allocative_efficiency": (0.9994, 0.9997),
        "dri_marginal": (0.01, 0.03),
        "dri_window": (0.04, 0.07),
        "tier_difference": (0.07, 0.13),
        "revenue": (3.07, 3.17),
    },
    HRB: {
        "allocative_efficiency": (0.995, 0.996),
        "dri_marginal": (0.11, 0.13),
        "dri_window": (0.36, 0.37),
        "tier_difference": (0.75, 0.77),
        "revenue": (1.49, 1.55),
    },
    LAB: {
        "allocative_efficiency": (0.999, 0.999),
        "dri_marginal": (0.35, 0.35),
        "dri_window": (0.36, 0.36),
        "tier_difference": (0.01, 0.04),
        "revenue": (3.06, 3.10),
    },
    PAY_AS_BID: {
        "allocative_efficiency": (0.996, 0.997),
        "dri_marginal": (0.39, 0.40),
        "dri_window": (0.34, 0.36),
        "tier_difference": (-0.14, -0.12),
        "revenue": (3.33, 3.41),
    },
}
"""Lowest and highest of three seeds in the small game, as the source prints them."""


class Learned:
    """All trainings of one game as arrays over seeds."""

    def __init__(self, done):
        """Sort them; ``done`` : pairs (cell, its result)."""
        self.results = {(cell.format, cell.seed): result for cell, result in done}
        self.cell = done[0][0]
        self.seeds = sorted({cell.seed for cell, _ in done})

    def of(self, name, format):
        """A number of MEASURED: float64[seeds]."""
        return self.stacked("numbers", format)[:, MEASURED.index(name)]

    def stacked(self, part, format):
        """A part of the results, arrays with a leading axis of seeds."""
        return np.array([self.results[format, seed][part] for seed in self.seeds])


def results(small, large):
    """Every claim about learning, judged on both games (`Learned`): list of `Result`."""
    judged = (*((s, small) for s in SMALL), *((s, large) for s in LARGE))
    return [result(s, learned, SOURCE, TITLES.get) for s, learned in judged]


def within(name, format, allowed, sign=1.0):
    """``sign`` times a number of a format lies in the range."""
    return lambda learned: judge(mean(sign * learned.of(name, format)), allowed)


def above(name, format, others, allowed=ABOVE_ZERO):
    """A number is larger than under every other format, or by as much as the range says."""

    def judged(learned):
        gaps = {o: paired(learned.of(name, format), learned.of(name, o)) for o in others}
        found = judge_everywhere(gaps, allowed)
        return found if len(gaps) > 1 else found._replace(at=None)

    return judged


def below(name, format, others):
    """A number is smaller than under every other format."""

    def judged(learned):
        return judge_everywhere({o: paired(learned.of(name, o), learned.of(name, format)) for o in others})

    return judged


def everywhere(number, allowed):
    """``number(learned, format)`` -> float64[seeds] lies in the range under every format."""
    return lambda learned: judge_everywhere({f: mean(number(learned, f)) for f in FORMATS}, allowed)


def soon_truthful(learned) -> Judgement:
    """Auctions until VCG is nearly truthful; those never so count with the length of their training."""
    reached = np.minimum(learned.of("auctions_until_truthful", VCG), learned.cell.samples)
    return judge(mean(reached), SOON)


def lead_over_equal_split(learned, format):
    """Efficiency less that of an equal split."""
    return learned.of("allocative_efficiency", format) - learned.of("equal_split_efficiency", format)


def others_than(format):
    """The other formats."""
    return tuple(f for f in FORMATS if f != format)


SMALL = (
    Statement(
        "L1",
        "VCG: bidders learn nearly to tell the truth",
        within("dri_marginal", VCG, NEARLY_TRUTHFUL),
        "dri_marginal, within ±0.05",
    ),
    Statement(
        "L2",
        "VCG: within 82,000 auctions",
        soon_truthful,
        "auctions until |dri_marginal| < 0.05, below 82,000",
        "auctions",
    ),
    Statement(
        "L3a",
        "HRB: bidders reduce demand at the margin, more than under VCG",
        above("dri_marginal", HRB, (VCG,)),
        "dri_marginal, HRB - VCG",
    ),
    Statement(
        "L3b",
        "HRB: and in the window of the marginal permit and the next one",
        above("dri_window", HRB, (VCG,)),
        "dri_window, HRB - VCG",
    ),
    Statement(
        "L3c",
        "HRB: they shade the second permit more than the first",
        within("unit_difference", HRB, ABOVE_ZERO),
        "shading of the second permit - of the first",
    ),
    Statement(
        "L3d",
        "HRB: they ask for fewer of the permits they want than under VCG",
        above("quantity_reduction", HRB, (VCG,)),
        "quantity_reduction, HRB - VCG",
    ),
    Statement(
        "L4a",
        "LAB: bidders shade, more than under VCG",
        above("dri_marginal", LAB, (VCG,)),
        "dri_marginal, LAB - VCG",
    ),
    Statement(
        "L4b",
        "LAB: both permits alike",
        within("unit_difference", LAB, ALIKE),
        "shading of the second permit - of the first, within ±0.10",
    ),
    Statement(
        "L5a",
        "discriminatory: bidders shade, more than under VCG",
        above("dri_marginal", PAY_AS_BID, (VCG,)),
        "dri_marginal, discriminatory - VCG",
    ),
    Statement(
        "L5b",
        "discriminatory: the first permit more than the second",
        within("unit_difference", PAY_AS_BID, ABOVE_ZERO, -1.0),
        "shading of the first permit - of the second",
    ),
    Statement(
        "L6",
        "efficiency is near 1 in all formats",
        everywhere(lambda learned, f: learned.of("allocative_efficiency", f), NEAR_ONE),
        "efficiency, above 0.99",
    ),
    Statement(
        "L7",
        "an equal split alone reaches 0.91 to 0.95",
        within("equal_split_efficiency", VCG, EQUAL_SPLIT),
        "efficiency of an equal split, 0.91 to 0.95",
    ),
    Statement(
        "L8a", "HRB raises the least revenue", below("revenue", HRB, others_than(HRB)), "other - HRB", "€"
    ),
    Statement(
        "L8b",
        "discriminatory pricing raises the most revenue",
        above("revenue", PAY_AS_BID, others_than(PAY_AS_BID)),
        "discriminatory - other",
        "€",
    ),
    Statement(
        "L9",
        "learned bids are nearly an equilibrium: other prices gain a firm 2 % at most",
        everywhere(lambda learned, f: learned.of("exploitability", f), LITTLE_TO_GAIN),
        "gain of the best other prices / profit, below 0.02",
        reason="The source does not say over which costs and supplies its gain is taken.",
    ),
)

LARGE = (
    Statement(
        "B1",
        "ten firms, ten permits each: HRB reduces demand by 0.22 to 0.36 more than VCG",
        above("dri_marginal", HRB, (VCG,), LARGE_GAP),
        "dri_marginal, HRB - VCG, 0.22 to 0.36",
    ),
    Statement(
        "B2",
        "ten firms: two steps make the index of VCG negative",
        within("dri_marginal", VCG, ABOVE_ZERO, -1.0),
        "-dri_marginal",
        reason=COARSE,
    ),
    Statement(
        "B3",
        "ten firms: every format allocates better than an equal split",
        everywhere(lead_over_equal_split, ABOVE_ZERO),
        "efficiency - that of an equal split",
    ),
)
