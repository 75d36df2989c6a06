"""The two-tier auctions by hand, against brute force, and in every edge case [TwoTier]."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.bidders.policies import Policy
from agents.population import as_rows
from model import accounts
from model.mechanisms.auctions.base import AUCTIONS
from model.metrics import METRICS
from model.systems.two_tier import TwoTier, rules
from model.systems.two_tier.worlds import supply_from

FIXED = {"n_firms": 2, "need": 2, "auction": "uniform"}


class Says(Policy):
    """Bids given actions, float64[n, 2 steps]."""

    def __init__(self, actions):
        self.actions = np.array(actions, float)

    def act(self, situation, chance):
        """The same in every world."""
        return np.broadcast_to(self.actions, chance.shape)


def auction(actions, costs, supply, **values):
    """A model after one auction with these actions, costs, €/t², and supply, t."""
    values = FIXED | {"n_firms": len(costs), "cost_min": 0.001, "costs": "once"} | values
    needed = len(costs) * values["need"]
    model = TwoTier(rng=1, phi_min=supply / needed, phi_max=supply / needed, **values)
    model.firms.rows.cost = costs
    model.policy = Says(actions) if actions is not None else model.policy
    model.step()
    return model


def metrics(model):
    """Metrics of the model's only auction."""
    return model.summary()


# -- by hand ---------------------------------------------------------------------------------------

TRUTH = [[1, 0.5, 0.5, 0.5]] * 2
"""Each bids its values: of two permits, the second is worth half of the first."""


def test_one_auction_by_hand():
    """Costs 1 and 1.5: values (2, 1) and (3, 1.5). Three permits: B's two and A's first, at 1.5."""
    model = auction(TRUTH, [1.0, 1.5], 3)
    firms = model.firms.rows
    assert firms.award.tolist() == [1, 2]
    assert firms.auction_payment.tolist() == [1.5, 3.0]
    assert firms.value.tolist() == [2.0, 4.5]
    assert firms.profit.tolist() == [0.5, 1.5]
    assert firms.efficient_award.tolist() == [1, 2]
    assert firms.equal_split_value.tolist() == [3.0, 3.0]
    found = metrics(model)
    assert found["efficiency"] == 1
    assert found["equal_split_efficiency"] == pytest.approx(6 / 6.5)
    assert (found["revenue"], found["sold"], found["clearing_price"]) == (4.5, 3, 1.5)


def test_the_truth_shades_nothing():
    found = metrics(auction(TRUTH, [1.0, 1.5], 3))
    for index in ("dri_marginal", "dri_window", "tier_difference", "quantity_reduction"):
        assert found[index] == 0


def test_the_indices_by_hand():
    """A bids (1.8, 0.9) of values (2, 1), B (3, 0.75) of (3, 1.5). Efficient: A 1, B 2.

    Margin: bids 1.8 + 0.75 of values 2 + 1.5. Window: A's 1.8 + 0.9, B's 0.75 and nothing for a third
    permit, of 3 + 1.5. First steps: 4.8 of 5; last: 1.65 of 2.5.
    """
    model = auction([[0.9, 0.5, 0.5, 0.5], [1.0, 0.5, 0.25, 0.5]], [1.0, 1.5], 3)
    assert model.firms.rows.award.tolist() == [2, 1]
    found = metrics(model)
    assert found["dri_marginal"] == pytest.approx(1 - 2.55 / 3.5)
    assert found["dri_window"] == pytest.approx(1 - 3.45 / 4.5)
    assert found["tier_difference"] == pytest.approx(4.8 / 5 - 1.65 / 2.5)
    assert found["efficiency"] == pytest.approx(6 / 6.5)


def test_quantity_reduction_by_hand():
    """A asks for one permit only, at 2; B for one at 3. At the price of 0 both want two: half is unmet."""
    actions = [[1, 0.5, 0, 0], [1, 0.5, 0, 0]]
    model = auction(actions, [1.0, 1.5], 2, **{"uniform.price_rule": "highest_rejected"})
    assert metrics(model)["clearing_price"] == 0
    assert model.firms.rows.true_demand.tolist() == [2, 2]
    assert model.firms.rows.met_demand.tolist() == [1, 1]
    assert metrics(model)["quantity_reduction"] == 0.5


