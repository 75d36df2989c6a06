"""Auctions whose supply is a table of steps: by hand, against the steps of a policy, foreseen, and bad tables."""

import numpy as np
import pytest

from agents.emitters.emitter import EMITTERS, Emitter
from learning.knobs import ParameterError
from model import accounts
from model.systems.emissions_trading import EmissionsTrading
from model.systems.emissions_trading.supply_steps import MOST_STEPS, read_steps, steps_as_csv, supply_table

RGGI = "price,quantity\n2.38,11811518\n6.00,11310000\n13.00,11980000\n"
BY_YEAR = "year,price,share\n" + "".join(
    f"{year},{20 + 3 * year},0.7\n{year},{50 + year},0.5\n" for year in range(1, 11)
)


@pytest.fixture
def table(tmp_path):
    """Function: path of a file with this text."""

    def write(text):
        path = tmp_path / f"steps-{len(list(tmp_path.iterdir()))}.csv"
        path.write_text(text)
        return str(path)

    return write


def played(periods=40, **values):
    model = EmissionsTrading(rng=3, **values)
    model.advance(periods)
    return model


def series(model, name):
    return np.array(model.datacollector.model_vars[name])


class Rggi(Emitter):
    """Bids along 13 + 0.74 (27,041,000 − Q) / 3,919,482, the demand of auction 54, where supply meets it."""

    def bid(self, market):
        return [13.74, 13.00], [23_121_518.0, 3_919_482.0]


def test_rggi_auction_54_as_a_table(table):
    """23,121,518 permits are offered; 3,919,482 are sold beyond them at 13.00 $."""
    one = {"n_firms": 1, "years": 1, "quarters": 1, "bid_steps": 2, "baseline": 3e7, "cap_table": "23121518"}
    with EMITTERS.temporarily("rggi", Rggi):
        model = EmissionsTrading(emitter="rggi", supply_steps=table(RGGI), **one)
        model.step()
    found = model.datacollector.model_vars
    assert found["clearing_price"] == [13.0]
    assert found["offered"] == [23_121_518.0]
    assert found["sold"][0] - found["offered"][0] == pytest.approx(3_919_482.0, abs=1e-6)
    assert model.government.issued == pytest.approx(27_041_000.0, abs=1e-6)


@pytest.mark.parametrize(
    "policy",
    [{}, {"ecr_price": 45.0, "ecr_share": 0.25}, {"ceiling_price": 40.0, "reserve_price": 20.0}],
    ids=["floor", "held back", "ceiling"],
)
def test_the_steps_of_a_policy_as_a_table_are_that_policy(policy, table):
    usual = played(**policy)
    other = played(supply_steps=table(steps_as_csv(usual)))
    for name in ("clearing_price", "carbon_price", "foreseen_price", "offered", "sold", "reserve"):
        assert series(other, name) == pytest.approx(series(usual, name), rel=1e-9, abs=1e-9)


def test_firms_with_foresight_foresee_the_steps(table):
    """Exactly where a step is held back; steps beyond the cap are met the more closely the finer the schedules are."""
    held_back = played(behaviour="foresight", supply_steps=table("price,share\n32,0.75\n45,0.25\n"))
    assert series(held_back, "carbon_price") == pytest.approx(series(held_back, "foreseen_price"), rel=1e-9)
    assert (series(held_back, "sold") < 0.999 * series(held_back, "offered")).any()
    beyond = played(behaviour="foresight", supply_steps=table(BY_YEAR), bid_steps=20)
    assert series(beyond, "carbon_price") == pytest.approx(series(beyond, "foreseen_price"), rel=2e-3)
    assert (series(beyond, "sold") > 1.001 * series(beyond, "offered")).any()


def test_it_is_played_alike_step_by_step_and_written_as_a_template(table, same_history):
    path = table(BY_YEAR)
    model, stepped = played(8, supply_steps=path), EmissionsTrading(rng=3, supply_steps=path)
    for _ in range(8):
        stepped.step()
    same_history(stepped, model)
    again = supply_table(table(steps_as_csv(model)), 10)
    assert (again.price == model.setup.supply.price).all() and (
        again.amount == model.setup.supply.amount
    ).all()


@pytest.mark.parametrize("unsold", ["reserve", "cancel", "roll", "return"])
def test_permits_that_no_step_offers_stay_unsold(unsold, table):
    """Of 95 permits a year and more, 10 are for sale in each quarter."""
    model = played(8, supply_steps=table("price,quantity\n5,10\n"), unsold=unsold)
    assert (series(model, "sold") <= 10.0 + 1e-9).all() and series(model, "sold").max() > 9.9
    government, firms = model.datacollector.rows()
    assert np.abs(accounts.permits_missing(firms, government)).max() <= 1e-9 * 190.0
    left = {"reserve": "reserve", "cancel": "cancelled", "roll": "offered", "return": "waiting"}[unsold]
    assert series(model, left)[-1] > 50.0


