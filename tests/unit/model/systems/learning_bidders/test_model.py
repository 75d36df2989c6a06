"""The learning bidders: bins of the clearing price, ranges of bids, payoffs of every bid, common random
numbers.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.grid_bidder import shares_on_grid
from model.compliance import COMPLIANCE
from model.systems.bidding.rules import state_of, submit_bids
from model.systems.learning_bidders import LearningBidders, rules
from model.systems.learning_bidders.rules import Setup


def setup(reserve=0.5, highest=4.5, bins=16):
    return Setup(
        cap=1.0,
        validity=1,
        lowest_volume=np.zeros(1),
        highest_volume=np.zeros(1),
        reserve_price=reserve,
        highest_value=highest,
        price_bins=bins,
        price_steps=6,
        volume_steps=16,
        shares=shares_on_grid(6, 16),
        fined_above=np.inf,
        penalty=0.0,
        voluntary=False,
        auction=np.zeros(1),
        by_value=np.arange(1),
        worth=np.zeros(1),
    )


@pytest.mark.parametrize(
    ("price", "state"),
    [(0.0, 0), (0.5, 0), (0.749, 0), (0.75, 1), (2.5, 8), (4.499, 15), (4.5, 15), (9.0, 15)],
)
def test_sixteen_equal_bins_from_reserve_to_highest_value(price, state):
    """From 0.5 to 4.5 €/t a bin is 0.25 €/t wide; what lies outside falls into the first or the last."""
    assert state_of(price, setup()) == state


@given(price=st.floats(0, 1e6), bins=st.integers(1, 101), highest=st.floats(0.5, 100))
def test_a_state_is_always_one_of_the_bins(price, bins, highest):
    known = setup(highest=highest, bins=bins)
    state = state_of(price, known)
    assert 0 <= state < bins
    assert getattr(state_of, "py_func", state_of)(price, known) == state


def test_one_price_for_all_is_one_state():
    assert state_of(0.5, setup(highest=0.5)) == 0


def test_the_cap_is_the_share_phi_of_what_is_required():
    model = LearningBidders(phi=0.85, rng=2)
    model.step()
    firms = model.firms.rows
    assert model.government.cap == pytest.approx(0.85 * (firms.emission_intensity * firms.full_output).sum())
    assert firms.private_value == pytest.approx(
        (firms.selling_price - firms.unit_cost) / firms.emission_intensity
    )


def test_firms_are_drawn_from_the_ranges_of_the_source():
    firms = LearningBidders(n_firms=200, rng=2).firms.rows
    for column, low, high in (
        ("selling_price", 12, 14),
        ("unit_cost", 7, 9),
        ("emission_intensity", 1.5, 2),
        ("full_output", 100, 150),
    ):
        assert low <= firms[column].min() < low + 0.1 * (high - low)
        assert high - 0.1 * (high - low) < firms[column].max() <= high


@pytest.mark.parametrize(
    ("rule", "lowest", "highest"),
    [
        (
            {"volume_rule": "required", "volume_factor": 1.5},
            "required_permits",
            lambda f, cap: 1.5 * f.required_permits,
        ),
        (
            {"volume_rule": "cap_share", "volume_cap_share": 0.5},
            "required_permits",
            lambda f, cap: 0.5 * cap + 0 * f.cash,
        ),
    ],
)
def test_volumes_follow_the_rule(rule, lowest, highest):
    model = LearningBidders(rng=2, phi=1.0, **rule)
    firms = model.firms.rows
    assert (firms.lowest_volume == firms[lowest]).all()
    assert firms.highest_volume == pytest.approx(highest(firms, model.setup.cap))


def test_volumes_may_follow_the_range_of_outputs():
    firms = LearningBidders(rng=2, volume_rule="output_range").firms.rows
    assert firms.lowest_volume == pytest.approx(100 * firms.emission_intensity)
    assert firms.highest_volume == pytest.approx(150 * firms.emission_intensity)


def test_a_share_of_the_cap_below_the_requirement_leaves_one_volume():
    firms = LearningBidders(rng=2, volume_rule="cap_share", volume_cap_share=0.01).firms.rows
    assert (firms.lowest_volume == firms.highest_volume).all()


def test_a_firm_whose_permits_are_worth_less_than_the_reserve_bids_for_none():
    model = LearningBidders(rng=2, n_firms=30)
    value = model.firms.rows.private_value
    model.change_policy(reserve_price=float(np.median(value)))
    model.advance(200)
    _, firms = model.datacollector.rows(200)
    poor = value < model.params.reserve_price
    assert poor.any()
    assert (firms.bid_volume[:, poor] == 0).all()
    assert (firms.award[:, poor] == 0).all()
    assert (firms.auction_payment[:, poor] == 0).all()
    assert firms.award[:, ~poor].sum() > 0


def test_truthful_firms_bid_their_value_for_what_they_need():
    model = LearningBidders(learner="truthful", rng=2)
    model.step()
    firms = model.firms.rows
    assert firms.bid_price == pytest.approx(firms.private_value)
    assert (firms.bid_volume == firms.required_permits).all()


@pytest.mark.parametrize("auction", ["uniform", "discriminatory"])
@pytest.mark.parametrize("compliance", COMPLIANCE)
@pytest.mark.parametrize("exchange", ["compulsory", "voluntary"])
def test_the_payoff_of_the_bid_made_is_the_profit(auction, compliance, exchange):
    """What `fill_payoffs` says every bid would have earned is, for the bid made, what was earned."""
    model = LearningBidders(
        learner="regret_matching",
        auction=auction,
        compliance=compliance,
        penalty=2.5,
        exchange=exchange,
        n_firms=4,
        rng=6,
    )
    for _ in range(20):
        model.step()
        for firm in model.firms:
            payoffs = model.payoffs_of(firm.row)
            assert payoffs[int(firm.action)] == pytest.approx(firm.profit, rel=1e-12, abs=1e-9)
            assert len(payoffs) == model.learner.game.actions


def test_the_payoff_of_another_bid_is_what_it_would_have_earned():
    """Play the same period again with another bid of one firm: its profit is the payoff foretold."""
    for action in range(0, 96, 7):
        model = LearningBidders(learner="regret_matching", n_firms=4, rng=6)
        model.learning = False
        chance = model.draw_chance(1)
        model.run_period(chance)
        foretold = model.payoffs_of(2)[action]
        model.firms[2].bid = lambda market, action=action: market.bid_of(2, action)
        model.learner.memory[:] = 0.0
        model.run_period(chance)
        assert model.firms[2].profit == pytest.approx(foretold, rel=1e-12, abs=1e-9)


def test_payoffs_leave_the_period_as_it_was(same_bits):
    model = LearningBidders(learner="regret_matching", rng=6)
    model.step()
    before = model.firms.numbers.copy(), model.public.numbers.copy()
    for row in range(len(model.firms)):
        model.payoffs_of(row)
    assert same_bits(before[0], model.firms.numbers)
    assert same_bits(before[1], model.public.numbers)


@pytest.mark.parametrize(
    "other",
    [{"auction": "discriminatory"}, {"learner": "roth_erev"}, {"phi": 1.0}, {"compliance": "best"}],
    ids=lambda values: next(iter(values)),
)
def test_one_seed_gives_the_same_firms_and_the_same_chance(other, same_bits):
    """Common random numbers: differences between two runs are differences of what was changed."""
    one, two = LearningBidders(rng=3), LearningBidders(rng=3, **other)
    for column in ("selling_price", "unit_cost", "emission_intensity", "full_output"):
        assert same_bits(one.firms.rows[column], two.firms.rows[column])
    assert [agent.pos for agent in one.agents] == [agent.pos for agent in two.agents]
    one.advance(20)
    two.advance(20)
    assert same_bits(one.draw_chance(5).bidding, two.draw_chance(5).bidding)
    assert same_bits(one.draw_chance(5).margin, two.draw_chance(5).margin)


def test_more_draws_in_one_stream_do_not_disturb_the_others(same_history):
    one, other = LearningBidders(rng=3), LearningBidders(rng=3)
    other.streams["something new"].random(100)
    other.streams["population"].random(100)
    one.advance(20)
    other.advance(20)
    same_history(one, other)


def test_a_compiled_payoff_is_the_interpreted_one():
    model = LearningBidders(learner="regret_matching", rng=6)
    model.step()
    firms = model.firms.rows
    interpreted = getattr(rules.profit_if, "py_func", rules.profit_if)
    arguments = model.auction.clear, model.book, firms[1], 1, model.setup, 0.1
    submit_bids(model.book, firms)
    assert rules.profit_if(*arguments) == interpreted(*arguments)


@pytest.mark.parametrize("n_firms", [1, 2, 33, 200])
def test_any_number_of_firms(n_firms, same_history):
    one, other = (LearningBidders(n_firms=n_firms, rng=1) for _ in range(2))
    one.advance(5)
    for _ in range(5):
        other.step()
    same_history(one, other)


@pytest.mark.parametrize("sizes", [(1, 1, 1), (2, 1, 3), (1, 5, 1), (101, 101, 101)])
def test_any_grid_of_bids(sizes):
    prices, volumes, bins = sizes
    model = LearningBidders(price_steps=prices, volume_steps=volumes, price_bins=bins, n_firms=2, rng=1)
    model.advance(20)
    assert np.isfinite(model.firms.numbers).all()
