"""The claims of [Esmaeili2022, Section 6 and Table 4], each with a number and the range that reproduces it.

Case 1: no caps on bids; case 2: price cap 140 €/t, volume cap 3000 t. Weak chains: the two with the lowest
private values, 1 and 2 of Table 5; strong ones: the others.
"""

from dataclasses import replace

from batch_runs.replications.common import claims
from batch_runs.replications.common.claims import Statement
from batch_runs.replications.common.evidence import mark
from batch_runs.replications.esmaeili2022 import measures as m
from batch_runs.replications.esmaeili2022 import yardsticks
from batch_runs.replications.esmaeili2022.runs import (
    CASE_1,
    CASE_2,
    CASES,
    DRAWN,
    FORMATS,
    TABLE_5,
    D,
    U,
)

CASE, LEARNING = "Esmaeili2022, Section 6", "Esmaeili2022, Table 4"

LITTLE_AT_STAKE = (
    "Volumes beyond what the chain can use bring permits that are resold at the trading price. Where that is near "
    "the price paid, there is little to gain by the largest volume."
)
FINE = (
    "Most of the loss is the cost of emissions beyond the abatement limit, at the upper bound of the trading price "
    "(10,000 €/t). It depends on the limit of the instance, which the paper does not give; its two figures imply a "
    "trading price of about 3,200 €/t at 40 %."
)
BOUND = "The trading price reaches its upper bound, 10,000 €/t, before the last rate and can rise no further."
SMALL_LEAD = (
    "The paper does not give the settings of Roth-Erev; the table of rules shows how much depends on them."
)


def results(outcomes):
    """Judge the claims about one population, but not those of Table 4: list of `Result`."""
    return claims.results(marked(outcomes.population), outcomes, CASE)


def marked(population):
    """Return the statements about a population, with those marked that are no evidence of their own."""
    return mark(JUDGED_ON[population], FOLLOWS, CERTAIN[population])


def learning_results(learners):
    """Judge the claims of Table 4: list of `Result`."""
    return claims.results(TABLE_4, learners, LEARNING)


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
        lambda a: m.everywhere(m.price_distance(m.CAP_PRICE), (CASE_2,), (a,), m.SOME, m.WITHIN_1_EURO),
        "largest distance of a bid price from 140, within 1 (ours)",
        unit="€/t",
        reason=LITTLE_AT_STAKE,
    ),
    *_per_format(
        2,
        "case 2, rates from 10 %: every chain bids the volume cap, 3000 t",
        lambda a: m.everywhere(m.below_volume_cap, (CASE_2,), (a,), m.SOME, m.NEARLY),
        "largest distance of a bid volume from 3000, within 0.05 (ours)",
        reason=LITTLE_AT_STAKE,
    ),
    *_per_format(
        3,
        "case 2, rates from 10 %: every chain gets an equal share (Table 5: 2281, 2028, 1774, 1521 t)",
        lambda a: m.everywhere(m.unequal_share, (CASE_2,), (a,), m.SOME, m.NEARLY),
        "largest distance of an award from an equal share, within 0.05 (ours)",
        reason=LITTLE_AT_STAKE,
    ),
    *_per_format(
        4,
        "rate 0: every chain bids the reserve price, 100 €/t",
        lambda a: m.everywhere(m.price_distance(m.RESERVE), CASES, (a,), (m.NONE,), m.WITHIN_1_EURO),
        "largest distance of a bid price from 100, within 1 (ours)",
        unit="€/t",
    ),
    *_per_format(
        5,
        "rate 0: every chain bids its TEC",
        lambda a: m.everywhere(m.volume_distance, CASES, (a,), (m.NONE,), m.NEARLY),
        "largest distance of a bid volume from TEC, within 0.05 (ours)",
    ),
    *_per_format(
        6,
        "case 1, rate 40 %: the two weak chains get nothing",
        lambda a: m.everywhere(m.award_of_weak, (CASE_1,), (a,), (m.MOST,), m.NEARLY),
        "largest award of a weak chain / TEC, within 0.05 (ours)",
    ),
)

AWARDS = (
    *_per_format(
        7,
        "case 1, rate 40 %: chains 3, 4, 5 get 2322, 2452, 2830 t",
        lambda a: m.figures_met("award", CASE_1, a, m.MOST, m.AWARDS_AT_40),
        "award - figure; its interval contains 0, up to 1.05 t by rounding of the paper's tables",
        unit="t",
    ),
)

PRICES = (
    Statement(
        "8a",
        "case 1: the price paid under uniform pricing is no higher than under discriminatory pricing",
        m.on_average(m.difference("price_paid", D, U), CASE_1, m.SOME),
        "D - U of payments / awards, mean over the rates from 10 %",
        "€/t",
    ),
    Statement(
        "8b",
        "and this holds at every rate from 10 %",
        m.between_formats(m.difference("price_paid", D, U), CASE_1, m.SOME),
        "smallest D - U of payments / awards over the rates from 10 %",
        "€/t",
    ),
    Statement(
        "9",
        "case 2: the prices paid under both formats are equal",
        m.between_formats(m.difference("price_paid", D, U), CASE_2, m.EVERY, m.WITHIN_1_EURO),
        "D - U of payments / awards, within 1 €/t (ours) at every rate",
        "€/t",
    ),
    Statement(
        "10a",
        "the trading price is 0 at a rate of 0",
        m.everywhere(m.of("trading_price"), CASES, FORMATS, (m.NONE,), m.WITHIN_1_EURO),
        "trading price, within 1 (ours)",
        "€/t",
    ),
    Statement(
        "10b",
        "the trading price rises with the rate",
        m.rises("trading_price"),
        "slope over the rate",
        "€/t per 1",
    ),
    Statement(
        "10c",
        "and from each rate to the next",
        m.everywhere(m.step_up("trading_price"), CASES, FORMATS, m.SOME),
        "smallest step",
        "€/t",
        BOUND,
    ),
)

