"""Statements on a market over years (`emissions_trading`): the cases, the numbers of a run, and the claims.

Firms plan with the outlook on all years and know how long shocks last. Without a floor, because only permits that are
auctioned can be withheld.
"""

import numpy as np

from batch_runs.replications.textbook.any_policy import ADD_UP
from batch_runs.replications.textbook.measures import SAME, always, compared
from batch_runs.replications.textbook.runs import case
from batch_runs.replications.textbook.shown import Shown
from model.systems.emissions_trading.equilibrium import two_periods

QUARTERS = 40
"""A run of ten years."""
TWO_PERIODS = case("two_periods", read_out=2)


def years(changes=None, scenario="textbook_years"):
    """Case of a run of ten years."""
    return case(scenario, changes, read_out=QUARTERS)


AUCTIONED = years()
GIVEN = {
    f"{share:.0%} free, {rule}": years({"free_share": share, "free_rule": rule})
    for share in (0.5, 1.0)
    for rule in ("size", "equal", "first")
}
"""Permits given away, by share and rule."""
CALM = years({"common_spread": 0.0, "own_spread": 0.0})
NO_BANK = years({"banking": False})
FULL_BANK = years({"initial_bank": 2000.0})
RESERVE = years(scenario="eu_like")
NO_RESERVE = years({"stability": "none"}, scenario="eu_like")
FLOOR = years({"reserve_price": 40.0})
FLOOR_FREE = years({"reserve_price": 40.0, "free_share": 1.0})

CASES = (
    TWO_PERIODS,
    AUCTIONED,
    *GIVEN.values(),
    CALM,
    NO_BANK,
    FULL_BANK,
    RESERVE,
    NO_RESERVE,
    FLOOR,
    FLOOR_FREE,
)


def from_formula(markets, case):
    """Largest distance of the carbon prices of two periods from the formula, relative."""
    p = case.params(0)
    caps = p.baseline * p.cap_first, p.baseline * p.cap_last
    formula = np.array(two_periods(p.choke_mean / p.baseline, p.baseline, caps, p.interest))
    return np.abs(markets.of("carbon_price", case) / formula - 1.0).max(1)


def from_auctioned(name):
    """Number: largest distance of a metric from that where all permits are auctioned, relative to its mean there."""

    def distance(markets, case):
        alone = markets.of(name, AUCTIONED)
        return np.abs(markets.of(name, case) - alone).max(1) / alone.mean(1)

    return distance


def from_interest(markets, case):
    """Largest distance of a quarter's rise of the price from the rate of interest, while permits are kept."""
    price, bank, p = markets.of("carbon_price", case), markets.of("bank", case), case.params(0)
    rise = price[:, 1:] / price[:, :-1] - (1.0 + p.interest) ** (1.0 / p.quarters)
    return np.where(bank[:, :-1] > 1e-6, np.abs(rise), 0.0).max(1)


def changes(markets, case):
    """Standard deviation of the quarterly changes of the price, €/t."""
    return np.diff(markets.of("carbon_price", case), axis=1).std(1)


def mean_of(name):
    """Number: mean of a metric over the run."""
    return lambda markets, case: markets.mean(name, case)


YEARS = (
    Shown(
        "Y3",
        "price takers with foresight keep permits for the second of two periods as the formula says",
        always(from_formula, {"": TWO_PERIODS}, SAME),
        "price / formula, less 1: 0",
        source="Rubin1996",
    ),
    Shown(
        "M3",
        "over years emissions do not depend on who gets permits free",
        always(from_auctioned("emissions"), GIVEN, SAME),
        "emissions of a quarter less those with all permits auctioned / mean, 0",
        source="Montgomery1972",
        preset="textbook_years",
    ),
    Shown(
        "M4",
        "a floor makes them depend on it: free permits cannot be withheld",
        compared(mean_of("emissions"), FLOOR_FREE, FLOOR),
        "emissions of a quarter with all permits free - with all auctioned",
        "t",
        source="Montgomery1972",
        preset="textbook_years",
    ),
    Shown(
        "H1",
        "without shocks the price rises at the rate of interest while permits are kept",
        always(from_interest, {"": CALM}, SAME),
        "rise of the price in a quarter - interest, 0",
        source="Hotelling1931",
        preset="textbook_years",
    ),
    Shown(
        "B1",
        "keeping permits makes prices steadier",
        compared(changes, NO_BANK, AUCTIONED),
        "standard deviation of quarterly changes without banking - with it",
        "€/t",
        source="Rubin1996",
        preset="textbook_years",
    ),
    Shown(
        "B2",
        "with more permits in the bank than will ever be needed nobody bids",
        always(mean_of("sold"), {"": FULL_BANK}, SAME),
        "permits sold, 0",
        "t",
        source="Rubin1996",
        preset="textbook_years",
    ),
    Shown(
        "E3",
        "a stability reserve that cancels permits raises the price",
        compared(mean_of("carbon_price"), RESERVE, NO_RESERVE),
        "mean price with the reserve - without it",
        "€/t",
        source="EU2015",
    ),
    Shown(
        "E4",
        "and lowers emissions",
        compared(mean_of("emissions"), NO_RESERVE, RESERVE),
        "emissions of a quarter without the reserve - with it",
        "t",
        source="EU2015",
    ),
    *ADD_UP,
)
