"""Every option of the policy of a market over years, with every auction format on every exchange, adds up.

An option is the set of values that brings one part of the policy into play.
"""

import numpy as np
import pytest

from agents.regulators.regulator import REGULATORS, rule_of
from model import accounts
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.emissions_trading import EmissionsTrading
from model.systems.emissions_trading.levers import LEVERS
from model.systems.emissions_trading.setup import FREE_RULES, UNSOLD
from model.systems.emissions_trading.venues import EXCHANGES

SMALL = {"n_firms": 3, "years": 2, "quarters": 2, "bid_steps": 3, "common_spread": 0.2}
QUARTERS = 6
OPTIONS = {
    "nothing": {},
    "a geometric cap": {"cap_path": "geometric"},
    "a cap by table": {"cap_table": "90 60"},
    "a cut of the cap": {"cap_change": -0.3, "cap_change_in": 2},
    **{f"free by {rule}": {"free_share": 0.6, "free_rule": rule} for rule in FREE_RULES},
    "all free": {"free_share": 1.0},
    "consigned": {"free_share": 0.6, "consigned_share": 1.0},
    "lots": {"lot": 2.0},
    "a largest bid": {"largest_bid": 0.2},
    "a least cover": {"least_cover": 1.5},
    "no reserve price": {"reserve_price": 0.0},
    **{f"unsold: {rule}": {"reserve_price": 60.0, "unsold": rule} for rule in UNSOLD},
    "emissions containment": {"ecr_price": 50.0, "ecr_share": 0.3},
    "cost containment": {"ccr_price": 40.0},
    "a ceiling": {"ceiling_price": 45.0},
    "a ceiling at compliance": {"ceiling_price": 45.0, "ceiling_at_compliance": True, "emission_noise": 0.2},
    "a stability reserve": {"stability": "eu", "initial_bank": 90.0, "initial_reserve": 50.0},
    "no banking": {"banking": False},
    "validity": {"validity": 1},
    "a holding limit": {"holding_limit": 0.05, "initial_bank": 20.0},
    "borrowing": {"free_share": 0.8, "borrow_share": 0.5, "cap_table": "60 90"},
    "value after the run": {"terminal": "roll"},
    "fines alone": {"make_good": False, "penalty": 30.0},
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
    **{f"the rule {name}": {"regulator": name} for name in REGULATORS if rule_of(name)},
}


@pytest.mark.parametrize("option", OPTIONS)
def test_it_runs_adds_up_and_is_finite(option):
    for auction in AUCTIONS:
        for exchange in EXCHANGES:
            model = EmissionsTrading(rng=6, auction=auction, exchange=exchange, **SMALL | OPTIONS[option])
            model.advance(QUARTERS)
            government, firms = model.datacollector.rows()
            public = government[:, 0]
            where = f"{auction}, {exchange}"
            missing = np.abs(accounts.permits_missing(firms, government))
            assert (missing <= 1e-9 * public.issued).all(), where
            turnover = np.abs(firms.cash).sum(1) + np.abs(public.cash) + np.abs(public.product_market)
            assert (np.abs(accounts.cash_missing(firms, government)) <= 1e-9 * turnover).all(), where
            assert np.isfinite(model.firms.numbers).all(), where
            assert np.isfinite(public.carbon_price).all() and np.isfinite(public.clearing_price).all(), where
