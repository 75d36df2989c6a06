"""A market over years: worked examples, theorems that hold exactly, and the rules of its policy."""

import numpy as np
import pytest

from agents.emitters.emitter import EMITTERS, Emitter
from learning.knobs import ParameterError
from model.scenarios import scenarios
from model.systems.emissions_trading import EmissionsTrading

CERTAIN = {"common_spread": 0.0, "own_spread": 0.0}
NO_FLOOR = {"reserve_price": 0.0}
ONE_FIRM = CERTAIN | NO_FLOOR | {"n_firms": 1, "quarters": 1, "choke_mean": 300.0, "years": 2}


def played(seed=3, **values):
    """A run of a market with these parameters."""
    model = EmissionsTrading(rng=seed, **values)
    model.advance(model.params.cycle)
    return model


def metrics(model):
    """Metric -> float64[quarters]."""
    return {name: np.array(values) for name, values in model.datacollector.model_vars.items()}


def test_the_worked_example_of_two_periods():
    model = EmissionsTrading(scenarios()["two_periods"].params(), rng=1)
    model.advance(2)
    found = metrics(model)
    assert found["carbon_price"] == pytest.approx([73.1707317073, 76.8292682927], rel=1e-9)
    assert found["bank"] == pytest.approx([14.3902439024, 0.0], abs=1e-9)
    cost = found["abatement_cost"] @ [1.0, 1 / 1.05]
    assert cost == pytest.approx(1829.268293, rel=1e-9)


def test_the_worked_example_without_banking():
    model = EmissionsTrading(scenarios()["two_periods"].params(banking=False), rng=1)
    model.advance(2)
    found = metrics(model)
    assert found["carbon_price"] == pytest.approx([30.0, 120.0], rel=1e-9)
    assert found["abatement_cost"] @ [1.0, 1 / 1.05] == pytest.approx(2435.714286, rel=1e-9)


def test_without_surprises_prices_are_those_of_perfect_foresight_and_rise_at_the_rate_of_interest():
    found = metrics(played(**CERTAIN, **NO_FLOOR))
    price, banked = found["carbon_price"], found["bank"]
    assert price == pytest.approx(found["foreseen_price"], rel=1e-9)
    assert (banked[:-1] > 0).all()
    assert price[1:] / price[:-1] == pytest.approx(1.05**0.25, rel=1e-9)


def test_within_a_year_the_price_rises_even_without_banking():
    price = metrics(played(**CERTAIN, **NO_FLOOR, banking=False))["carbon_price"].reshape(-1, 4)
    assert price[:, 1:] / price[:, :-1] == pytest.approx(1.05**0.25, rel=1e-9)
    assert price[1, 0] > price[0, 3] * 1.05**0.25


def test_who_gets_permits_free_changes_neither_prices_nor_emissions():
    """Montgomery's theorem, for price takers without a reserve price."""
    usual = played(**NO_FLOOR)
    for free, rule in ((0.5, "size"), (0.5, "equal"), (1.0, "first"), (1.0, "emissions"), (0.5, "baseline")):
        other = played(**NO_FLOOR, free_share=free, free_rule=rule)
        assert metrics(other)["carbon_price"] == pytest.approx(metrics(usual)["carbon_price"], rel=1e-9)
        emissions = [each.datacollector.rows()[1].emissions for each in (usual, other)]
        assert emissions[1] == pytest.approx(emissions[0], rel=1e-9)


def test_with_a_full_bank_nobody_bids():
    found = metrics(played(**NO_FLOOR, initial_bank=2000.0))
    assert found["sold"].sum() == 0.0
    assert (found["carbon_price"] == 0.0).all()


def test_a_smaller_bank_still_has_to_be_added_to():
    found = metrics(played(**NO_FLOOR, initial_bank=100.0))
    assert found["sold"][:4] == pytest.approx(23.75)


def test_a_fine_that_settles_the_debt_is_a_ceiling():
    found = metrics(played(**ONE_FIRM, cap_table="60 90", penalty=50.0, make_good=False))
    assert found["carbon_price"] == pytest.approx([50.0, 30.0])
    assert found["shortfall"] == pytest.approx([100.0 - 50.0 / 3.0 - 60.0, 0.0])
    assert found["debt"] == pytest.approx([0.0, 0.0])


def test_unlimited_permits_at_the_ceiling_hold_the_price():
    found = metrics(played(ceiling_price=45.0, price_growth=0.0, reserve_price=20.0))
    assert found["clearing_price"].max() == pytest.approx(45.0)
    assert (found["sold"] > found["offered"]).any()


def test_the_cost_containment_reserve_is_a_years():
    found = metrics(played(ccr_price=45.0, ccr_share=0.05, reserve_price=20.0))
    more = np.maximum(found["sold"] - found["offered"], 0.0).reshape(-1, 4).sum(1)
    cap = found["yearly_cap"].reshape(-1, 4)[:, 0]
    assert (more <= 0.05 * cap * (1 + 1e-9)).all()
    assert more.max() == pytest.approx(0.05 * cap[more.argmax()])


def test_the_emissions_containment_reserve_withholds_below_its_trigger():
    found = metrics(played(ecr_price=45.0, ecr_share=0.2, reserve_price=5.0))
    low = found["clearing_price"] < 45.0 - 1e-6
    assert low.any() and not low.all()
    assert found["sold"][low] == pytest.approx(0.8 * found["offered"][low])
    assert found["sold"][~low].max() == pytest.approx(found["offered"][~low].max(), rel=0.01)


