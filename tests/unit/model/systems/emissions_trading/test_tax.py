"""A tax instead of permits: what firms do and pay, and Weitzman's comparison on runs."""

import numpy as np
import pytest

from learning.knobs import ParameterError
from model.scenarios import scenarios
from model.systems.emissions_trading import EmissionsTrading
from model.systems.emissions_trading.instruments import Problem, gain_of_tax, welfare


def played(seed=3, scenario=None, **values):
    """Metrics of a run, float64[quarters] by name, and the rows of government and firms."""
    params = scenarios()[scenario].params(**values) if scenario else None
    model = EmissionsTrading(params, rng=seed, **({} if scenario else values))
    model.advance(model.params.cycle)
    found = {name: np.array(each) for name, each in model.datacollector.model_vars.items()}
    return found, *model.datacollector.rows()


def test_firms_abate_up_to_the_tax_and_pay_it_for_the_rest():
    found, government, firms = played(instrument="tax", tax=50.0, price_growth=0.02)
    tax = 50.0 * 1.02 ** np.repeat(np.arange(10), 4)
    assert found["carbon_price"] == pytest.approx(tax)
    assert found["foreseen_price"] == pytest.approx(tax)
    assert firms.emissions == pytest.approx(
        firms.baseline * np.maximum(0.0, 1.0 - tax[:, None] / firms.choke_price)
    )
    assert found["public_revenue"] == pytest.approx(tax * found["emissions"])
    assert firms.profit == pytest.approx(-firms.abatement_cost - firms.tax_payment)
    assert government.cash[:, 0] == pytest.approx(np.cumsum(found["public_revenue"]))
    assert government.taxed[-1] == pytest.approx(found["emissions"].sum())
    assert government.issued[-1] == 0.0
    assert found["sold"].sum() == found["shortfall"].sum() == 0.0


def test_under_a_tax_there_is_neither_a_cap_nor_an_auction_price_nor_a_reserve_price():
    found, *_ = played(instrument="tax")
    assert all(
        np.isnan(found[name]).all() for name in ("yearly_cap", "clearing_price", "floor", "trading_price")
    )


def test_a_tax_of_every_year_comes_from_a_table():
    found, *_ = played(instrument="tax", tax_table="10 20 30", years=3)
    assert found["carbon_price"] == pytest.approx(np.repeat([10.0, 20.0, 30.0], 4))
    with pytest.raises(ParameterError, match=r"tax_table = '10 20': must be 10 numbers above 0 .€/t"):
        EmissionsTrading(instrument="tax", tax_table="10 20")


def test_a_tax_at_the_equilibrium_price_is_as_good_as_permits():
    """Without surprises a tax on the path of the permit price brings the same emissions of every firm."""
    certain = {"common_spread": 0.0, "own_spread": 0.0, "reserve_price": 0.0, "quarters": 1}
    permits, _, firms = played(**certain)
    table = " ".join(map(repr, permits["carbon_price"].tolist()))
    taxed, _, others = played(**certain, instrument="tax", tax_table=table)
    assert others.emissions == pytest.approx(firms.emissions, rel=1e-9)
    assert taxed["abatement_cost"] == pytest.approx(permits["abatement_cost"], rel=1e-9)


@pytest.mark.parametrize("damage_slope", [1.0, 2.0, 4.0])
def test_the_tax_gains_what_weitzmans_formula_says_in_every_year_of_a_run(damage_slope):
    """(slope - damage slope) shock² / 2, with the shock of the emissions that firms would have had."""
    problem = Problem(slope=2.0, damage_slope=damage_slope)
    (cap, _, firms), (tax, *_) = played(scenario="weitzman"), played(scenario="weitzman_tax")
    shock = firms.baseline.sum(1) - problem.baseline
    assert np.abs(shock).max() > 3.0
    gains = [welfare(problem, found["emissions"], shock) for found in (tax, cap)]
    assert gains[0] - gains[1] == pytest.approx(gain_of_tax(problem, shock), abs=1e-9)
    for found in (tax, cap):  # the formula's cost of abatement is what firms paid
        assert found["abatement_cost"] == pytest.approx(found["abatement"] ** 2, rel=1e-9)
