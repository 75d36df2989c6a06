"""What a market over years is measured against: least cost, welfare, the best price; and what is known of bids."""

import numpy as np
import pytest

from model.scenarios import scenarios
from model.systems.emissions_trading import EmissionsTrading
from model.systems.emissions_trading import instruments as theory
from model.systems.emissions_trading.equilibrium import least_cost

NO_FLOOR = {"reserve_price": 0.0}


def played(seed=3, **values):
    model = EmissionsTrading(rng=seed, **values)
    model.advance(model.params.cycle)
    return model


def series(model, name):
    return np.array(model.datacollector.model_vars[name])


# -- efficiency -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {},
        NO_FLOOR | {"banking": False},
        NO_FLOOR | {"behaviour": "thumb"},
        {"free_share": 0.5, "initial_bank": 20.0},
        NO_FLOOR | {"quarters": 1, "growth": 0.02},
        {"emission_noise": 0.1, "own_noise": 0.2},
        NO_FLOOR | {"emission_noise": 0.3, "true_up": True, "banking": False, "make_good": False},
    ],
    ids=["default", "no bank", "thumb", "free and bank", "years", "noise", "noise and fines"],
)
def test_the_efficiency_is_the_least_cost_of_the_equilibrium_over_the_runs_cost(values):
    model = played(**values)
    _, firms = model.datacollector.rows()
    p = model.params
    issued = (firms.free_permits + firms.award - firms.noise).sum(-1)
    expected = least_cost(
        firms.baseline,
        firms.choke_price[0],
        issued,
        (firms.emissions - firms.noise).sum(-1),
        interest=p.interest,
        quarters=p.quarters,
        bank=p.initial_bank,
    )
    discount = (1.0 + p.interest) ** (-np.arange(p.cycle) / p.quarters)
    realised = firms.abatement_cost.sum(-1) @ discount
    found = series(model, "cost_efficiency")
    assert found[-1] == pytest.approx(expected / realised, rel=1e-9)
    assert np.isnan(found[:-1]).all()
    assert found[-1] <= 1.0 + 1e-9


def test_foresight_is_efficient_and_thumbs_are_not():
    assert series(played(behaviour="foresight", **NO_FLOOR), "cost_efficiency")[-1] == pytest.approx(1.0)
    assert series(played(behaviour="thumb", **NO_FLOOR), "cost_efficiency")[-1] < 0.85


def test_two_periods_without_banking_cost_a_third_more():
    """The worked example: 1829.27 against 2435.71 €."""
    model = EmissionsTrading(scenarios()["two_periods"].params(banking=False), rng=1)
    model.advance(2)
    assert series(model, "cost_efficiency")[-1] == pytest.approx(1829.268293 / 2435.714286, rel=1e-9)


def test_every_run_has_its_own_efficiency():
    model = EmissionsTrading(rng=3)
    model.advance(80)
    first, second = series(model, "cost_efficiency")[[39, 79]]
    assert first == pytest.approx(series(played(), "cost_efficiency")[-1], rel=1e-12)
    assert 0.9 < second <= 1.0 and second != first


def test_where_permits_keep_a_value_there_is_no_efficiency():
    model = played(terminal="roll")
    assert np.isnan(series(model, "cost_efficiency")).all()
    assert model.summary()["cost_efficiency"] != model.summary()["cost_efficiency"]


# -- welfare --------------------------------------------------------------------------------------------------------

SURE = {"common_spread": 0.0, "own_spread": 0.0, "n_firms": 1, "quarters": 1, "years": 1, "penalty": 1000.0}
"""One year, one firm with 100 t and a marginal cost of 2 €/t per t avoided."""


def test_welfare_by_hand():
    """40 of 100 t avoided cost 1600 €; marginal damage 30 + 0.5 (e - 60) falls from 50 to 30 €/t: 1600 € avoided."""
    model = played(
        **SURE, **NO_FLOOR, cap_first=0.6, cap_last=0.6, damage=30.0, damage_at=60.0, damage_slope=0.5
    )
    assert series(model, "abatement_cost") == pytest.approx([1600.0])
    assert series(model, "climate_welfare") == pytest.approx([0.5 * (30.0 + 50.0) * 40.0 - 1600.0], abs=1e-9)
    # 30 + 0.5 (e - 60) = 2 (100 - e)
    assert series(model, "optimal_price") == pytest.approx([2.0 * (100.0 - 80.0)])


