"""Statements on policy over years that need no runs: each is a number that the rules and formulas must give.

Two periods and their bank, fines after which permits are still owed, prices against quantities, and the auctions and
reserves of real systems by hand. They test the program and not the economics.
"""

import math

import numpy as np

from batch_runs.replications.common.claims import Statement
from batch_runs.replications.textbook.measures import SAME, always
from model.mechanisms.auctions.uniform import UniformSettings
from model.mechanisms.stability_reserve import EU_RULE, change_of_auctions, play_years, scaled
from model.mechanisms.supply_curve import sell, supply_curve
from model.systems.emissions_trading.equilibrium import solve, two_periods
from model.systems.emissions_trading.instruments import (
    Problem,
    best_width_of_collar,
    emissions_in,
    expected_gain_of_collar,
    expected_gain_of_tax,
    gain_of_tax,
    welfare,
)

DRAWS = 2_000
"""Caps and rates of interest drawn for the formula of two periods, and shocks for prices against quantities."""
SPREAD = 5.0
"""Standard deviation of the shocks, t."""
SLOPE, BASELINE, INTEREST = 3.0, 100.0, 0.05
"""Marginal cost, €/t per t, and emissions without abatement, t, of a period; interest a period."""
PROBLEMS = {f"damage slope {b:g}": Problem(slope=2.0, damage_slope=b) for b in (1.0, 2.0, 4.0)}
"""Marginal cost rises by 2 €/t per t; damages less, as much, and more steeply."""


def from_formula(markets, case):
    """Distance of the equilibrium's prices from the formula of two periods / choke price, float64[draws]."""
    rng = np.random.default_rng(1)
    caps, interest = rng.uniform(*case, (DRAWS, 2)), rng.uniform(0.0, 0.2, DRAWS)
    formula = np.stack(two_periods(SLOPE, BASELINE, caps.T, interest), 1)
    found = [periods(pair, r).price for pair, r in zip(caps, interest, strict=True)]
    return np.abs(found - formula).max(1) / (SLOPE * BASELINE)


def periods(caps, interest=INTEREST, **about):
    """Equilibrium of one firm with one cap, t, per period."""
    return solve(np.full((len(caps), 1), BASELINE), SLOPE * BASELINE, caps, interest=interest, **about)


def from_fine(markets, case):
    """Price of the first period less what the fine makes of it, €/t; case : whether permits are still owed."""
    fine, caps = 50.0, (60.0, 90.0)
    if case:
        found = periods(caps, most_advanced=np.inf, fee=fine)
        return np.array([found.price[0] - (fine + found.price[1] / (1.0 + INTEREST))])
    return np.array([periods(caps, steps=[(fine, np.inf)]).price[0] - fine])


def from_identity(markets, problem):
    """Welfare of the tax less that of the cap, less the formula, €, shock by shock."""
    shock = SPREAD * np.random.default_rng(2).standard_normal(DRAWS)
    tax, cap = (
        welfare(problem, emissions_in(problem, shock, *limits), shock)
        for limits in ((problem.price, problem.price), (0.0, np.inf))
    )
    return tax - cap - gain_of_tax(problem, shock)


def signed_gain(markets, problem):
    """Expected gain of the tax over the cap, €, with the sign of cost slope - damage slope."""
    return np.array([np.sign(problem.slope - problem.damage_slope) * expected_gain_of_tax(problem, SPREAD)])


def over_both(markets, problem):
    """Expected welfare of the best collar less that of the better of tax and cap, €."""
    collar = expected_gain_of_collar(problem, SPREAD, best_width_of_collar(problem, SPREAD))
    return np.array([collar - max(expected_gain_of_tax(problem, SPREAD), 0.0)])


