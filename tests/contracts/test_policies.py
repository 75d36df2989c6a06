"""Every option of the policy of a market over years, with every auction format on every exchange, adds up.

An option is the set of values that brings one part of the policy into play. Each must make a difference, and so must
format and exchange; where these cannot, `may_be_alike` says why.
"""

from functools import cache
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest

from agents.regulators.regulator import REGULATORS, rule_of
from model import accounts
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.emissions_trading import EmissionsTrading
from model.systems.emissions_trading.levers import LEVERS
from model.systems.emissions_trading.setup import FREE_RULES, UNSOLD
from model.systems.emissions_trading.venues import EXCHANGES

SMALL = {
    "n_firms": 3,
    "years": 2,
    "quarters": 2,
    "bid_steps": 3,
    "common_spread": 0.2,
    "reserve_price": 38.0,  # above the first price without one, below the next
}
QUARTERS = 6
FILES = Path(__file__).parent / "files"
OPTIONS = {
    "nothing": {},
    "a geometric cap": {"cap_path": "geometric"},
    "a cap by table": {"cap_table": "90 60"},
    "a cut of the cap": {"cap_change": -0.3, "cap_change_in": 2},
    **{f"free by {rule}": {"free_share": 0.6, "free_rule": rule} for rule in FREE_RULES},
    "all free": {"free_share": 1.0},
    "consigned": {"free_share": 0.6, "consigned_share": 1.0},
    "one auction a year": {"auctions": 1},
    "lots": {"lot": 2.0},
    "a largest bid": {"largest_bid": 0.2},
    "a least cover": {"least_cover": 1.03},
    "no reserve price": {"reserve_price": 0.0},
    **{f"unsold: {rule}": {"reserve_price": 60.0, "unsold": rule} for rule in UNSOLD},
    "emissions containment": {"ecr_price": 50.0, "ecr_share": 0.3},
    "cost containment": {"ccr_price": 40.0},
    "a ceiling": {"ceiling_price": 45.0},
    "a ceiling at compliance": {"ceiling_price": 65.0, "ceiling_at_compliance": True, "emission_noise": 0.2},
    **{
        f"supply in {unit}": {"reserve_price": 32.0, "supply_steps": str(FILES / f"supply_in_{unit}.csv")}
        for unit in ("shares", "tonnes")
    },
    "a stability reserve": {"stability": "eu", "initial_bank": 90.0, "initial_reserve": 50.0},
    "no banking": {"banking": False},
    "validity": {"validity": 1},
    "a holding limit": {"holding_limit": 0.05, "initial_bank": 20.0},
    "borrowing": {"free_share": 0.8, "borrow_share": 0.5, "cap_table": "60 90"},
    "value after the run": {"terminal": "roll"},
    "fines alone": {"make_good": False, "penalty": 65.0},
    "fines and debts": {"penalty": 10.0, "behaviour": "thumb"},
    "a true-up": {"true_up": True, "own_noise": 0.2},
    "a tax": {"instrument": "tax"},
    "a tax by table": {"instrument": "tax", "tax_table": "30 60"},
    "a floor and a ceiling": {"reserve_price": 40.0, "ceiling_price": 44.0},
    "offsets": {"offset_limit": 0.1, "offset_price": 10.0},
    "traders": {"n_traders": 2, "trader": "value+momentum"},
    "traders who bid": {"n_traders": 2, "trader": "value+momentum", "traders_bid": True},
    **{
        f"a regulator of {lever}": {"regulator": "random", "lever": lever, "ccr_price": 45.0}
        for lever in LEVERS
    },
    **{
        f"the rule {name}": {"regulator": name, "lever": "cap", "emission_target.first": 0.5}
        for name in REGULATORS
        if rule_of(name) and name != "announced"
    },
}
PAIRS = tuple(product(AUCTIONS, EXCHANGES))


@cache
def played(option, auction, exchange):
    """Government, float64[quarters], firms, float64[quarters, n], and all numbers of firms after some quarters."""
    model = EmissionsTrading(rng=6, auction=auction, exchange=exchange, **SMALL | OPTIONS[option])
    model.advance(QUARTERS)
    return *model.datacollector.rows(), model.firms.numbers


def history(option, pair):
    """Prices, permits, money and emissions of a run, as bits."""
    government, firms, _ = played(option, *pair)
    public = government[:, 0]
    return np.column_stack(
        [public.clearing_price, public.carbon_price, firms.permits, firms.cash, firms.emissions]
    ).tobytes()


def may_be_alike(option, one, other):
    """Whether two pairs of a format and an exchange can have the same history: nothing happened in what differs.

    A tax has neither. An exchange has no effect if nobody trades, a format none if all winners pay one price: permits
    are all free, or bids too few to lift the price above the reserve price, or only one firm wins.
    """
    if OPTIONS[option].get("instrument") == "tax":
        return True
    unused = True
    if one[1] != other[1]:
        unused &= not any(traded(option, pair) for pair in (one, other))
    if one[0] != other[0]:
        unused &= all(pays_one_price(option, pair) for pair in (one, other))
    return unused


def traded(option, pair):
    """Whether permits were traded on the exchange."""
    return bool(played(option, *pair)[0].traded_volume.any())


def pays_one_price(option, pair):
    """Whether in each auction all winners paid the same per permit."""
    firms = played(option, *pair)[1]
    price = firms.auction_payment / np.where(firms.award > 0.0, firms.award, np.nan)
    lowest, highest = np.fmin.reduce(price, axis=1), np.fmax.reduce(price, axis=1)
    return not (highest > lowest * (1.0 + 1e-9)).any()


@pytest.mark.parametrize("option", OPTIONS)
def test_it_adds_up_and_is_finite(option):
    for pair in PAIRS:
        government, firms, numbers = played(option, *pair)
        public = government[:, 0]
        missing = np.abs(accounts.permits_missing(firms, government))
        assert (missing <= 1e-9 * public.issued).all(), pair
        turnover = np.abs(firms.cash).sum(1) + np.abs(public.cash) + np.abs(public.product_market)
        assert (np.abs(accounts.cash_missing(firms, government)) <= 1e-9 * turnover).all(), pair
        assert np.isfinite(numbers).all(), pair
        assert np.isfinite(public.carbon_price).all(), pair
        taxed = OPTIONS[option].get("instrument") == "tax"
        assert (np.isnan if taxed else np.isfinite)(public.clearing_price).all(), pair


@pytest.mark.parametrize("option", [name for name in OPTIONS if name != "nothing"])
def test_it_makes_a_difference(option):
    without_effect = [pair for pair in PAIRS if history(option, pair) == history("nothing", pair)]
    assert not without_effect


@pytest.mark.parametrize("option", OPTIONS)
def test_formats_and_exchanges_make_a_difference(option):
    for one, other in combinations(PAIRS, 2):
        if history(option, one) == history(option, other):
            assert may_be_alike(option, one, other), (one, other)


@pytest.mark.parametrize("option", [name for name in OPTIONS if OPTIONS[name].get("instrument") != "tax"])
def test_permits_change_hands(option):
    """Else formats or exchanges could be alike because none of them works."""
    for auction in AUCTIONS:
        assert any(traded(option, (auction, exchange)) for exchange in ("call", "order_book")), auction
        for exchange in EXCHANGES:
            assert played(option, auction, exchange)[1].award.any() or option == "all free", exchange