@pytest.mark.parametrize("slope", [0.0, 1.0, 2.0, 4.0])
def test_the_loss_of_a_cap_is_weitzmans_draw_by_draw(slope):
    """Against emissions chosen after the shock: (c δ)² / 2 (c + b), and the best price is where the two costs meet."""
    values = {"damage": 80.0, "damage_at": 60.0, "damage_slope": slope, "years": 10}
    model = EmissionsTrading(scenarios()["weitzman"].params(**values), rng=5)
    model.advance(10)
    _, firms = model.datacollector.rows()
    shock = firms.baseline.sum(-1) - 100.0
    problem = theory.Problem(slope=2.0, damage_slope=slope)
    best = 60.0 + 2.0 * shock / (2.0 + slope)
    gain = theory.welfare(problem, best, shock) - theory.welfare(problem, firms.emissions.sum(-1), shock)
    assert gain == pytest.approx((2.0 * shock) ** 2 / (2.0 * (2.0 + slope)), rel=1e-9)
    without = theory.welfare(problem, 100.0 + shock, shock)
    capped = theory.welfare(problem, firms.emissions.sum(-1), shock) - without
    assert series(model, "climate_welfare") == pytest.approx(capped, rel=1e-9)
    assert series(model, "optimal_price") == pytest.approx(80.0 + slope * (best - 60.0), rel=1e-9)


def test_a_years_welfare_comes_with_its_last_quarter():
    model = played(damage=50.0)
    known = ~np.isnan(series(model, "climate_welfare")).reshape(10, 4)
    assert known[:, 3].all() and not known[:, :3].any()
    yearly = (
        series(model, "abatement").reshape(10, 4).sum(1),
        series(model, "abatement_cost").reshape(10, 4).sum(1),
    )
    welfare = series(model, "climate_welfare")[3::4]
    assert welfare == pytest.approx(50.0 * yearly[0] - yearly[1], rel=1e-9)
    assert series(model, "optimal_price")[3::4] == pytest.approx(50.0)


# -- bids and prices ------------------------------------------------------------------------------------------------


def test_what_is_known_of_bids_is_what_was_bid():
    model = EmissionsTrading(rng=3)
    model.step()
    price, volume = model.room.price, model.room.volume
    asked = price[volume > 0.0]
    found = {name: values[0] for name, values in model.datacollector.model_vars.items()}
    assert (found["lowest_bid"], found["highest_bid"]) == (asked.min(), asked.max())
    order = np.argsort(-price, axis=None)
    reached = np.cumsum(volume.ravel()[order])
    assert found["median_bid"] == price.ravel()[order][np.searchsorted(reached, 0.5 * reached[-1])]
    assert found["bidders"] == (volume.sum(1) > 0.0).sum()
    assert found["auction_winners"] == (model.firms.rows.award > 0.0).sum()
    assert model.firms.rows.bid_volume == pytest.approx(volume.sum(1))


def test_without_bids_there_is_no_price_of_them():
    model = played(**NO_FLOOR, initial_bank=2000.0)
    assert series(model, "bidders").sum() == series(model, "auction_winners").sum() == 0.0
    for name in ("lowest_bid", "median_bid", "highest_bid"):
        assert np.isnan(series(model, name)).all()


def test_volatility_is_the_mean_change_of_the_price():
    model = EmissionsTrading(rng=3)
    model.advance(80)
    price, change = series(model, "carbon_price"), series(model, "price_volatility")
    assert np.isnan(change[[0, 40]]).all()
    assert change[1:40] == pytest.approx(np.abs(np.diff(price[:40])))
    assert model.summary()["price_volatility"] == pytest.approx(np.nanmean(change))


def test_hits_of_floor_and_ceiling():
    loose = played(cap_first=1.05, cap_last=1.05, reserve_price=5.0)
    assert series(loose, "floor_hit").mean() > 0.5
    assert series(loose, "ceiling_hit").sum() == 0.0
    tight = played(ceiling_price=45.0, price_growth=0.0, reserve_price=20.0)
    hit = series(tight, "ceiling_hit") == 1.0
    assert hit.any() and series(tight, "clearing_price")[hit] == pytest.approx(45.0)


def test_concentration_of_emissions():
    model = played()
    shares = model.firms.rows.emissions / model.firms.rows.emissions.sum()
    assert series(model, "emission_concentration")[-1] == pytest.approx((shares**2).sum())
