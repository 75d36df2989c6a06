"""The claims of [Goyal] about the CMRA, and what an earlier prototype of it measured.

A: GHG permits stay unsold. B: the farm of the larger correlation pays lower prices. C: other formats sell everything.
P and T are in `traps`, R in `revenue`. Statements of our own ask what is behind.
"""

from batch_runs.replications.common import claims
from batch_runs.replications.common.claims import Statement
from batch_runs.replications.common.evidence import mark
from batch_runs.replications.goyal.cases import (
    CLOCK,
    LITERAL,
    TEN,
    TICKS,
    TITLES,
    UNCORRELATED,
    VCG,
    WORTHLESS_GIVEN,
    closed_clock,
    kinds,
)
from batch_runs.replications.goyal.measures import (
    HARDLY_ANY,
    MINORITY,
    all_sold,
    lower_price,
    lower_spend,
    mixture_tells,
    more_often_with_correlation,
    more_unsold_than_others,
    much_unsold,
    no_higher_price,
    often,
    often_everywhere,
    price_gap,
    spend_falls_with_correlation,
    unsold_as_under_vcg,
    unsold_uncorrelated,
)
from batch_runs.replications.goyal.revenue import REVENUE
from batch_runs.replications.goyal.runs import NUTRIENT
from batch_runs.replications.goyal.traps import OFTEN, OWN, PROMISES, TRAPS
from model.mechanisms.combinatorial.english_clock import RATIONED

SOURCE = "Goyal"
BOTH_BUY = "share of instances in which both buy"
STAND_ALONE = "stand-alone utilities of pollutants (r = 0)"
"""With which the source contrasts classical auctions."""
WORTHLESS = (
    "Abating GHG for the sake of nutrients makes further GHG permits worth nothing to a farm, and nobody pays the "
    "reserve for these, in any format."
)
CLOCK_STOPS = (
    "The clock stops when demand is at most the supply. It may have passed the prices at which all permits would be "
    "bought, and it cannot sell worthless permits at a price above 0."
)

UNSOLD = (
    Statement(
        "A1",
        "CMRA: more than 30 % of the GHG permits stay unsold in almost all auctions",
        often(much_unsold()),
        f"share of auctions, {OFTEN}",
    ),
    Statement(
        "A2",
        "CMRA: nutrient permits are sold",
        often(all_sold(pollutant=NUTRIENT)),
        f"share of auctions that sell all of them, {OFTEN}",
    ),
    Statement(
        "A3",
        "the CMRA is the cause: it leaves more GHG permits unsold than every other format",
        more_unsold_than_others,
        "share unsold, CMRA - other, same instances",
        source=OWN,
        reason=WORTHLESS,
    ),
    Statement(
        "A4",
        "VCG with the same reserve leaves as many unsold",
        unsold_as_under_vcg,
        "share of GHG permits unsold, CMRA - VCG, within ±0.05 (ours)",
        source=OWN,
    ),
    Statement(
        "A5",
        "the correlation is the cause: without it hardly any auction of any format leaves 30 % unsold",
        often_everywhere(unsold_uncorrelated(), HARDLY_ANY),
        "share of auctions with r = 0, below 0.10 (ours)",
        source=OWN,
    ),
    Statement(
        "A6",
        "A1 holds for ten farms",
        often(much_unsold(TEN)),
        f"share of auctions, {OFTEN}",
        source=OWN,
    ),
    Statement(
        "A7",
        "A1 holds with the values of packages as printed, U(x) = C(x)",
        often(much_unsold(LITERAL)),
        f"share of auctions, {OFTEN}",
        source=OWN,
        reason="Values as printed grow with every lot, and that makes the last permits the most wanted ones.",
    ),
)

