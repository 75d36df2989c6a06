"""Any policy of a market over years, with its firms, drawn at random: permits, emissions and money add up.

The tests draw from the same ranges (`tests/properties/test_emissions_trading.py`).
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from agents.emitters.behaviours import BEHAVIOURS
from agents.emitters.curve_forms import CURVE_FORMS
from agents.regulators.regulator import REGULATORS
from agents.traders.trader import TRADERS
from batch_runs.replications.textbook.measures import SAME, always
from batch_runs.replications.textbook.runs import case
from batch_runs.replications.textbook.shown import Shown
from model import accounts
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.emissions_trading import EmissionsTrading
from model.systems.emissions_trading.levers import LEVERS
from model.systems.emissions_trading.params import EmissionsTradingParams
from model.systems.emissions_trading.setup import FREE_RULES, UNSOLD
from model.systems.emissions_trading.venues import EXCHANGES

POLICIES, QUARTERS = 10, 100
"""Policies drawn for a population, and quarters of each: several runs of a few years."""


class Between(NamedTuple):
    """Any number of a range."""

    low: float
    high: float


class Whole(NamedTuple):
    """Any whole number of a range, both ends included."""

    low: int
    high: int


TABLES = (
    "price,share\n10,0.5\n40,0.5\n",
    "price,share\n0,0.2\n60,0.3\n90,1000\n",
    "price,quantity\n5,4\n30,8\n150,40\n",
    "year,price,share\n1,20,1\n2,30,0.5\n2,30,0.7\n3,1,0.1\n",
)
"""Supply by steps: an auction's permits, a ceiling, amounts that hardly fit the cap, and fewer from year to year."""
RANGES = {
    "table": ["", "", "", *TABLES],
    "years": Whole(1, 4),
    "quarters": Whole(1, 4),
    "instrument": ["permits", "permits", "permits", "tax"],
    "cap_first": Between(0.05, 1.5),
    "cap_last": Between(0.05, 1.5),
    "cap_path": ["linear", "geometric"],
    "free_share": [0.0, 0.4, 1.0],
    "consigned_share": [0.0, 0.0, 0.5, 1.0],
    "free_rule": FREE_RULES,
    "banking": [False, True],
    "initial_bank": [0.0, 30.0, 500.0],
    "terminal": ["zero", "roll"],
    "auction": list(AUCTIONS),
    "reserve_price": [0.0, 10.0, 60.0],
    "unsold": UNSOLD,
    "offset_limit": [0.0, 0.0, 0.05, 0.5],
    "offset_rise": [0.0, 500.0],
    "least_cover": [0.0, 0.0, 1.0, 2.0],
    "auctions": [0, 0, 1, 2],
    "largest_bid": [0.0, 0.0, 0.25],
    "lot": [0.0, 0.0, 1.0, 0.3],
    "ecr_price": [0.0, 70.0],
    "ccr_price": [0.0, 80.0],
    "ceiling_price": [0.0, 90.0],
    "stability": ["none", "eu"],
    "initial_reserve": [0.0, 50.0],
    "exchange": EXCHANGES,
    "n_traders": Whole(0, 2),
    "trader": list(TRADERS),
    "traders_bid": [False, True],
    "penalty": [0.0, 50.0, 300.0],
    "make_good": [False, True],
    "behaviour": list(BEHAVIOURS),
    "regulator": ["announced", *REGULATORS],
    "lever": LEVERS,
    "damage": [0.0, 80.0],
    "horizon": Whole(0, 3),
    "curve": list(CURVE_FORMS),
    "kinked.cost": [0.0, 0.2, 1.0],
    "kinked.first": [0.0, 1.0],
    "curve_base": ["actual", "planned"],
    "common_spread": Between(0.0, 0.5),
    "own_spread": Between(0.0, 0.5),
    "emission_noise": [0.0, 0.2],
    "own_noise": [0.0, 0.3],
    "true_up": [False, True],
    "validity": [0, 0, 2, 3],
    "holding_limit": [0.0, 0.0, 0.1],
    "borrow_share": [0.0, 0.3, 1.0],
    "ceiling_at_compliance": [False, True],
    "demand_change": [-0.3, 0.0, 0.5],
    "pass_through": [0.0, 1.0],
    "n_firms": Whole(1, 8),
    "bid_steps": Whole(1, 5),
}
"""What is drawn: a range, or a list with the frequent ones several times; ``table`` stands for a file of steps."""


def draw(rng):
    """Draw one of each of `RANGES` with a generator."""
    return {name: _draw_from(rng, among) for name, among in RANGES.items()}


def _draw_from(rng, among):
    if isinstance(among, Between):
        return float(rng.uniform(*among))
    if isinstance(among, Whole):
        return int(rng.integers(among.low, among.high + 1))
    return among[rng.integers(len(among))]


def as_knobs(drawn, folder):
    """Make knobs of what is drawn; a table of supply is written to a file in ``folder``, and what it replaces left."""
    knobs = {name: value for name, value in drawn.items() if name != "table"}
    if knobs["auctions"] and knobs["quarters"] % knobs["auctions"]:
        knobs["auctions"] = 1
    if not drawn["table"]:
        return knobs
    path = Path(folder, f"{TABLES.index(drawn['table'])}.csv")
    path.write_text(drawn["table"])
    known = EmissionsTradingParams.knobs()
    usual = {name: known[name].default for name in known["supply_steps"].replaces}
    lever = "cap" if knobs["lever"] == "ccr_price" else knobs["lever"]
    return knobs | usual | {"supply_steps": str(path), "lever": lever}


PAYMENTS = "auction_payment", "proceeds", "trade_payment", "ceiling_payment", "tax_payment", "penalty_payment"
"""What changes hands in a quarter. Balances alone are no turnover: who consigns permits gets back what all pay."""


def missing(firms, government):
    """What does not add up after every quarter of a run: rows of firms [quarters, n] and of the government.

    Permits / those issued, emissions / those of all firms, and money / turnover up to then: float64[quarters, 3].
    """
    public = government[..., 0]
    balances = np.abs(firms.cash).sum(-1) + np.abs(public.cash) + np.abs(public.product_market)
    turnover = balances + np.cumsum(sum(np.abs(firms[name]).sum(-1) for name in PAYMENTS))
    due = firms.uncovered.sum(-1) + firms.owed.sum(-1)
    emitted = public.emitted - public.surrendered - public.forgiven - public.taxed - due
    sums = (
        (accounts.permits_missing(firms, government), public.issued),
        (emitted, public.emitted),
        (accounts.cash_missing(firms, government), turnover),
    )
    return np.stack([np.abs(each) / np.maximum(of, 1e-300) for each, of in sums], -1)


def any_policy(case, params, seed):
    """Play policies drawn for a population: what is missing at worst, and the ``quarters`` played."""
    rng, worst = np.random.default_rng(seed), np.zeros(3)
    with TemporaryDirectory() as folder:
        for _ in range(POLICIES):
            model = EmissionsTrading(rng=int(rng.integers(2**53)), **as_knobs(draw(rng), folder))
            model.advance(QUARTERS)
            government, firms = model.datacollector.rows()
            worst = np.maximum(worst, missing(firms, government).max(0))
    return {"missing": worst}


ANY_POLICY = case("textbook_years", measure=any_policy)
ADD_UP = (
    Shown(
        "Z1",
        "permits, emissions and money add up after every quarter, whatever the policy",
        always(lambda markets, case: markets.of("missing", case).max(1), {"": ANY_POLICY}, SAME),
        "permits that are missing / issued, emissions, and money / turnover: 0",
    ),
)
