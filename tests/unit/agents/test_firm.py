"""Bids of a firm: the grid of possible ones, and kinds of firm written in plain Python."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.firm import FIRMS, Firm
from agents.grid_bidder import ENDS, LEFT, MIDDLE, PRICE_GRIDS, grid_bid, price_shares, shares_on_grid
from model.systems.learning_bidders import LearningBidders
from model.systems.supply_chains import SupplyChains


@pytest.mark.parametrize(
    ("action", "bid"),
    [
        (0, (0.5, 100.0)),
        (1, (0.5, 150.0)),
        (2, (0.5, 200.0)),
        (3, (2.0, 100.0)),
        (7, (3.5, 150.0)),
        (11, (5.0, 200.0)),
    ],
)
def test_bids_are_equally_spaced_and_include_both_ends(action, bid):
    """Four prices from 0.5 to 5 €/t (1.5 apart), three volumes from 100 to 200 t (50 apart), volumes
    first.
    """
    assert grid_bid(0.5, 5.0, 100.0, 200.0, action, shares_on_grid(4, 3)) == bid


@pytest.mark.parametrize(
    ("price_grid", "prices"),
    [
        (ENDS, [0.5, 2.0, 3.5, 5.0]),  # 1.5 apart, both ends included
        (LEFT, [0.5, 1.625, 2.75, 3.875]),  # four cells, 1.125 wide, from their left ends
        (MIDDLE, [1.0625, 2.1875, 3.3125, 4.4375]),  # and from their middles
    ],
)
def test_prices_by_hand_of_every_price_grid(price_grid, prices):
    """Four prices from 0.5 to 5 €/t; the volumes, 100 to 200 t, are the same in every grid."""
    bids = [
        grid_bid(0.5, 5.0, 100.0, 200.0, action, shares_on_grid(4, 3, price_grid)) for action in range(12)
    ]
    assert [price for price, _ in bids[::3]] == prices
    assert [volume for _, volume in bids] == [100.0, 150.0, 200.0] * 4


def test_a_single_price_is_the_highest_lowest_or_middle_one():
    single = [
        grid_bid(0.5, 5.0, 100.0, 200.0, 0, shares_on_grid(1, 3, each))[0] for each in (ENDS, LEFT, MIDDLE)
    ]
    assert single == [5.0, 0.5, 2.75]


@given(price=st.integers(0, 19), prices=st.integers(1, 20))
def test_the_middle_of_a_cell_is_half_a_cell_above_its_left_end(price, prices):
    left, middle = (price_shares(np.array([price % prices]), prices, each)[0] for each in (LEFT, MIDDLE))
    assert middle - left == pytest.approx(0.5 / prices)
    assert 0.0 <= left < middle < 1.0


@pytest.mark.parametrize("price_grid", PRICE_GRIDS)
@pytest.mark.parametrize("system", [LearningBidders, SupplyChains])
def test_firms_bid_the_prices_of_their_grid(system, price_grid, same_history):
    """All prices bid in a run are those that the grid has; step by step the same as compiled."""
    one, other = (system(price_grid=price_grid, price_steps=4, learner="random", rng=3) for _ in range(2))
    one.advance(60)
    for _ in range(60):
        other.step()
    same_history(one, other)
    _, firms = one.datacollector.rows()
    low, high = one.params.reserve_price, firms.highest_price
    position = (firms.bid_price - low) / (high - low)
    shares = {
        "ends": [0, 1 / 3, 2 / 3, 1],
        "left": [0, 1 / 4, 2 / 4, 3 / 4],
        "middle": [1 / 8, 3 / 8, 5 / 8, 7 / 8],
    }
    assert np.unique(position.round(9)) == pytest.approx(shares[price_grid], abs=1e-8)


@pytest.mark.parametrize("action", range(3))
def test_a_single_price_is_the_private_value(action):
    assert grid_bid(0.5, 5.0, 100.0, 200.0, action, shares_on_grid(1, 3)) == (5.0, 100.0 + 50.0 * action)


@pytest.mark.parametrize("action", range(3))
def test_a_single_volume_is_the_smallest(action):
    assert grid_bid(0.5, 4.5, 100.0, 200.0, action, shares_on_grid(3, 1)) == (0.5 + 2.0 * action, 100.0)


@given(
    prices=st.integers(1, 20),
    volumes=st.integers(1, 20),
    reserve=st.floats(0, 10),
    value=st.floats(10, 100),
    data=st.data(),
)
def test_every_bid_lies_within_its_bounds(prices, volumes, reserve, value, data):
    action = data.draw(st.integers(0, prices * volumes - 1))
    shares = shares_on_grid(prices, volumes)
    price, volume = grid_bid(reserve, value, 10.0, 30.0, action, shares)
    assert reserve <= price <= value * (1 + 1e-12)
    assert 10.0 <= volume <= 30.0
    plain = getattr(grid_bid, "py_func", grid_bid)
    assert plain(reserve, value, 10.0, 30.0, action, shares) == (price, volume)


@pytest.mark.parametrize("action", [-1, 12])
def test_actions_off_the_grid_are_refused(action):
    model = LearningBidders(price_steps=4, volume_steps=3, rng=1)
    with pytest.raises(ValueError, match=f"action = {action}: must be from 0 to 11"):
        model.bid_of(0, action)


@pytest.fixture
def kind_of_firm():
    """Function: register a kind of firm for the time of the test."""

    def add(cls):
        name = cls.__name__.lower()
        FIRMS.register(name)(cls)
        return name

    with FIRMS.unchanged():
        yield add


class Steady(Firm):
    """Always bids 2 €/t for what it needs."""

    def bid(self, market):
        """Propose (price €/t, volume t)."""
        return 2.0, self.required_permits


def test_a_bidder_in_plain_python_plays_step_by_step(kind_of_firm):
    model = LearningBidders(firm=kind_of_firm(Steady), phi=1.0, rng=1)
    assert not model.is_compiled()
    model.advance(5)
    assert (model.firms.rows.bid_price == 2.0).all()
    assert model.firms.rows.award == pytest.approx(model.firms.rows.required_permits)
    assert model.datacollector.periods == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("learner", ["q_learning", "regret_matching", "roth_erev"])
def test_a_bid_outside_the_grid_teaches_the_learner_nothing(kind_of_firm, learner, same_bits):
    model = LearningBidders(firm=kind_of_firm(Steady), learner=learner, rng=1)
    before = model.learner.memory.copy()
    model.advance(5)
    assert (model.firms.rows.action == -1).all()
    assert same_bits(before, model.learner.memory)


def test_a_bidder_may_have_a_lesson_of_its_own(kind_of_firm):
    class Counting(Steady):
        lessons = 0

        def learn(self, market):
            """Count."""
            self.lessons += 1

    model = LearningBidders(firm=kind_of_firm(Counting), rng=1)
    model.advance(4)
    assert [firm.lessons for firm in model.firms] == [4] * len(model.firms)


def test_a_bidder_may_add_columns(kind_of_firm):
    from agents.population import Column

    class Remembering(Firm):
        last_profit = Column("€", "profit of the period before")

        def bid(self, market):
            """Remember, then bid as usual."""
            self.last_profit = self.profit
            return super().bid(market)

    model = LearningBidders(firm=kind_of_firm(Remembering), rng=1)
    model.advance(3)
    _, firms = model.datacollector.rows()
    assert (firms.last_profit[1:] == firms.profit[:-1]).all()


@pytest.mark.parametrize(
    "bid",
    [
        (-1.0, 5.0),
        (1.0, -5.0),
        (float("nan"), 5.0),
        (1.0, float("nan")),
        (float("inf"), 1.0),
        (1.0, float("inf")),
    ],
)
def test_a_bid_that_is_none_is_refused_with_the_firm_named(kind_of_firm, bid):
    class Absurd(Firm):
        def bid(self, market):
            """Propose nonsense."""
            return bid if self.row == 2 else (1.0, 1.0)

    model = LearningBidders(firm=kind_of_firm(Absurd), rng=1)
    with pytest.raises(ValueError, match="firm 2 bids price"):
        model.step()


def test_a_firm_of_its_own_that_calls_the_usual_rules_agrees_with_the_compiled_loop(kind_of_firm, same_bits):
    class Usual(Firm):
        def bid(self, market):
            """Bid as usual, but in Python."""
            return super().bid(market)

    one, other = LearningBidders(firm=kind_of_firm(Usual), rng=1), LearningBidders(rng=1)
    assert not one.is_compiled()
    assert other.is_compiled()
    one.advance(20)
    other.advance(20)
    assert same_bits(one.firms.numbers, other.firms.numbers)


@pytest.mark.parametrize("kind", FIRMS)
def test_every_kind_of_firm_bids_a_price_and_a_volume(kind):
    model = LearningBidders(firm=kind, rng=1)
    model.advance(10)
    _, firms = model.datacollector.rows()
    assert np.isfinite(firms.bid_price).all()
    assert (firms.bid_volume >= 0).all()
    assert issubclass(FIRMS[kind], Firm)
    assert FIRMS[kind].__doc__
