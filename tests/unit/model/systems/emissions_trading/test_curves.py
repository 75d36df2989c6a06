"""Markets of firms with other abatement curves than straight lines: equilibrium, foresight, efficiency, files."""

import numpy as np
import pytest

from agents.emitters.curve_files import curves_as_csv
from agents.emitters.curves import knots_from
from learning.knobs import ParameterError
from model.systems.emissions_trading import EmissionsTrading
from model.systems.emissions_trading.equilibrium import solve
from model.systems.emissions_trading.foresight_prices import blocks_of
from tests.permit_program import prices_of_program

SURE = {"common_spread": 0.0, "own_spread": 0.0}
NO_FLOOR = {"reserve_price": 0.0}
KINKED = NO_FLOOR | {"curve": "kinked"}
MEASURED = "share,cost\n0,5\n0.2,5\n0.2,15\n0.5,40\n1,250\n"


def played(periods=40, seed=3, **values):
    model = EmissionsTrading(rng=seed, **values)
    model.advance(periods)
    return model


def series(model, name):
    return np.array(model.datacollector.model_vars[name])


@pytest.fixture
def measured(tmp_path):
    path = tmp_path / "measured.csv"
    path.write_text(MEASURED)
    return str(path)


def test_two_periods_by_hand():
    """Half of 100 t costs up to 20 €/t, the rest up to 200: with caps of 70 and 30 t, and no interest, 50 t are left of
    each: 20 €/t, and 20 t are kept. At 90 and 30 t 40 t are avoided in each year: 16 €/t."""
    about = {
        "kinked.share": 0.5,
        "kinked.cost": 0.1,
        "n_firms": 1,
        "quarters": 1,
        "years": 2,
        "interest": 0.0,
    }
    for caps, price in (("70 30", 20.0), ("90 30", 16.0), ("50 20", 74.0)):
        model = played(2, **SURE, **KINKED, **about, cap_table=caps)
        assert series(model, "carbon_price") == pytest.approx([price, price], rel=1e-9)
        assert series(model, "foreseen_price") == pytest.approx([price, price], rel=1e-9)


def test_a_kink_on_the_line_changes_nothing():
    on_line = KINKED | {"kinked.share": 0.3, "kinked.cost": 0.3}
    usual, other = played(**NO_FLOOR), played(**on_line)
    for name in ("carbon_price", "foreseen_price", "abatement_cost", "emissions"):
        assert series(other, name) == pytest.approx(series(usual, name), rel=1e-9)


@pytest.mark.parametrize(
    "values",
    [{}, {"curve": "straight+kinked:2"}, {"curve_base": "planned", "cost_change": 0.3, "own_spread": 0.2}],
    ids=["kinked", "mixed", "planned base and dearer abatement"],
)
def test_foresight_finds_the_equilibrium_and_the_least_cost(values):
    model = played(**KINKED | values, behaviour="foresight")
    assert series(model, "carbon_price") == pytest.approx(series(model, "foreseen_price"), rel=1e-9)
    assert series(model, "cost_efficiency")[-1] == pytest.approx(1.0, abs=1e-9)


def test_without_surprises_plans_are_those_of_the_equilibrium(measured):
    model = played(**SURE, **NO_FLOOR, abatement_curves=measured)
    assert series(model, "carbon_price") == pytest.approx(series(model, "foreseen_price"), rel=1e-9)
    assert series(model, "cost_efficiency")[-1] == pytest.approx(1.0, abs=1e-9)


def test_the_equilibrium_is_that_of_the_convex_program():
    rng = np.random.default_rng(5)
    knots = [
        knots_from([0.0, 0.3, 1.0], [0.0, c, top]) for c, top in ((15.0, 200.0), (40.0, 160.0), (30.0, 300.0))
    ]
    emissions = 25.0 * np.array([0.5, 0.3, 0.2]) * np.exp(0.1 * rng.standard_normal((12, 3)))
    cap = np.repeat([80.0, 65.0, 50.0], 4) / 4
    blocks, low, high = blocks_of(emissions, None, np.ones(12), knots)
    found = solve(blocks, high, cap, low=low, interest=0.05, quarters=4)
    assert low[0].max() > 0.0
    expected = prices_of_program(blocks, high[0], [(np.zeros(12), cap)], 0.05, 4, low[0])
    assert found.price == pytest.approx(expected, rel=1e-6)


def test_own_curves_are_played_and_written_as_a_template(measured, tmp_path, same_history):
    """A firm avoids as much as its curve says at what a permit is worth to it."""
    model = played(8, n_firms=2, abatement_curves=measured)
    firm = model.firms.rows[0]
    assert firm.choke_price == 250.0
    share = 1.0 - firm.emissions / firm.baseline
    assert np.interp(share, [0.2, 0.5, 1.0], [15.0, 40.0, 250.0]) == pytest.approx(firm.worth, rel=1e-6)
    again = tmp_path / "again.csv"
    again.write_text(curves_as_csv(model))
    assert again.read_text().count("firm 2") == 5
    other = played(8, n_firms=2, abatement_curves=str(again))
    assert series(other, "carbon_price") == pytest.approx(series(model, "carbon_price"), rel=1e-9)
    stepped = EmissionsTrading(rng=3, n_firms=2, abatement_curves=measured)
    for _ in range(8):
        stepped.step()
    same_history(stepped, model)


def test_a_file_of_curves_leaves_no_choke_price_to_choose(measured):
    with pytest.raises(ParameterError, match=r"choke_mean = 150\.0: of no effect"):
        EmissionsTrading(abatement_curves=measured, choke_mean=150.0)