def test_payments_under_every_rule_by_hand():
    """Bids (2, 1) and (3, 1.5), three permits: LAB 1.5; HRB 1; own bids; VCG: B displaces A's second."""
    paid = {
        name: auction(TRUTH, [1.0, 1.5], 3, **chosen).firms.rows.auction_payment.tolist()
        for name, chosen in {
            "lab": {},
            "hrb": {"uniform.price_rule": "highest_rejected"},
            "own": {"auction": "discriminatory"},
            "vcg": {"auction": "vcg"},
        }.items()
    }
    assert paid == {"lab": [1.5, 3.0], "hrb": [1.0, 2.0], "own": [2.0, 4.5], "vcg": [0.0, 1.0]}


# -- edge cases ------------------------------------------------------------------------------------


def nothing_sold(model):
    """Whether nobody gets or pays anything, and every metric has a defined answer."""
    firms = model.firms.rows
    assert metrics(model)["efficiency"] == 0
    assert metrics(model)["quantity_reduction"] >= 0
    return not (firms.award.any() or firms.auction_payment.any() or firms.profit.any())


@pytest.mark.parametrize("name", AUCTIONS)
def test_without_bids_nothing_is_sold(name):
    assert nothing_sold(auction([[1, 0, 1, 0]] * 2, [1.0, 1.5], 3, auction=name))


@pytest.mark.parametrize("name", AUCTIONS)
def test_bids_below_the_reserve_buy_nothing(name):
    model = auction(TRUTH, [1.0, 1.5], 3, auction=name, reserve_price=3.5)
    assert nothing_sold(model)
    assert metrics(model)["clearing_price"] == 3.5


@pytest.mark.parametrize("name", AUCTIONS)
def test_a_demand_below_the_supply_is_served_in_full(name):
    model = auction([[1, 0.5, 0, 0]] * 2, [1.0, 1.5], 3, auction=name)
    assert model.firms.rows.award.tolist() == [1, 1]


@pytest.mark.parametrize("name", AUCTIONS)
def test_a_supply_beyond_the_need_is_worth_no_more(name):
    model = auction(TRUTH, [1.0, 1.5], 4, auction=name, phi=1.5)
    assert model.government.cap == 6
    assert model.firms.rows.award.tolist() == [2, 2]
    assert metrics(model)["efficiency"] == 1
    assert metrics(model)["equal_split_efficiency"] == 1
    assert model.government.expired == 2


@pytest.mark.parametrize("name", AUCTIONS)
def test_a_need_of_one_permit(name):
    """Values 1, 2 and 3, two permits; a second step has nothing left to bid for."""
    model = auction([[1, 1, 1, 1]] * 3, [1.0, 2.0, 3.0], 2, auction=name, need=1)
    assert model.firms.rows.award.tolist() == [0, 1, 1]
    assert metrics(model)["efficiency"] == 1
    assert np.isnan(metrics(model)["tier_difference"])


@pytest.mark.parametrize("name", AUCTIONS)
def test_where_nothing_can_be_won_efficiency_is_one(name):
    """No permits, so the largest possible value is 0."""
    model = auction(TRUTH, [1.0, 1.5], 0, auction=name)
    found = metrics(model)
    assert (found["cap"], found["sold"], found["revenue"]) == (0, 0, 0)
    assert found["efficiency"] == 1
    assert found["equal_split_efficiency"] == 1
    assert np.isnan(found["dri_marginal"])


@pytest.mark.parametrize("name", AUCTIONS)
@pytest.mark.parametrize("values", [{"need": 1, "n_firms": 1}, {"n_firms": 1}, {"need": 1, "steps": 1}])
def test_the_smallest_markets_run(name, values):
    model = TwoTier(rng=1, auction=name, **values)
    model.advance(20)
    assert np.isfinite(model.firms.numbers).all()
    assert (np.array(model.datacollector.model_vars["efficiency"]) <= 1).all()


def test_the_supply_drawn_covers_its_range_evenly():
    params = TwoTier(n_firms=2, need=5, phi_min=0.3, phi_max=0.7).params
    drawn = supply_from(params, (np.arange(1000) + 0.5) / 1000)
    assert np.unique(drawn, return_counts=True)[0].tolist() == [3, 4, 5, 6, 7]
    assert np.unique(drawn, return_counts=True)[1].tolist() == [200] * 5
    assert (supply_from(params.replace({"phi": 0.45}), drawn) == 4).all()


# -- against brute force ---------------------------------------------------------------------------


