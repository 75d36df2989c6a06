"""Metrics by hand."""

import numpy as np
import pytest

import model.systems  # noqa: F401 - registers the systems
from agents.enterprises.enterprise import Enterprise
from agents.firm import Firm
from agents.government import CapGovernment, ExchangeGovernment
from agents.population import as_rows
from model.base import SYSTEMS
from model.metrics import METRICS, Metric, share


def rows(kind, n, **columns):
    names = list(kind.column_declarations())
    made = as_rows(np.zeros((n, len(names))), names)
    for name, values in columns.items():
        made[name] = values
    return made


GOVERNMENT = rows(
    ExchangeGovernment, 1, cap=240.0, clearing_price=3.0, equilibrium_price=2.5, trading_price=3.3
)
FIRMS = rows(
    Firm,
    4,
    bid_price=[2.0, 3.0, 4.0, 3.0],
    bid_volume=[10.0, 20.0, 30.0, 40.0],
    award=[0.0, 30.0, 30.0, 60.0],
    auction_payment=[0.0, 60.0, 90.0, 150.0],
    penalty_payment=[5.0, 0.0, 0.0, 1.0],
    profit=[100.0, 200.0, 150.0, 250.0],
    emissions=[10.0, 40.0, 40.0, 60.0],
    required_permits=[50.0, 50.0, 40.0, 60.0],
    shortfall=[1.0, 0.0, 0.0, 0.5],
    selling_price=[13.0] * 4,
    unit_cost=[8.0] * 4,
    full_output=[50.0] * 4,
    private_value=[2.0, 4.0, 4.0, 3.0],
    bought=[10.0, 30.0, 0.0, -40.0],
    value=[20.0, 130.0, 100.0, 200.0],
    efficient_value=[200.0, 200.0, 100.0, 100.0],
)

BY_HAND = {
    "cap": 240.0,
    "clearing_price": 3.0,
    "equilibrium_price": 2.5,
    "trading_price": 3.3,
    "mean_bid_price": 3.0,  # (2 + 3 + 4 + 3) / 4
    "bid_price_variance": 0.5,  # (1 + 0 + 1 + 0) / 4
    "bid_distance": 0.5,  # 3 - 2.5
    "mean_bid_volume": 25.0,
    "sold": 120.0,
    "revenue": 300.0,
    "fines": 6.0,
    "total_profit": 700.0,
    "mean_profit": 175.0,
    "efficiency": 0.75,  # (20 + 130 + 100 + 200) / (200 + 200 + 100 + 100)
    "government_share": 306 / 1006,  # (300 + 6) / (300 + 6 + 700)
    "bought_above_value": 0.25,  # 10 / (10 + 30): only 2 €/t is below the trading price of 3.3
    "emissions": 150.0,
    "emission_reduction": 0.25,  # 1 - 150 / 200
    "shortfall": 1.5,
    "benefit_reduction": 0.3,  # 1 - 700 / (4 x 5 x 50)
    "award_concentration": 0.375,  # (1/4)^2 + (1/4)^2 + (1/2)^2
}


@pytest.mark.parametrize("name", BY_HAND)
def test_by_hand(name):
    assert METRICS[name](GOVERNMENT, FIRMS) == pytest.approx(BY_HAND[name], rel=1e-14)


GRID_GOVERNMENT = rows(CapGovernment, 1, welfare=55.0, equality=0.6, green_projects=3.0, trade_price=9.0)
ENTERPRISES = rows(
    Enterprise,
    2,
    cash=[10.0, -4.0],
    cash_escrow=[0.0, 6.0],
    utility=[3.0, 5.0],
    emissions=[4.0, 6.0],
    level=[0.5, 0.7],
    shortfall=[1.0, 2.0],
    permits=[-1.5, 2.0],
    permits_escrow=[0.0, 1.0],
    properties=[7.0, 8.0],
    effective_investments=[2.0, 5.0],
    sales=[3.0, 4.0],
    earned=[20.0, 50.0],
    penalty_payment=[30.0, 15.0],
    labour=[100.0, 300.0],
)
GRID_BY_HAND = {
    "welfare": 55.0,
    "equality": 0.6,
    "mean_coins": 6.0,
    "mean_utility": 4.0,
    "episode_emissions": 10.0,
    "emission_level": 0.6,
    "settled_shortfall": 3.0,
    "open_deficit": 1.5,
    "properties": 15.0,
    "certified_projects": 3.0,
    "effective_investments": 3.5,
    "permits_held": 1.5,
    "permit_price": 9.0,
    "mean_permit_price": 10.0,
    "permits_traded": 7.0,
    "penalties_paid": 45.0,
    "mean_labour": 200.0,
}