PRICES = (
    Statement(
        "B1",
        "CMRA: the farm of r = 0.5 pays a lower average price than that of r = 0.1 in more than 90 % of the auctions",
        often(lower_price()),
        f"{BOTH_BUY}, payment / lots of all pollutants, {OFTEN}; the source says on average",
        source=OWN,
        reason="Prices are equal where both buy two GHG lots for every nutrient lot, the ratio that r = 0.5 makes, at "
        "the same clock prices. It pays the higher one where nutrients are a larger part of its lots (B13).",
    ),
    Statement(
        "B1b",
        "CMRA: it pays no higher average price, in almost all auctions",
        often(no_higher_price()),
        f"{BOTH_BUY}, equal prices included, {OFTEN}",
        source=OWN,
    ),
    Statement(
        "B2",
        "CMRA: the farm of r = 0.5 pays a lower average price than that of r = 0.1, on average",
        price_gap(),
        "payment / lots, r = 0.1 less r = 0.5, where both buy",
        "€/lot",
    ),
    Statement(
        "B3",
        "CMRA: it pays less in all, in almost all auctions",
        often(lower_spend()),
        f"share of all instances, {OFTEN}",
        source=OWN,
    ),
    Statement(
        "B4",
        "CMRA: its nutrient lots alone are cheaper, too, in almost all auctions",
        often(lower_price(pollutant=NUTRIENT)),
        f"share of instances in which both buy some, payments divided pro rata, {OFTEN}",
        source=OWN,
        reason="Mostly both pay the last clock price.",
    ),
    Statement(
        "B4b",
        "CMRA: its nutrient lots are cheaper on average",
        price_gap(NUTRIENT),
        "payment per nutrient lot, divided pro rata, r = 0.1 less r = 0.5, where both buy some",
        "€/lot",
        source=OWN,
    ),
    *(
        Statement(
            f"B{5 + k}",
            f"B1 holds where the farm of r = 0.5 is a {odd} farm and that of r = 0.1 a {even} farm",
            often(lower_price(kinds(odd, even))),
            f"{BOTH_BUY}, {OFTEN}",
            source=OWN,
        )
        for k, (odd, even) in enumerate((("dairy", "crop"), ("crop", "crop"), ("dairy", "dairy")))
    ),
    Statement(
        "B8",
        "the kind does not explain B1: with r = 0.1 for both, crop farms pay the lower price in less than half",
        often(lower_price("crop 0.1, dairy 0.1"), MINORITY),
        f"{BOTH_BUY}, below 0.50",
        source=OWN,
    ),
    Statement(
        "B9",
        "the larger its correlation, 0.1 to 0.5, the more often the first farm pays the lower price",
        more_often_with_correlation,
        "smallest rise of the share from one step to the next",
        source=OWN,
        reason="With 0.2 to 0.4 it buys almost only nutrient lots, which are dear, so that its average price is high.",
    ),
    Statement(
        "B10",
        "the larger its correlation, 0.1 to 0.5, the less it pays in all",
        spend_falls_with_correlation,
        "smallest fall of its payment from one step to the next",
        "€",
        source=OWN,
    ),
    Statement(
        "B11",
        "B1 holds for ten farms, those of r = 0.5 against those of r = 0.1",
        often(lower_price(TEN)),
        f"{BOTH_BUY}, {OFTEN}",
        source=OWN,
    ),
    Statement(
        "B12",
        "B1 holds under VCG",
        often(lower_price(format=VCG)),
        f"{BOTH_BUY}, {OFTEN}",
        source=OWN,
        reason="A farm pays what others would have had of its permits: that of r = 0.5 takes a few from a farm that "
        "values them highly, and the other one takes many from a farm that has little use for them.",
    ),
    Statement(
        "B13",
        "an average price mostly reflects what is bought: the lower one goes with the smaller share of nutrient lots",
        often(mixture_tells()),
        f"share of instances in which both prices and shares differ, {OFTEN}",
        source=OWN,
    ),
)

EVERYTHING = (
    Statement(
        "C1",
        "VCG sells everything",
        often(all_sold(format=VCG)),
        f"share of auctions, {OFTEN}",
        elsewhere={STAND_ALONE: often(all_sold(UNCORRELATED, VCG))},
        reason=WORTHLESS,
    ),
    Statement(
        "C2",
        "the English auction sells everything",
        often(all_sold(format=CLOCK)),
        f"share of auctions, {OFTEN}",
        elsewhere={STAND_ALONE: often(all_sold(UNCORRELATED, CLOCK))},
        reason=WORTHLESS,
    ),
    Statement(
        "C3",
        "VCG sells everything without a reserve price, if worthless permits are given away",
        often(all_sold(WORTHLESS_GIVEN, VCG)),
        f"share of auctions, {OFTEN}",
        source=OWN,
    ),
    Statement(
        "C4",
        "the English auction sells everything without a reserve price",
        often(all_sold(WORTHLESS_GIVEN, CLOCK)),
        f"share of auctions, {OFTEN}",
        source=OWN,
        reason=CLOCK_STOPS,
    ),
    Statement(
        "C4b",
        "the English auction sells everything where pollutants are uncorrelated and it rations what its ticks leave",
        often(all_sold(closed_clock(TICKS[0], RATIONED), CLOCK)),
        f"share of auctions with r = 0, {OFTEN}",
        source=OWN,
    ),
    *(
        Statement(
            f"C{5 + k}",
            f"{TITLES[format]} sells everything where pollutants are uncorrelated",
            often(all_sold(UNCORRELATED, format)),
            f"share of auctions with r = 0, {OFTEN}",
            source=OWN,
            reason="Its last rise of a price may end the demand for more than one lot."
            if format == CLOCK
            else "",
        )
        for k, format in enumerate((VCG, CLOCK))
    ),
)

FOLLOWS = {"C1": "A4"}
"""VCG leaves as many GHG permits unsold as the CMRA, which leaves more than 30 %: so it does not sell everything."""
CERTAIN = tuple(f"P{k}" for k in range(1, 8))
"""Promises of the rules, which a correct program cannot but keep."""
STATEMENTS = mark((*UNSOLD, *PRICES, *EVERYTHING, *REVENUE, *PROMISES, *TRAPS), FOLLOWS, CERTAIN)

PROTOTYPE = {
    "A1": "98.8 % of 250",
    "A2": "100 %",
    "B1": "97.2 % of 218 (of 250)",
    "B9": "46, 38, 44, 74, 100 % at 0.1, …, 0.5: no",
    "C1": "no",
    "C2": "no",
    "T1": "yes",
    "T2": "efficiency 0.37, order of farms not known",
    "T6": "share sold 0.58 → 1.00",
}
"""Results of the prototype, by claim."""
PROTOTYPE_SWEEP = (37, 58, 10)
"""Configurations of its 108 in which A, B, and both hold in 90 % of the instances."""


def results(auctions):
    """Judge every claim: list of `Result`."""
    return claims.results(STATEMENTS, auctions, SOURCE)
