"""Whatever the policy: permits, emissions and money add up after every quarter of a market over years."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st

from agents.emitters.behaviours import BEHAVIOURS
from agents.emitters.curve_forms import CURVE_FORMS
from agents.regulators.regulator import REGULATORS
from agents.traders.trader import TRADERS
from model import accounts
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.emissions_trading import EmissionsTrading
from model.systems.emissions_trading.levers import LEVERS
from model.systems.emissions_trading.params import EmissionsTradingParams
from model.systems.emissions_trading.setup import FREE_RULES, UNSOLD
from model.systems.emissions_trading.venues import EXCHANGES

CLOSE = 1e-9
BLOCKS, POLICIES, QUARTERS = 20, 500, 100
"""Of the million quarters: blocks, policies in each, and quarters of each policy, several runs of a few years."""

TABLES = (
    "price,share\n10,0.5\n40,0.5\n",
    "price,share\n0,0.2\n60,0.3\n90,1000\n",
    "price,quantity\n5,4\n30,8\n150,40\n",
    "year,price,share\n1,20,1\n2,30,0.5\n2,30,0.7\n3,1,0.1\n",
)
"""Supply by steps: an auction's permits, a ceiling, amounts that hardly fit the cap, and fewer from year to year."""
folder = TemporaryDirectory()


def beside_table(policy):
    """The policy; if it has a table of supply, its file, and what a table replaces as it is by default."""
    text = policy.pop("table")
    if policy["auctions"] and policy["quarters"] % policy["auctions"]:
        policy["auctions"] = 1
    if not text:
        return policy
    path = Path(folder.name, f"{TABLES.index(text)}.csv")
    path.write_text(text)
    knobs = EmissionsTradingParams.knobs()
    usual = {name: knobs[name].default for name in knobs["supply_steps"].replaces}
    lever = "cap" if policy["lever"] == "ccr_price" else policy["lever"]
    return policy | usual | {"supply_steps": str(path), "lever": lever}


policies = st.fixed_dictionaries(
    {
        "table": st.sampled_from(["", "", "", *TABLES]),
        "years": st.integers(1, 4),
        "quarters": st.integers(1, 4),
        "instrument": st.sampled_from(["permits", "permits", "permits", "tax"]),
        "cap_first": st.floats(0.05, 1.5),
        "cap_last": st.floats(0.05, 1.5),
        "cap_path": st.sampled_from(["linear", "geometric"]),
        "free_share": st.sampled_from([0.0, 0.4, 1.0]),
        "consigned_share": st.sampled_from([0.0, 0.0, 0.5, 1.0]),
        "free_rule": st.sampled_from(FREE_RULES),
        "banking": st.booleans(),
        "initial_bank": st.sampled_from([0.0, 30.0, 500.0]),
        "terminal": st.sampled_from(["zero", "roll"]),
        "auction": st.sampled_from(list(AUCTIONS)),
        "reserve_price": st.sampled_from([0.0, 10.0, 60.0]),
        "unsold": st.sampled_from(UNSOLD),
        "offset_limit": st.sampled_from([0.0, 0.0, 0.05, 0.5]),
        "offset_rise": st.sampled_from([0.0, 500.0]),
        "least_cover": st.sampled_from([0.0, 0.0, 1.0, 2.0]),
        "auctions": st.sampled_from([0, 0, 1, 2]),
        "largest_bid": st.sampled_from([0.0, 0.0, 0.25]),
        "lot": st.sampled_from([0.0, 0.0, 1.0, 0.3]),
        "ecr_price": st.sampled_from([0.0, 70.0]),
        "ccr_price": st.sampled_from([0.0, 80.0]),
        "ceiling_price": st.sampled_from([0.0, 90.0]),
        "stability": st.sampled_from(["none", "eu"]),
        "initial_reserve": st.sampled_from([0.0, 50.0]),
        "exchange": st.sampled_from(EXCHANGES),
        "n_traders": st.integers(0, 2),
        "trader": st.sampled_from(list(TRADERS)),
        "traders_bid": st.booleans(),
        "penalty": st.sampled_from([0.0, 50.0, 300.0]),
        "make_good": st.booleans(),
        "behaviour": st.sampled_from(list(BEHAVIOURS)),
        "regulator": st.sampled_from(["announced", *REGULATORS]),
        "lever": st.sampled_from(LEVERS),
        "damage": st.sampled_from([0.0, 80.0]),
        "horizon": st.integers(0, 3),
        "curve": st.sampled_from(list(CURVE_FORMS)),
        "kinked.cost": st.sampled_from([0.0, 0.2, 1.0]),
        "kinked.first": st.sampled_from([0.0, 1.0]),
        "curve_base": st.sampled_from(["actual", "planned"]),
        "common_spread": st.floats(0.0, 0.5),
        "own_spread": st.floats(0.0, 0.5),
        "emission_noise": st.sampled_from([0.0, 0.2]),
        "own_noise": st.sampled_from([0.0, 0.3]),
        "true_up": st.booleans(),
        "validity": st.sampled_from([0, 0, 2, 3]),
        "holding_limit": st.sampled_from([0.0, 0.0, 0.1]),
        "borrow_share": st.sampled_from([0.0, 0.3, 1.0]),
        "ceiling_at_compliance": st.booleans(),
        "demand_change": st.sampled_from([-0.3, 0.0, 0.5]),
        "pass_through": st.sampled_from([0.0, 1.0]),
        "n_firms": st.integers(1, 8),
        "bid_steps": st.integers(1, 5),
    }
).map(beside_table)
seeds = st.integers(0, 2**53 - 1)


