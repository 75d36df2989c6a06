"""Permits that expire, holding limits, and permits used before their year: prices by hand and of perfect foresight."""

import numpy as np
import pytest

from model.systems.emissions_trading import EmissionsTrading

CERTAIN = {
    "common_spread": 0.0,
    "own_spread": 0.0,
    "reserve_price": 0.0,
    "n_firms": 3,
    "quarters": 1,
    "choke_mean": 300.0,
}
"""100 t a year without abatement, at 3 €/t per t; interest 5 %."""
ALL_FREE = {"free_share": 1.0, "cap_table": "60 90"}


def played(*, seed=3, **values):
    """Metrics of a run, float64[quarters] by name, and the rows of government and firms."""
    values = CERTAIN | {"years": len(values.get("cap_table", "").split()) or 10} | values
    model = EmissionsTrading(rng=seed, **values)
    model.advance(model.params.cycle)
    found = {name: np.array(each) for name, each in model.datacollector.model_vars.items()}
    return found, *model.datacollector.rows()


def paths(found):
    """Everything that years with and without another rule should have in common."""
    return np.array([found[name] for name in ("carbon_price", "emissions", "bank", "sold")])


@pytest.mark.parametrize("rule", ["size", "equal", "first"])
def test_a_tenth_of_the_next_years_permits_is_borrowed(rule):
    """60 permits and 9 of the next 90: (100 - 69) x 3 and (100 - 81) x 3 €/t, whoever may borrow."""
    found, _, firms = played(**ALL_FREE, borrow_share=0.1, free_rule=rule)
    assert found["carbon_price"] == pytest.approx([93.0, 57.0], rel=1e-9)
    assert found["foreseen_price"] == pytest.approx([93.0, 57.0], rel=1e-9)
    assert firms.advanced.sum(1) == pytest.approx([9.0, 0.0])
    assert firms.free_permits.sum(1) == pytest.approx([69.0, 81.0])
    assert found["shortfall"] == pytest.approx([0.0, 0.0], abs=1e-9)


@pytest.mark.parametrize("banking", [True, False])
def test_free_borrowing_makes_prices_rise_at_the_rate_of_interest(banking):
    found, *_ = played(**ALL_FREE, borrow_share=1.0, banking=banking)
    assert found["carbon_price"] == pytest.approx([73.1707317073, 76.8292682927], rel=1e-9)
    assert found["bank"] == pytest.approx([-15.6097560976 + 15.6097560976, 0.0], abs=1e-9)


def test_nobody_borrows_when_permits_will_be_dearer():
    found, _, firms = played(cap_table="90 60", free_share=1.0, borrow_share=1.0, banking=False)
    assert found["carbon_price"] == pytest.approx([30.0, 120.0], rel=1e-9)
    assert firms.advanced.sum() == 0.0


def test_nothing_is_borrowed_in_the_last_year():
    _, _, firms = played(cap_table="60 50 40", free_share=1.0, borrow_share=0.5)
    assert firms.advanced[-1].sum() == 0.0
    assert firms.shortfall.sum() == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("quarters", [1, 4])
def test_a_holding_limit_keeps_prices_apart(quarters):
    """With 90 and 60 permits and at most 10 kept, 80 and 70 t are emitted: 60 and 90 €/t."""
    found, government, _ = played(cap_table="90 60", holding_limit=0.1, quarters=quarters)
    assert found["carbon_price"] == pytest.approx(found["foreseen_price"], rel=1e-9)
    assert found["bank"][quarters - 1] == pytest.approx(10.0)
    assert found["emissions"].reshape(2, -1).sum(1) == pytest.approx([80.0, 70.0])
    assert government.expired[:, 0] == pytest.approx(0.0, abs=1e-9)
    if quarters == 1:
        assert found["carbon_price"] == pytest.approx([60.0, 90.0], rel=1e-9)


def test_what_is_held_above_the_limit_expires():
    """A first bank of 200 t is worth nothing, and what is left above a tenth of 100 t is lost."""
    found, government, firms = played(
        cap_table="90 60", holding_limit=0.1, initial_bank=200.0, free_share=1.0
    )
    assert found["carbon_price"][0] == 0.0
    assert government.expired[0, 0] == pytest.approx(200.0 + 90.0 - 100.0 - 10.0)
    assert firms.permits[0] == pytest.approx(10.0 * firms.weight[0])


def test_permits_valid_for_a_year_are_permits_without_banking():
    one, other = played(validity=1)[0], played(banking=False)[0]
    assert (paths(one) == paths(other)).all()


def test_permits_valid_for_as_many_years_as_there_are_are_valid_for_ever():
    one, other = played(validity=10)[0], played()[0]
    assert paths(one) == pytest.approx(paths(other), rel=1e-9)


@pytest.mark.parametrize("quarters", [1, 4])
def test_permits_that_expire_are_used_first(quarters):
    """Of 130, 90, 20 and 20 permits valid for two years none of the first two are left for the fourth.

    In the third year the old permits do: emitting costs 5 % more than the year before, while permits of that year
    cost what they are worth in the fourth, discounted.
    """
    found, government, firms = played(cap_table="130 90 20 20", validity=2, quarters=quarters)
    ends = slice(quarters - 1, None, quarters)
    assert found["emissions"].reshape(4, -1).sum(1)[3] == pytest.approx(40.0)
    assert firms.worth.max(1) == pytest.approx(found["foreseen_price"], rel=1e-8)
    assert found["bank"][ends] == pytest.approx([55.3766852, 72.0222046, 20.0, 0.0], abs=1e-6)
    assert found["carbon_price"][ends][2] == pytest.approx(found["carbon_price"][ends][3] / 1.05, rel=1e-8)
    assert government.expired[:, 0] == pytest.approx(0.0, abs=1e-6)


def test_permits_that_nobody_needed_in_time_expire():
    """With 300 t at first, 100 t are emitted at no cost in both years in which they are valid; 100 are lost."""
    found, government, _ = played(cap_table="100 20 60", validity=2, initial_bank=200.0, free_share=1.0)
    assert found["emissions"][:2] == pytest.approx(100.0)
    assert government.expired[1, 0] == pytest.approx(100.0)
    assert found["emissions"][2] == pytest.approx(80.0)
    assert found["carbon_price"] == pytest.approx([0.0, 60.0 / 1.05, 60.0])


@pytest.mark.parametrize("behaviour", ["thumb", "adaptive"])
def test_firms_that_plan_by_thumb_keep_within_the_limit(behaviour):
    found, government, _ = played(holding_limit=0.05, behaviour=behaviour)
    assert found["bank"].max() == pytest.approx(5.0)
    assert government.expired[:, 0] == pytest.approx(0.0, abs=1e-9)
