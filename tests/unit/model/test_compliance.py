"""Production of a firm with its permits, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.population import as_rows
from model.compliance import produce
from model.systems.learning_bidders import LearningBidders

NAMES = ["selling_price", "unit_cost", "emission_intensity", "full_output", "required_permits"]
FIRM = as_rows(np.array([[13.0, 8.0, 2.0, 100.0, 200.0]]), NAMES)[0]


def test_curtail_produces_what_permits_cover():
    """150 t at 2 t/unit are 75 units; margin 5 x 75 = 375 €; nothing is missing."""
    assert produce(FIRM, 150.0, False, 5.0) == (75.0, 150.0, 0.0, 0.0, 375.0)


def test_penalty_produces_all_and_pays_for_the_rest():
    """200 t emitted, 50 t uncovered at 5 €/t: fine 250 €; margin 5 x 100 = 500 €."""
    assert produce(FIRM, 150.0, True, 5.0) == (100.0, 200.0, 50.0, 250.0, 500.0)


@pytest.mark.parametrize("held", [200.0, 260.0])
@pytest.mark.parametrize("penalise", [True, False])
def test_enough_permits_full_output(held, penalise):
    assert produce(FIRM, held, penalise, 5.0) == (100.0, 200.0, 0.0, 0.0, 500.0)


def test_no_permits():
    assert produce(FIRM, 0.0, False, 5.0) == (0.0, 0.0, 0.0, 0.0, 0.0)
    assert produce(FIRM, 0.0, True, 5.0) == (100.0, 200.0, 200.0, 1000.0, 500.0)


@given(
    held=st.floats(0.0, 400.0),
    more=st.floats(0.0, 100.0),
    penalise=st.booleans(),
    penalty=st.floats(0.0, 100.0),
)
def test_more_permits_never_earn_less(held, more, penalise, penalty):
    output, emissions, shortfall, fine, margin = produce(FIRM, held, penalise, penalty)
    richer = produce(FIRM, held + more, penalise, penalty)
    assert richer[4] - richer[3] >= margin - fine - 1e-9
    assert emissions - shortfall <= held * (1 + 1e-12)
    assert 0 <= output <= FIRM.full_output
    assert richer[2] <= shortfall


def a_period_by_hand(price, volume, **params):
    """Two firms with given bids in one period without trading margin; the model after it.

    Both earn 5 €/unit; the first needs 200 t (100 units at 2 t), the second 100 t (100 units at 1 t).
    """
    model = LearningBidders(n_firms=2, learner="fixed", trade_margin=0.0, reserve_price=0.5, rng=1, **params)
    firms = model.firms.rows
    firms.selling_price, firms.unit_cost = 13.0, 8.0
    firms.emission_intensity, firms.full_output = [2.0, 1.0], [100.0, 100.0]
    firms.required_permits = firms.emission_intensity * firms.full_output
    firms.private_value = 5.0 / firms.emission_intensity
    model.book.required[:] = firms.required_permits
    model.apply_policy()
    for firm, bid in zip(model.firms, zip(price, volume, strict=True), strict=True):
        firm.bid = lambda market, bid=bid: bid
    model.learning = False
    model.step()
    return model


def test_profits_by_hand_when_firms_curtail():
    """phi 0.8: 240 t. Firm 1 bids 3 €/t for 100 t, firm 0 bids 2 €/t for 200 t and gets the 140 t left;
    both pay 2 €/t.

    Firm 0 lacks 60 t, nobody has any to sell: 140 t make 70 units.
    Profit 0: 70 x 5 - 140 x 2 = 70 €. Profit 1: 100 x 5 - 100 x 2 = 300 €.
    """
    model = a_period_by_hand([2.0, 3.0], [200.0, 100.0], phi=0.8)
    firms = model.firms.rows
    assert firms.award == pytest.approx([140.0, 100.0])
    assert firms.profit == pytest.approx([70.0, 300.0])
    assert firms.output == pytest.approx([70.0, 100.0])
    assert firms.shortfall.tolist() == [0.0, 0.0]
    assert model.government.clearing_price == 2.0
    assert model.government.cash == pytest.approx(480.0)


def test_profits_by_hand_when_firms_pay_a_penalty():
    """As above with 4 €/t for the 60 t missing: 100 x 5 - 280 - 240 = -20 €."""
    model = a_period_by_hand([2.0, 3.0], [200.0, 100.0], phi=0.8, compliance="penalty", penalty=4.0)
    assert model.firms.rows.profit == pytest.approx([-20.0, 300.0])
    assert model.firms.rows.shortfall == pytest.approx([60.0, 0.0])
    assert model.government.cash == pytest.approx(480.0 + 240.0)


def test_profits_by_hand_with_trade():
    """phi 0.8: 240 t. Firm 1 bids 3 €/t for 130 t, firm 0 bids 2 €/t for 200 t and gets 110 t.

    Firm 1 has 30 t too many, firm 0 lacks 90 t and buys them at the clearing price (no margin), 2 €/t:
    profit 0: (140 / 2) x 5 - 110 x 2 - 30 x 2 = 70 €; profit 1: 500 - 130 x 2 + 30 x 2 = 300 €.
    Discriminatory: firm 1 pays 390 € and the price is (130 x 3 + 200 x 2) / 330 = 790 / 330 = 2.394 €/t.
    """
    uniform = a_period_by_hand([2.0, 3.0], [200.0, 130.0], phi=0.8)
    assert uniform.firms.rows.bought == pytest.approx([30.0, -30.0])
    assert uniform.firms.rows.profit == pytest.approx([70.0, 300.0])
    other = a_period_by_hand([2.0, 3.0], [200.0, 130.0], phi=0.8, auction="discriminatory")
    price = 790 / 330
    assert other.government.trading_price == pytest.approx(price)
    assert other.firms.rows.profit == pytest.approx([350 - 220 - 30 * price, 500 - 390 + 30 * price])
