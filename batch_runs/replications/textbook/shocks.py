"""The cases of a market over years under shocks, and the numbers of their populations."""

import numpy as np

from batch_runs.replications.common.claims import Near, judge
from batch_runs.replications.common.statistics import mean
from batch_runs.replications.textbook.over_years import AUCTIONED, changes, years
from batch_runs.replications.textbook.runs import LEARN, case, while_learning

INTEREST = 0.05
"""Of the presets, a year."""
HORIZONS = {"all years": AUCTIONED} | {f"{H}": years({"horizon": H}) for H in (5, 3, 1)}
"""Years that firms look ahead."""
LONG_VIEWS = {view: HORIZONS[view] for view in ("all years", "5", "3")}
"""Those with which no price is 0; a rise from 0 is no number."""
LASTING = years({"belief": "lasting"})
THUMB, ADAPTIVE = (years({"behaviour": name}) for name in ("thumb", "adaptive"))

FLAT = {"cap_first": 0.8, "cap_last": 0.8}
FLAT_BANK, FLAT_NO_BANK = (years(FLAT | {"banking": on}) for on in (True, False))
LONG = FLAT | {"common_persistence": 0.99}
LONG_BANK, LONG_NO_BANK = (years(LONG | {"banking": on}) for on in (True, False))

PASSED_ON = {f"{part:g}": years({"pass_through": part}) for part in (1.0, 0.8, 0.5)}
"""Part of the permit price that firms add to that of their product; all permits auctioned."""
WINDFALL = years({"pass_through": 1.0, "free_share": 1.0})

HARD = years({"ceiling_price": 50.0})
SOFT = years(scenario="rggi_like")

LONG_RUN = {
    "years": 30,
    "quarters": 1,
    "n_firms": 12,
    "size_spread": 0.0,
    "interest": 0.0,
    "price_growth": 0.0,
    "cap_first": 0.9,
    "cap_last": 0.45,
    "common_spread": 0.15,
    "unsold": "cancel",
}
DAMAGE = 200.0 * (1.0 - 0.5 * (0.9 + 0.45))
"""€/t: the price at which the caps of `LONG_RUN` are kept without shocks, at a choke price of 200 €/t."""


def thirty_years(changes):
    """Case of a long run without interest."""
    return case("textbook_years", LONG_RUN | changes, read_out=30)


NO_COLLAR = thirty_years({})
PRICE_COLLAR = thirty_years({"reserve_price": 0.8 * DAMAGE, "ceiling_price": 1.25 * DAMAGE})
QUANTITY_COLLAR = thirty_years({"stability": "eu"})

LOOSE_REVENUE = {
    name: case("textbook_tight_cap", {"phi": 1.0, "auction": name}, learn=2 * LEARN, measure=while_learning)
    for name in ("uniform", "discriminatory")
}
"""Firms that learn to bid for as many permits as they need at most."""

TRADERS = {name: years({"n_traders": 2, "trader": name}) for name in ("value", "momentum")}
GIVEN_EQUALLY = {"free_share": 1.0, "free_rule": "equal"}
CALL, ORDERS = (years(GIVEN_EQUALLY | {"exchange": name}) for name in ("call", "order_book"))

CASES = (
    *HORIZONS.values(),
    LASTING,
    THUMB,
    ADAPTIVE,
    FLAT_BANK,
    FLAT_NO_BANK,
    LONG_BANK,
    LONG_NO_BANK,
    *PASSED_ON.values(),
    WINDFALL,
    HARD,
    SOFT,
    NO_COLLAR,
    PRICE_COLLAR,
    QUANTITY_COLLAR,
    *LOOSE_REVENUE.values(),
    *TRADERS.values(),
    CALL,
    ORDERS,
)


# -- numbers of a population -----------------------------------------------------------------------------------------


def growth(markets, case):
    """Mean rise of the price from quarter to quarter while permits are kept, a year."""
    price, bank = markets.of("carbon_price", case), markets.of("bank", case)
    kept = bank[:, :-1] > 1e-6
    return (1.0 + np.where(kept, price[:, 1:] / price[:, :-1] - 1.0, 0.0).sum(1) / kept.sum(1)) ** 4 - 1.0


def gap(markets, case):
    """Mean distance of the price from that of perfect foresight, a share of it."""
    return np.abs(markets.of("carbon_price", case) / markets.of("foreseen_price", case) - 1.0).mean(1)


def relative_changes(markets, case):
    """Standard deviation of the quarterly changes of the price's logarithm."""
    return np.diff(np.log(markets.of("carbon_price", case)), axis=1).std(1)


def gain_by_banking(markets, pair):
    """Fall of the standard deviation of quarterly changes, €/t, from the case without banking to the one with it."""
    without, banked = pair
    return changes(markets, without) - changes(markets, banked)


def from_mean_of_last_year(markets, case):
    """Distance of the last year's price from its mean over populations, €/t."""
    last = markets.of("carbon_price", case)[:, -4:].mean(1)
    return np.abs(last - last.mean())


def present_value(values):
    """Values of quarters, float64[populations, quarters], discounted to the first and added up."""
    return values @ (1.0 + INTEREST) ** (-np.arange(values.shape[1]) / 4.0)


def cost(markets, case):
    """Cost of abatement, €, discounted."""
    return present_value(markets.of("abatement_cost", case))


def profit(markets, case):
    """Change of the firms' profits by the policy, €, discounted."""
    return present_value(markets.of("total_profit", case))


def loss(markets, case):
    """Fall of the firms' profits, €, discounted."""
    return -profit(markets, case)


def break_even(markets, case):
    """Share of the permits that would have to be free for firms to lose nothing; those of a year come at its start."""
    price, cap = (markets.of(name, case) for name in ("carbon_price", "yearly_cap"))
    first = np.arange(price.shape[1]) % 4 == 0
    return loss(markets, case) / present_value(price * cap * first)


def above_ceiling(markets, case):
    """Highest price of an auction / ceiling of its year, less 1."""
    price, p = markets.of("clearing_price", case), case.params(0)
    ceiling = p.ceiling_price * (1.0 + p.price_growth) ** (np.arange(price.shape[1]) // p.quarters)
    return (price / ceiling - 1.0).max(1)


def above_trigger(markets, case):
    """Share of the quarters whose price exceeds the trigger of the cost containment reserve."""
    return (markets.of("carbon_price", case) > case.params(0).ccr_price * (1.0 + 1e-6)).mean(1)


def welfare(markets, case):
    """Less cost of abatement and damage, `DAMAGE` for every t, € a year."""
    return -markets.mean("abatement_cost", case) - DAMAGE * markets.mean("emissions", case)


def lead(markets, when):
    """Revenue of the discriminatory auction / that of the uniform one, less 1; when : early or late in learning."""
    paid, uniform = (markets.of(when, LOOSE_REVENUE[name]) for name in ("discriminatory", "uniform"))
    return paid / uniform - 1.0


def from_call(markets, case):
    """Mean price / that of the call, less 1."""
    return markets.mean("carbon_price", case) / markets.mean("carbon_price", CALL) - 1.0


def near(number, case, target):
    """The interval of the number's mean contains ``target``."""
    return lambda markets: judge(mean(number(markets, case)), Near(target))
