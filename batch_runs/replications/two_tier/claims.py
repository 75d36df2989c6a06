"""Statements about learned bids, and the results of an earlier prototype of ours.

The source reports no results. It says that firms reduce demand in uniform-price auctions [TwoTier, Problem Statement];
that VCG is the yardstick for this is our choice. Other statements are those of auction theory, asked of learners, or
questions of our own, some with ranges that the prototype measured.

HRB and LAB: uniform price set by the highest rejected bid, and by the lowest accepted bid. The small game has three
firms that need two permits each, which two steps express exactly; the large game has ten firms that need ten each.
"""

from batch_runs.replications.common import claims
from batch_runs.replications.common.claims import ABOVE_ZERO, Statement
from batch_runs.replications.two_tier.measures import (
    ALIKE,
    EQUAL_SPLIT,
    LARGE_GAP,
    LITTLE_TO_GAIN,
    NEAR_ONE,
    NEARLY_TRUTHFUL,
    above,
    below,
    everywhere,
    lead_over_equal_split,
    others_than,
    soon_truthful,
    within,
)
from batch_runs.replications.two_tier.runs import HRB, LAB, PAY_AS_BID, VCG

PROBLEM = "TwoTier, Problem Statement"
REDUCTION = "demand-reduction theory [Ausubel2014]"
TRUTH = "theory of VCG auctions [Vickrey1961]"
FIRST_PRICE = "theory of first-price auctions [Vickrey1961]"
OWN = "own question"
COARSE = (
    "Two steps cannot follow ten falling values: for every bidder the price of a step is a compromise, above the "
    "value of its last permits and below that of its first."
)

PROTOTYPE = {
    VCG: {
        "efficiency": (0.9994, 0.9997),
        "dri_marginal": (0.01, 0.03),
        "dri_window": (0.04, 0.07),
        "tier_difference": (0.07, 0.13),
        "revenue": (3.07, 3.17),
    },
    HRB: {
        "efficiency": (0.995, 0.996),
        "dri_marginal": (0.11, 0.13),
        "dri_window": (0.36, 0.37),
        "tier_difference": (0.75, 0.77),
        "revenue": (1.49, 1.55),
    },
    LAB: {
        "efficiency": (0.999, 0.999),
        "dri_marginal": (0.35, 0.35),
        "dri_window": (0.36, 0.36),
        "tier_difference": (0.01, 0.04),
        "revenue": (3.06, 3.10),
    },
    PAY_AS_BID: {
        "efficiency": (0.996, 0.997),
        "dri_marginal": (0.39, 0.40),
        "dri_window": (0.34, 0.36),
        "tier_difference": (-0.14, -0.12),
        "revenue": (3.33, 3.41),
    },
}
"""Lowest and highest of three seeds in the small game, as measured by our earlier prototype; not in the source."""


def results(small, large):
    """Judge every claim about learning on both games (`Learned`): list of `Result`."""
    return claims.results(SMALL, small, OWN) + claims.results(LARGE, large, OWN)


SMALL = (
    Statement(
        "L1",
        "VCG: bidders learn to bid nearly truthfully",
        within("dri_marginal", VCG, NEARLY_TRUTHFUL),
        "dri_marginal, within ±0.05 (ours)",
        source=TRUTH,
    ),
    Statement(
        "L2",
        "VCG: they do so within 82,000 auctions",
        soon_truthful,
        "auctions until |dri_marginal| < 0.05, below 82,000",
        "auctions",
    ),
    Statement(
        "L3a",
        "HRB: bidders reduce demand at the margin, more than under VCG",
        above("dri_marginal", HRB, (VCG,)),
        "dri_marginal, HRB - VCG",
        source=PROBLEM,
    ),
    Statement(
        "L3b",
        "HRB: they also do so in the window of the marginal permit and the next one",
        above("dri_window", HRB, (VCG,)),
        "dri_window, HRB - VCG",
    ),
    Statement(
        "L3c",
        "HRB: they shade the second permit more than the first",
        within("unit_difference", HRB, ABOVE_ZERO),
        "shading of the second permit - of the first",
        source=REDUCTION,
    ),
    Statement(
        "L3d",
        "HRB: they bid for fewer of the permits they want than under VCG",
        above("quantity_reduction", HRB, (VCG,)),
        "quantity_reduction, HRB - VCG",
    ),
    Statement(
        "L4a",
        "LAB: bidders shade, more than under VCG",
        above("dri_marginal", LAB, (VCG,)),
        "dri_marginal, LAB - VCG",
        source=PROBLEM,
    ),
    Statement(
        "L4b",
        "LAB: they shade both permits equally",
        within("unit_difference", LAB, ALIKE),
        "shading of the second permit - of the first, within ±0.10 (ours)",
    ),
    Statement(
        "L5a",
        "discriminatory: bidders shade, more than under VCG",
        above("dri_marginal", PAY_AS_BID, (VCG,)),
        "dri_marginal, discriminatory - VCG",
        source=FIRST_PRICE,
    ),
    Statement(
        "L5b",
        "discriminatory: they shade the first permit more than the second",
        within("unit_difference", PAY_AS_BID, ABOVE_ZERO, -1.0),
        "shading of the first permit - of the second",
    ),
    Statement(
        "L6",
        "efficiency is near 1 in all formats",
        everywhere(lambda learned, f: learned.of("efficiency", f), NEAR_ONE),
        "efficiency, above 0.99 (ours)",
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
        "gain of the best other prices / profit, below 0.02 (ours)",
        reason="The range is that of an earlier prototype, which may have tried other costs and supplies.",
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