@pytest.mark.parametrize("name", GRID_BY_HAND)
def test_of_the_grid_by_hand(name):
    assert METRICS[name](GRID_GOVERNMENT, ENTERPRISES) == pytest.approx(GRID_BY_HAND[name], rel=1e-14)


def test_permits_have_no_price_before_the_first_trade():
    nobody = rows(Enterprise, 2, cash=[10.0, -4.0])
    public = rows(CapGovernment, 1, welfare=55.0)
    assert np.isnan(METRICS["permit_price"](public, nobody))
    assert np.isnan(METRICS["mean_permit_price"](public, nobody))


def test_a_metric_first_names_what_a_model_lacks_then_what_is_unknown_now():
    def of(absent, missing):
        return Metric("x", "1", "", float, absent=lambda _: absent, missing=lambda _: missing)

    cases = {("", ""): ("", True), ("", "not yet"): ("not yet", True), ("none", "not yet"): ("none", False)}
    for reasons, (why, applies) in cases.items():
        assert (of(*reasons).why_unknown(None), of(*reasons).applies(None)) == (why, applies)
    plain = Metric("x", "1", "", float)
    assert plain.applies(None) and plain.why_unknown(None) == ""


REPORTED = [(system, name) for system, made in SYSTEMS.items() for name in made.metrics]


def test_every_metric_is_reported_by_some_system():
    assert {name for _, name in REPORTED} == set(METRICS)


@pytest.mark.parametrize(("system", "name"), REPORTED)
def test_every_metric_has_unit_and_help_and_one_number_per_period(system, name):
    metric = METRICS[name]
    assert isinstance(metric, Metric)
    assert metric.unit
    assert metric.help.endswith(".")
    model = SYSTEMS[system](rng=1)
    model.advance(3)
    assert np.shape(metric(*model.datacollector.rows())) == (3,)
    assert np.shape(metric(model.public.rows, model.firms.rows)) == ()


@pytest.mark.parametrize(
    "name",
    [
        "government_share",
        "bought_above_value",
        "benefit_reduction",
        "award_concentration",
        "emission_reduction",
    ],
)
@pytest.mark.filterwarnings("error")
def test_a_share_of_nothing_is_not_a_number(name):
    """No warning, no made-up zero."""
    assert np.isnan(METRICS[name](rows(ExchangeGovernment, 1), rows(Firm, 3)))


def test_fines_are_earnings_of_the_government():
    """[Esmaeili2021, Eq. 4.1]: EOG is what the government earns from auction and penalties.

    30 € for permits, 20 € of fines and 50 € of profits: a share of 0.5. Where firms lose 25 €, it is 50 / 25 = 2.
    """
    for profit, found in ((50.0, 0.5), (-25.0, 2.0)):
        firm = rows(Firm, 1, auction_payment=30.0, penalty_payment=20.0, profit=profit)
        assert METRICS["government_share"](GOVERNMENT, firm) == found


def test_where_nothing_can_be_gained_efficiency_is_one():
    assert METRICS["efficiency"](GOVERNMENT, rows(Firm, 2)) == 1.0


def test_benefit_reduction_is_against_free_allocation_of_the_cap():
    """Required 200 t, full output worth 1000 €. A free cap of 240 t lets all produce: 1 - 700 / 1000. One of 160 t lets
    each produce 80 %: 1 - 700 / 800. [Esmaeili2021, Section 4.2.9]
    """
    for free, found in ((240.0, 0.3), (160.0, 0.125)):
        assert METRICS["benefit_reduction"](rows(ExchangeGovernment, 1, cap=free), FIRMS) == pytest.approx(
            found
        )


def test_award_concentration_ends():
    one = rows(Firm, 4, award=[0, 7.0, 0, 0])
    alike = rows(Firm, 4, award=[7.0] * 4)
    assert METRICS["award_concentration"](GOVERNMENT, one) == 1.0
    assert METRICS["award_concentration"](GOVERNMENT, alike) == 0.25


def test_share_keeps_the_shape():
    assert share([1.0, 2.0], [4.0, 0.0])[0] == 0.25
    assert np.isnan(share([1.0, 2.0], [4.0, 0.0])[1])
    assert share(np.ones((3, 2)), np.ones((3, 1))).shape == (3, 2)