@given(n=st.integers(1, 5), need=st.integers(1, 4), supply=st.integers(0, 30))
def test_an_equal_split_gives_odd_permits_to_the_first_firms(n, need, supply):
    rows = as_rows(np.array([[1.0, need, 0.0]] * n), ["cost", "need", "equal_split_value"])
    rules.split_equally(rows, float(supply))
    shares = [supply // n + (i < supply % n) for i in range(n)]
    assert sum(shares) == supply
    assert rows.equal_split_value.tolist() == [
        sum(max(need - k, 0) for k in range(share)) for share in shares
    ]


markets = st.fixed_dictionaries(
    {
        "n_firms": st.integers(1, 8),
        "need": st.integers(1, 12),
        "steps": st.integers(1, 4),
        "auction": st.sampled_from(list(AUCTIONS)),
        "policy": st.sampled_from(["truthful_schedule", "random_schedule"]),
        "repair": st.sampled_from(["ratio", "sort", "clip"]),
        "top_price": st.sampled_from(["own", "public"]),
        "reserve_price": st.sampled_from([0.0, 0.5, 3.0]),
        "phi": st.sampled_from([0.0, 0.5, 1.0, 1.5]),
        "cost_min": st.sampled_from([0.5, 1.5]),
        "costs": st.sampled_from(["every_auction", "once"]),
        "uniform.tie_rule": st.sampled_from(["pro_rata", "pro_rata_whole", "random", "largest_remainder"]),
        "uniform.price_rule": st.sampled_from(["lowest_accepted", "highest_rejected"]),
        "vcg.tie_rule": st.sampled_from(["pro_rata", "pro_rata_whole", "random", "largest_remainder"]),
    }
)
seeds = st.integers(0, 2**53 - 1)


@given(market=markets, seed=seeds)
def test_whatever_the_market_the_accounts_close_and_shares_are_shares(market, seed):
    model = TwoTier(rng=seed, **market)
    model.advance(4)
    for _ in range(3):
        model.step()
        firms, government = model.firms.rows, model.public.rows
        assert abs(accounts.permits_missing(firms, government)) <= 1e-9 * (1 + government.issued[0])
        assert abs(accounts.cash_missing(firms, government)) <= 1e-9 * (1 + abs(government.cash[0]))
        assert (firms.permits == 0).all()
    public, firms = model.datacollector.rows()
    assert np.isfinite(firms.view(np.float64)).all()
    assert (firms.award.sum(-1) <= public.cap[:, 0] * (1 + 1e-9)).all()
    assert (firms.award <= market["need"] + 1e-9).all()
    assert firms.profit == pytest.approx(firms.value - firms.auction_payment)
    assert model.firms.rows.cash == pytest.approx(-firms.auction_payment.sum(0))
    for name in ("efficiency", "equal_split_efficiency", "quantity_reduction"):
        shares = np.array(model.datacollector.model_vars[name])
        assert ((shares >= -1e-12) & (shares <= 1 + 1e-12)).all()


@given(market=markets, seed=seeds)
def test_steps_and_compiled_auctions_agree_to_the_last_bit(market, seed):
    one, other = TwoTier(rng=seed, **market), TwoTier(rng=seed, **market)
    one.advance(4)
    for _ in range(4):
        other.step()
    assert one.firms.numbers.tobytes() == other.firms.numbers.tobytes()
    assert one.public.numbers.tobytes() == other.public.numbers.tobytes()


@given(market=markets)
def test_a_truthful_auction_with_enough_steps_is_efficient(market):
    """With as many steps as permits needed, truthful bids are exact: the allocation has the highest value."""
    whole = {"policy": "truthful_schedule", "steps": market["need"], "reserve_price": 0.0}
    if (
        market["need"] > 10 or market["auction"] == "ascending_clock"
    ):  # it does not see less than an increment
        return
    model = TwoTier(rng=3, **market | whole)
    model.advance(5)
    found = model.datacollector.model_vars
    assert np.array(found["efficiency"]) == pytest.approx(np.ones(5))
    shading = np.array(found["dri_marginal"])
    assert shading[np.isfinite(shading)] == pytest.approx(0.0, abs=1e-9)


def test_invalid_schedules_are_an_error():
    model = TwoTier(n_firms=2, rng=1)
    for wrong, message in (
        (([1.0], [1.0]), "firm 0: a schedule has 2 prices"),
        (([1.0, -1.0], [1.0, 1.0]), "firm 0 bids"),
    ):
        model.firms[0].bid = lambda market, wrong=wrong: wrong
        with pytest.raises(ValueError, match=message):
            model.step()


def test_all_metrics_of_the_system_are_known():
    assert set(TwoTier.metrics) <= set(METRICS)