def test_a_regulator_of_the_reserve_price_moves_all_steps(table):
    model = EmissionsTrading(rng=3, supply_steps=table("price,share\n20,0.5\n40,1\n"), regulator="random")
    model.step()
    factor = 1.0 + model.government.stricter
    assert factor != 1.0
    assert model.room.curve.price == pytest.approx([20.0 * factor, 40.0 * factor])


def test_steps_may_stand_in_any_order(table):
    found = supply_table(table("price,quantity\n40,2\n20,7\n"), 3)
    assert found.price.tolist() == [[20.0, 40.0]] * 3 and found.amount.tolist() == [[7.0, 2.0]] * 3


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("quantity\n5\n", "column 'price' is missing"),
        ("price\n5\n", "must have one of the columns quantity .* has neither"),
        ("price,quantity,share\n5,1,1\n", "has quantity and share"),
        ("price,quantity\n5,1\n-2,1\n", r"row 2, column price = -2: must be a number of at least 0 €/t"),
        ("price,quantity\n5,0\n", r"row 1, column quantity = 0: must be a number above 0 t"),
        ("price,share\n5,half\n", r"row 1, column share = half: must be a number above 0 of the permits"),
        ("year,price,share\n1.5,5,1\n", r"row 1, column year = 1\.5: must be a whole number"),
        ("year,price,share\n0,5,1\n", r"row 1, column year = 0: must be a number of at least 1"),
        (
            "price,share\n" + "5,1\n" * (MOST_STEPS + 1),
            f"row {MOST_STEPS + 1}, column price is one step more",
        ),
    ],
)
def test_a_bad_table_is_refused_by_row_and_column(text, problem, table):
    with pytest.raises(ParameterError, match=problem):
        read_steps(table(text))


def test_steps_hold_until_a_later_year_has_its_own(table):
    found = supply_table(table("year,price,share\n3,30,1\n1,5,1\n1,9,0.5\n"), 4)
    assert found.price.tolist() == [[5.0, 9.0], [5.0, 9.0], [30.0, 30.0], [30.0, 30.0]]
    assert found.amount.tolist() == [[1.0, 0.5], [1.0, 0.5], [1.0, 0.0], [1.0, 0.0]]


def test_the_first_year_needs_a_step(table):
    with pytest.raises(ParameterError, match="has no step of year 1, the first is of year 2"):
        EmissionsTrading(supply_steps=table("year,price,share\n2,5,1\n"))


@pytest.mark.parametrize(
    ("knob", "value"),
    [
        *(("reserve_price", 20.0), ("price_growth", 0.02), ("ecr_price", 45.0), ("ecr_share", 0.2)),
        *(("ccr_price", 60.0), ("ccr_share", 0.2), ("ceiling_price", 90.0), ("ceiling_at_compliance", True)),
    ],
)
def test_what_a_table_replaces_cannot_be_chosen_beside_it(knob, value, table):
    with pytest.raises(ParameterError, match=rf"{knob} = {value}: of no effect"):
        EmissionsTrading(supply_steps=table(RGGI), **{knob: value})


def test_a_table_has_no_trigger_that_a_regulator_could_move(table):
    with pytest.raises(ParameterError, match=r"lever = ccr_price: of no effect.*supply_steps"):
        EmissionsTrading(supply_steps=table(RGGI), lever="ccr_price", regulator="random")
    EmissionsTrading(supply_steps=table(RGGI), lever="ccr_price")  # nobody moves it


def test_firms_count_on_no_permits_that_a_table_does_not_offer(table):
    """Of 23.75 t and fewer in each auction 10 are for sale: prices are those of a cap of 10 t an auction, foreseen."""
    quiet = {"common_spread": 0.0, "own_spread": 0.0}
    scarce = played(supply_steps=table("price,quantity\n5,10\n"), unsold="cancel", **quiet)
    assert series(scarce, "carbon_price") == pytest.approx(series(scarce, "foreseen_price"), rel=1e-9)
    plain = played(cap_first=0.4, cap_last=0.4, reserve_price=5.0, price_growth=0.0, **quiet)
    assert series(scarce, "carbon_price") == pytest.approx(series(plain, "carbon_price"), rel=1e-9)


def test_the_policy_names_the_table(table):
    path = table(RGGI)
    words = EmissionsTrading(supply_steps=path).params.in_words()["auctions"]
    assert "supply in the steps of steps-0.csv" in words and "reserve price" not in words