def quarters_of(policy, seed, quarters=10):
    """A model with these parameters, after each of its quarters."""
    model = EmissionsTrading(rng=seed, **policy)
    for _ in range(quarters):
        model.advance(1)
        yield model, model.firms.rows, model.government.population.rows[0]


def check_sums(firms, government):
    """After every quarter of rows of firms [..., n] and the government [..., 1]: all is finite, and adds up."""
    public = government[..., 0]
    assert np.isfinite(firms.permits).all() and np.isfinite(firms.cash).all()
    assert (np.abs(accounts.permits_missing(firms, government)) <= CLOSE * public.issued).all()
    turnover = np.abs(firms.cash).sum(-1) + np.abs(public.cash) + np.abs(public.product_market)
    assert (np.abs(accounts.cash_missing(firms, government)) <= CLOSE * turnover).all()
    due = firms.uncovered.sum(-1) + firms.owed.sum(-1)
    missing = public.emitted - public.surrendered - public.forgiven - public.taxed - due
    assert (np.abs(missing) <= CLOSE * (public.emitted + 1e-300)).all()


@given(policy=policies, seed=seeds)
def test_permits_emissions_and_money_add_up(policy, seed):
    for model, firms, _ in quarters_of(policy, seed):
        check_sums(firms, model.government.population.rows)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(BLOCKS))
def test_they_do_after_each_of_a_million_quarters(block):
    """Each block has policies of its own, so that one which was interrupted or failed is played again alone."""
    played = []

    @hypothesis_seed(block)
    @settings(max_examples=POLICIES, phases=[Phase.generate], derandomize=False, database=None)
    @given(policy=policies, seed=seeds)
    def play(policy, seed):
        model = EmissionsTrading(rng=seed, **policy)
        model.advance(QUARTERS)
        government, firms = model.datacollector.rows()
        assert len(government) == QUARTERS
        check_sums(firms, government)
        played.append(len(government))

    play()
    assert sum(played) >= 1_000_000 / BLOCKS


@given(policy=policies, seed=seeds)
def test_every_number_makes_sense(policy, seed):
    for model, firms, public in quarters_of(policy, seed):
        size = CLOSE * public.issued
        assert np.isfinite(model.firms.numbers).all()
        for name in (
            "emissions",
            "abatement_cost",
            "award",
            "shortfall",
            "owed",
            "penalty_payment",
            "worth",
            "advance",
            "advanced",
        ):
            assert (firms[name] >= 0.0).all(), name
        assert (firms.emissions - firms.noise <= firms.baseline * (1.0 + CLOSE)).all()
        assert min(public.reserve, public.cancelled, public.containment_left, public.permits) >= -size
        assert (firms.permits + firms.advance).min() >= -size
        assert public.clearing_price >= public.reserve_price * (1.0 - CLOSE)
        assert abs(firms.bought.sum()) <= size
        assert not public.cost_efficiency > 1.0 + CLOSE
        if policy["instrument"] == "tax":
            assert public.issued == firms.permits.sum() == 0.0
            continue
        if not policy["make_good"] and policy["exchange"] == "call":
            assert public.carbon_price <= policy["penalty"] * (1.0 + CLOSE)
        if policy["ceiling_at_compliance"] and policy["ceiling_price"]:
            ceiling = model.setup.ceiling[int(public.year) - 1]
            assert (firms.worth <= ceiling * (1.0 + CLOSE)).all()
            assert not public.true_up_price > ceiling * (1.0 + CLOSE)


@given(policy=policies, seed=seeds)
def test_at_year_ends_emissions_are_covered_or_fined(policy, seed):
    for _, firms, public in quarters_of(policy, seed):
        if public.quarter == policy["quarters"]:
            assert (firms.uncovered == 0.0).all()
            assert np.allclose(firms.penalty_payment, policy["penalty"] * firms.shortfall)
            assert policy["make_good"] or (firms.owed == 0.0).all()
            assert policy["banking"] or (firms.permits == 0.0).all()
