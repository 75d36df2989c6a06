"""Statements of auction theory, each with the number that tests it.

The source states no theorem. It wants examples of theory replicated, of which it names one: a firm can lower the
clearing price by shading its second bid [TwoTier, Technical Approach]. The numbers of all examples are ours. Other
statements are those of theory or questions of our own.

LAB and HRB: uniform price set by the lowest accepted bid, and by the highest rejected bid. A number is that of the
worst case and exact, so its interval is a point.
"""

from functools import partial
from math import inf

from batch_runs.replications.common import claims
from batch_runs.replications.common.claims import ABOVE_ZERO, Range, Statement
from batch_runs.replications.two_tier import theory
from batch_runs.replications.two_tier.measures import computed

SHADING = "TwoTier, Technical Approach"
REDUCTION = "demand-reduction theory [Ausubel2014]"
TRUTH = "theory of VCG auctions [Vickrey1961]"
RESERVED = "theory of VCG auctions with reserve prices [AusubelCramton2004]"
FIRST_PRICE = "theory of first-price auctions [Vickrey1961]"
OWN = "own question"
ROUNDING = 1e-9
NO_GAIN = Range(-inf, ROUNDING)
NOT_BELOW = Range(-ROUNDING)
NEAR_REPLY = Range(-0.02, 0.02)
"""Distance, €/t, of a best reply from the formula that counts as zero; bids tried are 1/60 value apart."""


def near(x):
    """Range of rounding around ``x``."""
    return Range(x - ROUNDING, x + ROUNDING)


def results(quick):
    """Judge every claim of theory: list of `Result`."""
    return claims.results(THEOREMS, scale_of(quick), OWN)


def scale_of(quick):
    """Extent of the cases: 1 in the full run."""
    return 0.2 if quick else 1.0


def _theorem(id, text, number, allowed, measured, unit="€", source=OWN):
    """Statement that ``number(scale)``, as `computed` takes it, lies in the range: a test of the program.

    By construction, as the rules of the auctions imply it.
    """
    measured = f"{measured}; exact for n cases"
    return Statement(id, text, computed(number, allowed), measured, unit, source=source, by_construction=True)


THEOREMS = (
    _theorem(
        "T1a",
        "VCG: no deviation from the truth gains, two permits each, random rivals, reserve 0",
        partial(theory.gain_over_truth, 0.0),
        NO_GAIN,
        "largest gain, at most 0",
        source=TRUTH,
    ),
    _theorem(
        "T1b",
        "VCG: the same with reserve 0.3 €/t",
        partial(theory.gain_over_truth, 0.3),
        NO_GAIN,
        "largest gain, at most 0",
        source=RESERVED,
    ),
    _theorem(
        "T2a",
        "HRB, two firms that value (10, 10), two permits: the truth leaves no profit",
        theory.truthful_profit,
        near(0.0),
        "profit, 0",
        source=REDUCTION,
    ),
    _theorem(
        "T2b",
        "HRB: bids (10, 0) each earn 10 each",
        partial(theory.reduced_profit, "uniform_hrb"),
        near(10.0),
        "profit, 10",
        source=REDUCTION,
    ),
    _theorem(
        "T2c",
        "HRB: these bids are an equilibrium for values (10, 10)",
        partial(theory.gain_from_reduced, "uniform_hrb", (10, 10)),
        NO_GAIN,
        "largest gain, at most 0",
        source=REDUCTION,
    ),
    _theorem(
        "T2d",
        "HRB: they are also one for values (10, 8)",
        partial(theory.gain_from_reduced, "uniform_hrb", (10, 8)),
        NO_GAIN,
        "largest gain, at most 0",
        source=REDUCTION,
    ),
    _theorem(
        "T3a",
        "LAB: the same bids earn nothing",
        partial(theory.reduced_profit, "uniform_lab"),
        near(0.0),
        "profit, 0",
    ),
    _theorem(
        "T3b",
        "LAB: they are not an equilibrium",
        partial(theory.gain_from_reduced, "uniform_lab", (10, 10)),
        ABOVE_ZERO,
        "largest gain, above 0",
    ),
    _theorem(
        "T4a",
        "three permits, A values (10, 8), B bids (9, 5); LAB: A bids 8 for the second and earns 2",
        partial(theory.shaded, "uniform_lab", 8),
        near(2.0),
        "profit, 2",
    ),
    _theorem(
        "T4b",
        "LAB: A shades to 5.01 and earns 7.98",
        partial(theory.shaded, "uniform_lab", 5.01),
        near(7.98),
        "profit, 7.98",
        source=SHADING,
    ),
    _theorem(
        "T4c",
        "HRB: A bids 8 for the second and earns 8",
        partial(theory.shaded, "uniform_hrb", 8),
        near(8.0),
        "profit, 8",
    ),
    _theorem(
        "T4d",
        "HRB: A gives up the second and earns 10",
        partial(theory.shaded, "uniform_hrb", 0),
        near(10.0),
        "profit, 10",
        source=SHADING,
    ),
    _theorem(
        "T5",
        "discriminatory: a best reply that wins two permits bids one price for both",
        theory.price_gap_of_best_replies,
        near(0.0),
        "largest pH - pL, 0",
        "€/t",
    ),
    _theorem(
        "T6",
        "unit demand: payments under HRB and VCG are the same",
        theory.unit_demand_gap,
        near(0.0),
        "largest difference, 0",
        source=TRUTH,
    ),
    _theorem(
        "T7",
        "on identical bids revenue does not rise from discriminatory to LAB to HRB to VCG",
        theory.smallest_step_down,
        NOT_BELOW,
        "smallest step, at least 0",
    ),
    _theorem(
        "T8a",
        "discriminatory, unit demand, two bidders, one permit: v / 2 is the best reply to itself",
        partial(theory.distance_from_formula, "n = 2, Q = 1"),
        NEAR_REPLY,
        "distance, within ±0.02 (ours)",
        "€/t",
        source=FIRST_PRICE,
    ),
    _theorem(
        "T8b",
        "three bidders, two permits: (v - 2v²/3) / (2 - v) is the best reply to itself",
        partial(theory.distance_from_formula, "n = 3, Q = 2"),
        NEAR_REPLY,
        "distance, within ±0.02 (ours)",
        "€/t",
    ),
    _theorem(
        "T9a",
        "discriminatory, flat values 10, supply = each capacity: a common bid below 10 is overbid",
        theory.gain_from_overbidding,
        ABOVE_ZERO,
        "smallest gain, above 0",
    ),
    _theorem(
        "T9b",
        "the same auction: nobody gains by leaving a common bid of 10",
        theory.gain_at_value,
        NO_GAIN,
        "largest gain, at most 0",
    ),
)
