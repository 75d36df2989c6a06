"""The claims of [Esmaeili2021], each as measurable statements: U uniform, D discriminatory pricing.

The paper's claims are numbered 1-26 in the order of its text. A claim of two parts, or about two formats or bands of
phi, is split into a, b, ... so that each part gets its own verdict. "At every phi" (claim 8) is split into the two
bands and the point between them.
"""

from batch_runs.replications.common import claims
from batch_runs.replications.common.claims import Statement
from batch_runs.replications.common.evidence import mark
from batch_runs.replications.esmaeili2021 import equilibria, invasion
from batch_runs.replications.esmaeili2021 import measures as m
from batch_runs.replications.esmaeili2021.outcomes import FROM_090, HIGH, LOW, MIDDLE, D, U

SOURCE = "Esmaeili2021, Section 4"
OWN = "this replication"

CHANCE = (
    "At each phi learning starts anew and takes another path, so which firm is marginal is mostly chance."
)
FREE_HEIGHT = (
    "In U a bid above the margin costs nothing, however high it is, so firms also bid their private value."
)
LITTLE_TO_GAIN = (
    "With bids at the reserve price, a larger volume brings a larger share of the rationed permits, which are resold "
    "at a slightly higher price: a small gain that learning does not always find."
)
PRICE_MUST_FALL = (
    "With a cap near the permits that all firms require, the marginal bidder is served even at the reserve price, so "
    "the price falls towards it in U as in D."
)
NOTHING_TO_TRADE = (
    "In D bid prices converge as phi rises. Permits are then divided in proportion to volumes, which are similar "
    "relative to the permits that firms require, so little is left to trade."
)
ALL_SERVED = (
    "As the cap approaches the permits that all firms require, awards approach needs and trade shrinks."
)
PRICE_FALLS_TO_THE_END = (
    "The price falls until all needs are met, and with it what firms pay per permit that they would get free."
)
AT_THE_RESERVE_BEFORE = (
    "Bids reach the reserve price before phi reaches 1; from there on firms lose the same share of what free permits "
    "would earn them."
)


def results(reading):
    """Judge every claim on one reading: list of `Result`."""
    return claims.results(STATEMENTS, reading, SOURCE)


def findings(reading):
    """Judge our own statements, FINDINGS, on one reading: list of `Result`."""
    return claims.results(FINDINGS, reading, OWN)


def _prices(number, metric, name):
    """Claims 17 and 18, which are the same for two prices."""
    return (
        Statement(f"{number}a", f"{name} at phi < 0.9 is higher under D", **m.higher(metric, "€/t", D, LOW)),
        Statement(f"{number}b", f"{name} at phi > 0.9 is higher under U", **m.higher(metric, "€/t", U, HIGH)),
        Statement(
            f"{number}c",
            f"{name} is stable over phi in U",
            **m.stable(metric, "€/t", U),
            reason=PRICE_MUST_FALL,
        ),
        Statement(f"{number}d", f"{name} falls with phi in D", **m.falls(metric, "€/t", D)),
        Statement(
            f"{number}e", f"{name} is nearly equal in U and D at phi > 0.9", **m.nearly_equal(metric, "€/t")
        ),
    )


BIDS = (
    Statement("1", "bids lie further above the equilibrium price in U", **m.higher("bid_distance", "€/t", U)),
    Statement("2", "the variance of bids is higher in U", **m.higher("bid_variance", "(€/t)²", U)),
    Statement(
        "3",
        "in U one firm is the marginal bidder at almost every phi",
        **m.marginal_firm_stays(),
        reason=CHANCE,
    ),
    Statement("4a", "in U all bid below their private value", **m.bids_below_value(U), reason=FREE_HEIGHT),
    Statement("4b", "in D all bid below their private value", **m.bids_below_value(D)),
    Statement("5a", "bid prices fall with phi in U", **m.falls("mean_bid_price", "€/t", U)),
    Statement("5b", "bid prices fall with phi in D", **m.falls("mean_bid_price", "€/t", D)),
    Statement("6", "bid prices fall more in D", **m.falls_more_in_d("mean_bid_price", "€/t")),
    Statement(
        "7", "in D bid prices are about the reserve price for phi >= 0.9", **m.bids_at_reserve(D, FROM_090)
    ),
    Statement(
        "8a",
        "bid prices are higher in U at every phi < 0.9",
        **m.higher_everywhere("mean_bid_price", "€/t", LOW),
    ),
    Statement(
        "8b", "bid prices are higher in U at phi = 0.9", **m.higher("mean_bid_price", "€/t", U, MIDDLE)
    ),
    Statement(
        "8c",
        "bid prices are higher in U at every phi > 0.9",
        **m.higher_everywhere("mean_bid_price", "€/t", HIGH),
    ),
    Statement("9", "bid volumes are flat over phi in U", **m.stable("mean_bid_volume", "t", U)),
    Statement("10", "bid volumes rise with phi in D", **m.rises("mean_bid_volume", "t", D)),
    Statement("11a", "bid volumes at phi < 0.9 are larger in U", **m.higher("mean_bid_volume", "t", U, LOW)),
    Statement("11b", "bid volumes at phi > 0.9 are larger in D", **m.higher("mean_bid_volume", "t", D, HIGH)),
    Statement(
        "12a",
        "in D bid volumes are near the maximum at phi > 0.9",
        **m.volumes_near_maximum(D, True),
        reason=LITTLE_TO_GAIN,
    ),
    Statement(
        "12b", "in U bid volumes stay below the maximum at phi > 0.9", **m.volumes_near_maximum(U, False)
    ),
)

