"""Production of a firm with its permits, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.population import as_rows
from model.compliance import COMPLIANCE, fined_above, produce
from model.systems.learning_bidders import LearningBidders

NAMES = ["selling_price", "unit_cost", "emission_intensity", "full_output", "required_permits"]
FIRM = as_rows(np.array([[13.0, 8.0, 2.0, 100.0, 200.0]]), NAMES)[0]
CURTAIL, FINED = (fined_above(compliance, 5.0) for compliance in ("curtail", "penalty"))


def test_curtail_produces_what_permits_cover():
    """150 t at 2 t/unit are 75 units; margin 5 x 75 = 375 €; nothing is missing."""
    assert produce(FIRM, 150.0, CURTAIL, 5.0) == (75.0, 150.0, 0.0, 0.0, 375.0)


def test_penalty_produces_all_and_pays_for_the_rest():
    """200 t emitted, 50 t uncovered at 5 €/t: fine 250 €; margin 5 x 100 = 500 €."""
    assert produce(FIRM, 150.0, FINED, 5.0) == (100.0, 200.0, 50.0, 250.0, 500.0)


@pytest.mark.parametrize(
    ("penalty", "found"),
    [
        (2.4, (100.0, 200.0, 50.0, 120.0, 500.0)),
        (2.5, (75.0, 150.0, 0.0, 0.0, 375.0)),
        (9.0, (75.0, 150.0, 0.0, 0.0, 375.0)),
    ],
)
def test_best_compares_the_fine_with_the_profit_of_a_tonne(penalty, found):
    """A tonne earns 5 / 2 = 2.5 €. With 50 t uncovered, a fine of 2.4 €/t is paid (500 - 120 = 380 € > 375 €)."""
    assert produce(FIRM, 150.0, fined_above("best", penalty), penalty) == found


@given(held=st.floats(0.0, 400.0), penalty=st.floats(0.0, 100.0))
def test_best_earns_as_much_as_the_better_of_the_other_rules(held, penalty):
    """So margin less fine is never negative: not less than standing still."""

    def earned(compliance):
        _, _, _, fine, margin = produce(FIRM, held, fined_above(compliance, penalty), penalty)
        return margin - fine

    assert earned("best") == max(earned("curtail"), earned("penalty")) >= 0.0


@given(held=st.floats(0.0, 400.0), penalty=st.floats(0.0, 10.0), more=st.floats(0.0, 10.0))
def test_emissions_never_rise_with_the_fine_under_best(held, penalty, more):
    low, high = (
        produce(FIRM, held, fined_above("best", rate), rate)[1] for rate in (penalty, penalty + more)
    )
    assert high <= low


@pytest.mark.parametrize("held", [200.0, 260.0])
@pytest.mark.parametrize("compliance", COMPLIANCE)
def test_enough_permits_full_output(held, compliance):
    assert produce(FIRM, held, fined_above(compliance, 5.0), 5.0) == (100.0, 200.0, 0.0, 0.0, 500.0)


def test_no_permits():
    assert produce(FIRM, 0.0, CURTAIL, 5.0) == (0.0, 0.0, 0.0, 0.0, 0.0)
    assert produce(FIRM, 0.0, FINED, 5.0) == (100.0, 200.0, 200.0, 1000.0, 500.0)


@given(
    held=st.floats(0.0, 400.0),
    more=st.floats(0.0, 100.0),
    compliance=st.sampled_from(COMPLIANCE),
    penalty=st.floats(0.0, 100.0),
)
def test_more_permits_never_earn_less(held, more, compliance, penalty):
    above = fined_above(compliance, penalty)
    output, emissions, shortfall, fine, margin = produce(FIRM, held, above, penalty)
    richer = produce(FIRM, held + more, above, penalty)
    assert richer[4] - richer[3] >= margin - fine - 1e-9
    assert emissions - shortfall <= held + 1e-15 * FIRM.required_permits  # rounding of the difference
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


def test_efficiency_by_hand():
    """Permits are worth 2.5 €/t to firm 0 and 5 €/t to firm 1; 240 t are at best 100 t for firm 1 and 140 t for firm 0:
    500 + 350 = 850 €. Firm 1 bids least and gets 40 t: 200 t x 2.5 + 40 t x 5 = 700 €.

    If all produce and pay fines, as many emissions cannot be worth more: 1.
    """
    best = a_period_by_hand([2.0, 3.0], [200.0, 100.0], phi=0.8)
    assert best.datacollector.model_vars["efficiency"] == [pytest.approx(1.0)]
    worse = a_period_by_hand([2.0, 1.0], [200.0, 100.0], phi=0.8)
    assert worse.firms.rows.value == pytest.approx([500.0, 200.0])
    assert worse.firms.rows.efficient_value == pytest.approx([350.0, 500.0])
    assert worse.datacollector.model_vars["efficiency"] == [pytest.approx(700 / 850)]
    fined = a_period_by_hand([2.0, 1.0], [200.0, 100.0], phi=0.8, compliance="penalty")
    assert fined.datacollector.model_vars["efficiency"] == [pytest.approx(1.0)]


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


def test_profits_by_hand_when_firms_do_what_pays():
    """As with a penalty of 4 €/t, but a tonne of firm 0 earns 2.5 €: it makes 70 units, profit 70 €.

    At 2.2 €/t it pays for the 60 t missing: 500 - 280 - 132 = 88 €, more than 70 €. A permit is worth no more than
    the fine, so nobody may bid above it.
    """
    model = a_period_by_hand([2.0, 3.0], [200.0, 100.0], phi=0.8, compliance="best", penalty=4.0)
    assert model.firms.rows.profit == pytest.approx([70.0, 300.0])
    assert model.firms.rows.highest_price == pytest.approx([2.5, 4.0])
    model = a_period_by_hand([2.0, 2.1], [200.0, 100.0], phi=0.8, compliance="best", penalty=2.2)
    assert model.firms.rows.profit == pytest.approx([88.0, 300.0])
    assert model.firms.rows.highest_price == pytest.approx([2.2, 2.2])


@pytest.mark.parametrize("auction", ["uniform", "discriminatory"])
def test_emissions_fall_with_the_fine_to_the_cap(auction):
    """Under best, in each period: from all that firms could emit at no fine to the cap at a fine above all profits."""
    found = []
    for penalty in (0.0, 1.0, 2.0, 2.5, 2.75, 3.0, 3.25, 5.0, 10_000.0):
        model = LearningBidders(
            compliance="best", penalty=penalty, auction=auction, learner="random", phi=0.8, rng=1
        )
        model.advance(10)
        found.append(model.datacollector.rows()[1].emissions.sum(-1))
    required, found = model.firms.rows.required_permits.sum(), np.array(found)
    assert found[0] == pytest.approx(required)
    assert (np.diff(found, axis=0) <= 1e-9 * required).all()
    assert found[-1] == pytest.approx(0.8 * required)
    assert len(np.unique(found.mean(1).round(6))) > 4