def test_the_stability_reserve_by_hand():
    """One third of a year's first cap is banked at first: intake, cancellation, and no change, by the rule."""
    values = {"stability": "eu", "initial_bank": 120.0, "initial_reserve": 30.0, **CERTAIN, **NO_FLOOR}
    model = played(**values)
    government, _ = model.datacollector.rows()
    at_ends, cap = government[3::4, 0], model.setup.cap
    for year in range(1, 10):
        known = at_ends.circulation[year - 1]
        intake = 0.24 * known if known > 0.79 * cap[0] else max(known - 0.6 * cap[0], 0.0)
        released = min(0.144 * cap[0], at_ends.reserve[year - 1]) if known < 0.29 * cap[0] else 0.0
        assert at_ends.change[year] == pytest.approx(released - min(intake, cap[year]), abs=1e-9)
    assert at_ends.change[1] < 0.0
    assert at_ends.cancelled[0] == pytest.approx(30.0 - 0.29 * cap[0])
    assert at_ends.reserve.max() == pytest.approx(0.29 * cap[0])


def test_unsold_permits_go_where_the_rule_says():
    loose = {
        "cap_first": 1.2,
        "cap_last": 1.2,
        "banking": False,
        **CERTAIN,
        "reserve_price": 5.0,
        "price_growth": 0.0,
    }
    kept, gone, again = (metrics(played(**loose, unsold=rule)) for rule in ("reserve", "cancel", "roll"))
    unsold = 1200.0 - kept["sold"].sum()
    assert unsold > 200.0
    assert kept["reserve"][-1] == pytest.approx(unsold)
    assert gone["cancelled"][-1] == pytest.approx(unsold)
    assert again["offered"][1] == pytest.approx(30.0 + again["offered"][0] - again["sold"][0])
    assert kept["carbon_price"] == pytest.approx(5.0)


def test_the_auction_and_the_exchange_agree_on_the_price():
    found = metrics(played())
    distance = np.abs(found["clearing_price"] / found["carbon_price"] - 1.0)
    assert distance.mean() < 0.005


def test_without_an_exchange_a_permit_is_worth_something_else_to_every_firm():
    model = played(exchange="none")
    assert np.ptp(model.firms.rows.worth) > 1.0
    government, _ = model.datacollector.rows()
    assert np.isnan(government.trading_price).all()


def test_a_run_that_is_over_begins_anew():
    model = played(initial_bank=20.0)
    first = metrics(model)["carbon_price"]
    model.advance(40)
    assert (model.government.year, model.government.quarter) == (10.0, 4.0)
    second = metrics(model)["carbon_price"][40:]
    assert not np.allclose(first, second)
    assert second.mean() == pytest.approx(first.mean(), rel=0.3)


def test_a_firm_in_plain_python_bids_as_it_likes():
    class Absent(Emitter):
        """Never bids, and buys what it needs on the exchange."""

        def bid(self, market):
            """Bid for nothing."""
            return np.zeros(market.params.bid_steps), np.zeros(market.params.bid_steps)

    with EMITTERS.temporarily("absent", Absent):
        found = metrics(played(emitter="absent"))
    assert found["sold"].sum() == 0.0


def test_a_bid_that_is_no_schedule_is_refused():
    class Wrong(Emitter):
        """Bids a number."""

        def bid(self, market):
            """Bid one price."""
            return 3.0, 4.0

    with (
        EMITTERS.temporarily("wrong", Wrong),
        pytest.raises(ValueError, match="firm 0: a schedule has 5 prices"),
    ):
        played(emitter="wrong")


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"cap_table": "90 80"}, "cap_table = '90 80': must be 10 numbers above 0"),
        ({"ccr_price": 10.0}, "ccr_price = 10.0 €/t: must be 0"),
        ({"choke_min": 400.0}, "choke_min = 400.0: above choke_max"),
        ({"msr_upper": 0.9}, "msr_upper = 0.9: above msr_full"),
    ],
)
def test_parameters_that_contradict_each_other_are_refused(values, problem):
    with pytest.raises(ParameterError, match=problem):
        EmissionsTrading(**values)


def test_own_firms_keep_their_names_and_sizes(tmp_path):
    path = tmp_path / "plants.csv"
    path.write_text("name,baseline,choke_price\nSteel,60,220\nCement,40,180\n")
    model = EmissionsTrading(emitters=str(path), rng=1)
    assert model.names == ["Steel", "Cement"]
    assert model.firms.rows.weight == pytest.approx([0.6, 0.4])
    assert model.setup.planned[0] == pytest.approx(25.0)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name,baseline,choke_price\nA,1,2\nA,1,2\n", "row 2, column name = A: is used twice"),
        ("name,baseline,choke_price\n,1,2\n", "row 1, column name is missing"),
        ("name,baseline,choke_price\nA,0,2\n", "row 1, column baseline = 0: must be a number above 0 t"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(tmp_path, text, problem):
    path = tmp_path / "plants.csv"
    path.write_text(text)
    with pytest.raises(ParameterError, match=problem):
        EmissionsTrading(emitters=str(path))