MONEY = (
    Statement("13", "profits at phi < 0.9 are higher under U", **m.higher("mean_profit", "€", U, LOW)),
    Statement("14", "profits at phi > 0.9 are higher under D", **m.higher("mean_profit", "€", D, HIGH)),
    Statement("15", "profits of U and D cross near phi = 0.9", **m.crosses_near_090()),
    Statement("16a", "government revenue at phi < 0.9 is higher under D", **m.higher("revenue", "€", D, LOW)),
    Statement(
        "16b", "government revenue at phi > 0.9 is higher under U", **m.higher("revenue", "€", U, HIGH)
    ),
)

MARKETS = (
    *_prices(17, "clearing_price", "the clearing price"),
    *_prices(18, "trading_price", "the trading price"),
    Statement(
        "19a",
        "the traded volume rises with phi in D",
        **m.rises("traded_volume", "t", D),
        reason=NOTHING_TO_TRADE,
    ),
    Statement(
        "19b",
        "the traded volume is stable over phi in U",
        **m.stable("traded_volume", "t", U),
        reason=ALL_SERVED,
    ),
    Statement(
        "19c", "the traded volume at phi < 0.9 is larger in U", **m.higher("traded_volume", "t", U, LOW)
    ),
    Statement(
        "19d",
        "the traded volume at phi > 0.9 is larger in D",
        **m.higher("traded_volume", "t", D, HIGH),
        reason=NOTHING_TO_TRADE,
    ),
)

WELFARE = (
    Statement(
        "20a",
        "the government's share (the paper's efficiency) at phi < 0.9 is higher under D",
        **m.higher("government_share", "share", D, LOW),
    ),
    Statement(
        "20b",
        "the government's share (the paper's efficiency) at phi > 0.9 is higher under U",
        **m.higher("government_share", "share", U, HIGH),
    ),
    Statement(
        "21a", "firms lose against free allocation in U", **m.positive("benefit_reduction", "share", U)
    ),
    Statement(
        "21b", "firms lose against free allocation in D", **m.positive("benefit_reduction", "share", D)
    ),
    Statement("22a", "in U they lose most at phi = 0.80", **m.extreme_at("benefit_reduction", U, 0.80, 1.0)),
    Statement("22b", "in D they lose most at phi = 0.80", **m.extreme_at("benefit_reduction", D, 0.80, 1.0)),
    Statement(
        "23",
        "in D they lose least at phi = 1.00",
        **m.extreme_at("benefit_reduction", D, 1.00, -1.0),
        reason=AT_THE_RESERVE_BEFORE,
    ),
    Statement(
        "24",
        "in U they lose least at phi = 0.96",
        **m.extreme_at("benefit_reduction", U, 0.96, -1.0),
        reason=PRICE_FALLS_TO_THE_END,
    ),
    Statement("25a", "emissions fall by 20 % at phi = 0.80 in U", **m.emissions_fall_by_20_percent(U)),
    Statement("25b", "emissions fall by 20 % at phi = 0.80 in D", **m.emissions_fall_by_20_percent(D)),
    Statement("26a", "Q-learning earns more than Roth-Erev at every phi in U", **m.above_roth_erev(U)),
    Statement("26b", "Q-learning earns more than Roth-Erev at every phi in D", **m.above_roth_erev(D)),
)

FOLLOWS = {
    **dict.fromkeys(("16a", "17a", "18a", "20a"), "13"),
    **dict.fromkeys(("16b", "17b", "18b", "20b"), "14"),
    **{f"18{letter}": f"17{letter}" for letter in "cde"},
}
"""What firms pay, the government earns: at low phi, as at high phi, higher profits under one format, higher revenue,
prices and government's share under the other are one fact. The trading price is the clearing price within a margin
that is drawn (Eq. 2.13)."""
CERTAIN = ("21a", "21b", "25a", "25b")
"""Firms lose what they pay for permits that they would get free; a cap of 80 % that binds is emitted, no more."""
STATEMENTS = mark((*BIDS, *MONEY, *MARKETS, *WELFARE), FOLLOWS, CERTAIN)

FINDINGS = (
    *(
        Statement(
            f"F1 {auction}",
            f"learned clearing prices lie below those of every pure equilibrium found, at every phi, {auction}",
            **equilibria.below_equilibria(auction),
        )
        for auction in (U, D)
    ),
    *(
        Statement(
            f"F2 {auction}",
            f"learning firms earn more than in pure equilibria, at every phi, {auction}",
            **equilibria.richer_than_in_equilibria(auction),
        )
        for auction in (U, D)
    ),
    Statement(
        "F3",
        "at phi < 0.9 learned bids are more exploitable under D",
        **equilibria.more_exploitable_at_low_phi(),
    ),
    *(
        Statement(
            f"F4 {auction}",
            f"a pure equilibrium is found for more than 9 in 10 populations and phi, {auction}",
            **equilibria.equilibria_exist(auction),
        )
        for auction in (U, D)
    ),
    *(
        Statement(
            f"F5 {auction}",
            f"Q-learning earns more than random play at every phi, {auction}",
            **invasion.above_random_play(auction),
        )
        for auction in (U, D)
    ),
    *(
        Statement(
            f"F6 {auction}",
            f"Q-learning beats Roth-Erev as one among others: it pays one firm among Roth-Erev firms, {auction}",
            **invasion.invader_earns(auction, "q_learning", "roth_erev"),
        )
        for auction in (U, D)
    ),
    *(
        Statement(
            f"F7 {auction}",
            f"Roth-Erev does not invade: one firm among Q-learners earns less by it, {auction}",
            **invasion.invader_earns(auction, "roth_erev", "q_learning", -1.0),
        )
        for auction in (U, D)
    ),
)
"""Findings beyond the paper."""