def auction_54():
    """RGGI's auction 54 in lots of 1,000: values fall to 13.00 $ at 27,041,000; `Sale`."""
    quantity = np.arange(1, 40_000) * 1000
    value = 13.0 + 0.74 * (27_041_000 - quantity) / 3_919_482
    steps = [
        (2.38, 23_121_518 - 11_310_000, "reserve_price"),
        (6.0, 11_310_000, "emissions_containment"),
        (13.0, 11_980_000, "cost_containment"),
    ]
    settings = UniformSettings(price_rule="highest_rejected")
    wanted = value > 0.0
    return sell(
        "uniform", supply_curve(steps), value[wanted], np.full(wanted.sum(), 1000.0), settings=settings
    )


def from_rggi(markets, case):
    """Price, $, less 13.00, and permits of the cost containment reserve, in millions, less those published."""
    sale = auction_54()
    return np.array([sale.outcome.clearing_price - 13.0, (sale.taken[2] - 3_919_482.0) / 1e6])


def from_published_intake(markets, case):
    """Whole permits withheld for the 1,134,794,738 in circulation at the end of 2022, less those published."""
    change = change_of_auctions(scaled(EU_RULE, 1e6), 1_134_794_738.0, 0.0, np.inf, 2023)
    return np.array([math.floor(-change) - 272_350_737.0])


SURPLUS = (1150.0, 500.0, [1000, 960, 920, 880], [600, 570, 540, 510], [1400, 1350, 1300, 1250])
SHORTAGE = (500.0, 300.0, [900, 860, 820], [600, 570, 540], [1700, 1600, 1400])
BY_HAND = {"surplus": (SURPLUS, [0, -324, -289.44, -243.56]), "shortage": (SHORTAGE, [0, 200, 100])}
"""Mt: circulation, reserve, planned auctions, free permits and emissions; changes of the auctions by hand."""


def from_hand(markets, case):
    """Change of each year's auctions less that by hand, Mt."""
    start, change = case
    return play_years(EU_RULE, *start).change - change


POLICY = (
    Statement(
        "Y1",
        "permits are kept for the next period exactly where its price would else exceed this one's with interest",
        always(from_formula, {"caps below emissions": (40.0, 99.0), "any caps": (40.0, 140.0)}, SAME),
        "distance of equilibrium prices from the formula / choke price, 0",
        source="Rubin1996",
    ),
    Statement(
        "Y2",
        "a fine is a ceiling; where the permits are still owed, it is what borrowing them costs",
        always(from_fine, {"paid off": False, "still owed": True}, SAME),
        "price less the fine, less fine and next price discounted where permits are owed: 0",
        "€/t",
        source="Rubin1996",
    ),
    Statement(
        "Q1",
        "in every draw the tax brings (c - b) shock² / 2 more than the cap",
        always(from_identity, PROBLEMS, SAME),
        "difference of welfare less the formula, 0; c, b: slopes of marginal cost and damage",
        "€",
        source="Weitzman1974",
    ),
    Statement(
        "Q2",
        "the tax is better than the cap exactly where marginal cost is steeper than damage",
        always(signed_gain, {place: p for place, p in PROBLEMS.items() if p.slope != p.damage_slope}),
        "expected gain of the better over the other",
        "€",
        source="Weitzman1974",
    ),
    Statement(
        "Q3",
        "the best-placed floor and ceiling together beat both",
        always(over_both, PROBLEMS),
        "expected welfare less that of the better of tax and cap",
        "€",
        source="RobertsSpence1976",
    ),
    Statement(
        "G1",
        "RGGI's auction 54 sells 3,919,482 permits from the cost containment reserve at 13.00 $",
        always(from_rggi, {"": None}, SAME),
        "price, and millions of permits, less those published: 0",
        "",
        source="RGGI2021",
    ),
    Statement(
        "E1",
        "the EU withholds 272,350,737 permits for those in circulation at the end of 2022",
        always(from_published_intake, {"": None}, SAME),
        "permits less those published, 0",
        "t",
        source="EU2015",
    ),
    Statement(
        "E2",
        "the stability reserve moves what the rule gives by hand, year by year",
        always(from_hand, BY_HAND, SAME),
        "change of the auctions less that by hand, 0",
        "Mt",
        source="EU2015",
    ),
)
"""Statements that need no runs; all hold by construction if the program is right."""
