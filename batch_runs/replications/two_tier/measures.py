"""Judges of the statements about the auctions of [TwoTier].

Judges of learned bids take a `Learned`; judges of theory take the extent of its cases.
"""

import numpy as np

from batch_runs.replications.common.claims import ABOVE_ZERO, Range, judge, judge_everywhere
from batch_runs.replications.common.statistics import exact, mean, paired
from batch_runs.replications.two_tier.runs import FORMATS, TITLES, VCG

NEARLY_TRUTHFUL = Range(-0.05, 0.05)
SOON = Range(0.0, 82_000.0)
"""Auctions within which our earlier prototype's VCG bidders were nearly truthful."""
NEAR_ONE = Range(0.99)
ALIKE = Range(-0.10, 0.10)
"""Differences of shading that count as zero."""
EQUAL_SPLIT = Range(0.91, 0.95)
LITTLE_TO_GAIN = Range(-1.0, 0.02)
"""Our earlier prototype found 0.001 to 0.018."""
LARGE_GAP = Range(0.22, 0.36)


def within(name, format, allowed, sign=1.0):
    """``sign`` times a number of a format lies in the range."""
    return lambda learned: judge(mean(sign * learned.of(name, format)), allowed)


def above(name, format, others, allowed=ABOVE_ZERO):
    """A number is larger than under every other format, or by as much as the range says."""

    def judged(learned):
        gaps = {TITLES[o]: paired(learned.of(name, format), learned.of(name, o)) for o in others}
        return judge_everywhere(gaps, allowed)

    return judged


def below(name, format, others):
    """A number is smaller than under every other format."""

    def judged(learned):
        gaps = {TITLES[o]: paired(learned.of(name, o), learned.of(name, format)) for o in others}
        return judge_everywhere(gaps)

    return judged


def everywhere(number, allowed):
    """``number(learned, format)`` -> float64[seeds] lies in the range under every format."""
    return lambda learned: judge_everywhere({TITLES[f]: mean(number(learned, f)) for f in FORMATS}, allowed)


def soon_truthful(learned):
    """Judge the auctions until VCG is nearly truthful; if it never is, the length of the training counts."""
    reached = np.minimum(learned.of("auctions_until_truthful", VCG), learned.cell.samples)
    return judge(mean(reached), SOON)


def lead_over_equal_split(learned, format):
    """Efficiency minus that of an equal split."""
    return learned.of("efficiency", format) - learned.of("equal_split_efficiency", format)


def others_than(format):
    """The other formats."""
    return tuple(f for f in FORMATS if f != format)


def computed(number, allowed):
    """A number of theory, ``number(scale)`` -> (worst value, number of cases), lies in the range."""
    return lambda scale: judge(exact(*number(scale)), allowed)