PROFITS = (
    *_per_format(
        11,
        "the auction lowers the average profit at every rate",
        lambda a: m.everywhere(m.of("mean_profit_change", -1.0), CASES, (a,), m.EVERY),
        "- change of profit against no policy, mean over chains",
    ),
    Statement(
        "12a",
        "case 1: the auction lowers the average profit less under uniform pricing",
        m.on_average(m.difference("mean_profit_change", U, D), CASE_1, m.SOME),
        "U - D of the mean change of profit, mean over the rates from 10 %",
    ),
    Statement(
        "12b",
        "and this holds at every rate from 10 %",
        m.between_formats(m.difference("mean_profit_change", U, D), CASE_1, m.SOME),
        "smallest U - D of it over the rates from 10 %",
    ),
    Statement(
        "13",
        "case 2: the auction lowers the average profit equally under both formats",
        m.between_formats(m.difference("mean_profit_change", U, D), CASE_2, m.EVERY, m.SAME_PROFIT),
        "U - D of the mean change of profit, within 0.01 (ours) at every rate",
    ),
    *_per_format(
        14,
        "case 1, rate 40 %: profits of the strong chains are positive",
        lambda a: m.everywhere(m.profit_of_strong, (CASE_1,), (a,), (m.MOST,)),
        "profit of the strong chain that earns least / that without a policy",
    ),
    *_per_format(
        15,
        "case 1, rate 40 %: profits of the weak chains are negative",
        lambda a: m.everywhere(m.loss_of_weak, (CASE_1,), (a,), (m.MOST,)),
        "loss of the weak chain that loses least / profit without a policy",
    ),
    *_per_format(
        16,
        "case 2, rate 40 %: profits of all chains are negative",
        lambda a: m.everywhere(m.least_loss, (CASE_2,), (a,), (m.MOST,)),
        "loss of the chain that loses least / profit without a policy",
        reason="Chains whose plans emit less than their share of the permits sell the rest at the upper bound.",
    ),
)

LOSSES = (
    Statement(
        "17a",
        "case 1, rate 40 %: the average change of profit is -543 %",
        m.profit_at_40(CASE_1),
        "change of profit, mean over chains and both formats, its interval contains -5.43",
        reason=FINE,
    ),
    Statement(
        "17b",
        "case 2, rate 40 %: the average change of profit is -426 %",
        m.profit_at_40(CASE_2),
        "change of profit, mean over chains and both formats, its interval contains -4.26",
        reason=FINE,
    ),
    Statement(
        "17c",
        "rate 40 %: the average profit falls further in case 1 than in case 2",
        m.between_cases("mean_profit_change", CASE_2, CASE_1, (m.MOST,)),
        "case 2 - case 1 of the mean change of profit",
    ),
)

GREEN = tuple(
    Statement(f"18{letter}", text, m.rises(metric), "slope over the rate", "share per 1")
    for letter, text, metric in (
        ("a", "the use of green machines rises with the rate", "green_production"),
        ("b", "the use of green transport rises with the rate", "green_transport"),
    )
)

FOLLOWS = {"3a": "1a", "3b": "1b", "8a": "8b", "9": "1b", "10b": "10c", "12a": "12b", "13": "9"}
"""Equal bids, at the caps, get equal shares (3), and prices are then equal (9), so profits are, too (13). What holds at
every rate holds on average (8a, 12a) and along a fitted line (10b)."""
CERTAIN = {TABLE_5: ("10a", "10b", "10c"), DRAWN: ("10a",)}
"""Without mitigation no permit is short, so none is worth anything on the market. The inferred curve rises in a
straight line up to 45 %, so the trading price of Table 5's chains rises up to 40 %."""
INFERRED_FROM = tuple(replace(statement, used_to_infer=True) for statement in LOSSES)
"""On the chains of Table 5: their marginal cost was inferred from 17a and 17b, which contain 17c."""
JUDGED_ON = {
    TABLE_5: (*BIDS, *AWARDS, *PRICES, *PROFITS, *INFERRED_FROM),
    DRAWN: (*BIDS, *PRICES, *PROFITS, *LOSSES, *GREEN),
}
"""The claims about each population; one about both counts as judged on the first."""

TABLE_4 = (
    *_per_format(
        19,
        "Q-learning's average profit is above Roth-Erev's",
        m.ahead,
        "Q-learning - Roth-Erev, mean profit per chain",
        unit="€",
    ),
    *(
        Statement(
            f"20{letter}",
            f"by {m.LEAD[auction]:.0%}, {auction} prices".replace("%", " %"),
            m.ahead_by(auction),
            f"mean of Q-learning / mean of Roth-Erev - 1, its interval contains {m.LEAD[auction]:g}",
            impossible=m.above_largest_profit(auction),
            reason=SMALL_LEAD,
            facts=yardsticks.limits(auction),
        )
        for letter, auction in zip("ab", FORMATS)
    ),
)

STATEMENTS = (*BIDS, *AWARDS, *PRICES, *PROFITS, *LOSSES, *GREEN, *TABLE_4)
