"""Whatever the policy: permits, emissions and money add up after every quarter of a market over years."""

from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st

from batch_runs.replications.textbook.any_policy import RANGES, Between, Whole, as_knobs, missing
from model.systems.emissions_trading import EmissionsTrading

CLOSE = 1e-9
BLOCKS, POLICIES, QUARTERS = 20, 500, 100
"""Of the million quarters: blocks, policies in each, and quarters of each policy, several runs of a few years."""

folder = TemporaryDirectory()


def strategy(among):
    """Strategy for one of the ranges."""
    if isinstance(among, Between):
        return st.floats(*among)
    return st.integers(*among) if isinstance(among, Whole) else st.sampled_from(among)


policies = st.fixed_dictionaries({name: strategy(among) for name, among in RANGES.items()}).map(
    lambda drawn: as_knobs(drawn, folder.name)
)
seeds = st.integers(0, 2**53 - 1)


def quarters_of(policy, seed, quarters=10):
    """A model with these parameters, after each of its quarters."""
    model = EmissionsTrading(rng=seed, **policy)
    for _ in range(quarters):
        model.advance(1)
        yield model, model.firms.rows, model.public.rows[0]


def check_sums(firms, government):
    """After every quarter of a run, rows of firms [quarters, n] and the government: all is finite, and adds up."""
    assert np.isfinite(firms.permits).all() and np.isfinite(firms.cash).all()
    assert (missing(firms, government) <= CLOSE).all()


@given(policy=policies, seed=seeds)
def test_permits_emissions_and_money_add_up(policy, seed):
    for model, *_ in quarters_of(policy, seed):
        government, firms = model.datacollector.rows()
        check_sums(firms, government)


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
        assert policy["instrument"] == "tax" or public.clearing_price >= public.reserve_price * (1.0 - CLOSE)
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
