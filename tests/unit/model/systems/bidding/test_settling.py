"""Whether firms have settled: changes of best bids counted by hand, exploitability over time, and the warning."""

import numpy as np
import pytest

from learning.base import LEARNERS
from model.metrics import METRICS
from model.systems.bidding.equilibrium import exploitability, relative_exploitability
from model.systems.bidding.settling import (
    SETTLED,
    Settling,
    exploitability_at,
    last_exploitability,
    points_over_time,
    settling,
    spread,
)
from model.systems.learning_bidders import LearningBidders
from model.systems.supply_chains import SupplyChains
from model.systems.two_tier import TwoTier
from model.views.controls import warning_lines

CONSTANT = {"q_learning.epsilon_rounds": 0}
LEARNED = [name for name, kind in LEARNERS.items() if kind.is_compiled()]


def market(**changed):
    return LearningBidders(**{"rng": 4, "price_steps": 4, "volume_steps": 3} | changed)


@pytest.mark.parametrize("learner", [*LEARNED, "q_learning+roth_erev:2+regret_matching:2", "ppo"])
def test_best_bid_changes_are_those_of_the_memory(learner):
    """The metric's definition: the best bid of every firm, read off its memory before and after each period."""
    model, expected = market(learner=learner), []
    for _ in range(80):
        state, before = model.state, [group.learner.memory.copy() for group in model.learner.groups]
        model.step()
        changed = 0
        for group, memory in zip(model.learner.groups, before, strict=True):
            layer = (
                1 if LEARNERS["regret_matching"] is type(group.learner) else 0
            )  # it learns its average play
            for earlier, now in zip(memory, group.learner.memory, strict=True):
                row = min(state, memory.shape[2] - 1)
                changed += earlier[layer, row].argmax() != now[layer, row].argmax()
        expected.append(changed / 5)
    assert model.datacollector.model_vars["best_bid_changes"] == expected
    assert (sum(expected) > 0) == (learner not in ("truthful", "fixed", "random"))


@pytest.mark.parametrize("every", [1, 7])
def test_it_is_noted_in_the_periods_collected_alike_in_both_ways_to_run(every, same_history):
    one, other, all_of_them = market(collect_every=every), market(collect_every=every), market()
    one.advance(100)
    all_of_them.advance(100)
    for _ in range(100):
        other.step()
    same_history(one, other)
    found = np.array(all_of_them.datacollector.model_vars["best_bid_changes"])
    assert one.datacollector.model_vars["best_bid_changes"] == found[every - 1 :: every].tolist()


def test_in_a_greedy_read_out_it_is_not_a_number_and_says_why():
    model = market()
    model.advance(20)
    model = model.read_out(5).model
    assert np.isnan(model.datacollector.model_vars["best_bid_changes"][-5:]).all()
    assert not np.isnan(model.datacollector.model_vars["best_bid_changes"][:-5]).any()
    model.learning = False
    assert METRICS["best_bid_changes"].why_unknown(model) == "nobody learns in a read-out"


def test_settling_is_the_mean_over_the_last_tenth():
    model = market()
    assert settling(model) is None and model.warning() == ""
    model.advance(3000)
    changes = model.datacollector.model_vars["best_bid_changes"]
    assert settling(model) == Settling(pytest.approx(np.mean(changes[-300:])), 300)
    early = market()
    early.advance(40)
    assert settling(early).periods == 40


def test_settling_before_a_read_out_counts():
    """A read-out, in which nobody learns, does not hide what went before."""
    model = market(**CONSTANT)
    model.advance(1000)
    before = settling(model)
    model = model.read_out(50).model
    assert settling(model).changes == pytest.approx(before.changes, rel=0.5)
    assert not settling(model).settled


@pytest.mark.parametrize(
    ("changed", "periods", "settled"),
    [
        ({}, 10_000, True),
        ({}, 1_000, False),  # epsilon is still high
        (CONSTANT, 10_000, False),
        ({"auction": "discriminatory", "n_firms": 25}, 10_000, False),
        ({"learner": "truthful"}, 200, True),
        ({"learner": "modified_roth_erev"}, 10_000, True),
    ],
)
def test_the_warning_comes_where_learners_have_not_settled(changed, periods, settled):
    model = LearningBidders(rng=1, **changed)
    model.advance(periods)
    assert settling(model).settled == settled
    assert (model.warning() == "") == settled
    assert settled or "have not settled" in model.warning()


def test_the_limit_itself_is_settled_and_more_is_not():
    assert Settling(SETTLED, 100).warning() == ""
    text = Settling(0.125, 1500).warning()
    assert "in the last 1,500 periods 12.5 % of them per period" in text and "at most 1 %" in text


def test_the_page_shows_the_warning_of_each_model():
    calm, restless = market(learner="truthful"), market(**CONSTANT)
    calm.advance(200)
    restless.advance(200)
    assert warning_lines({"one": calm}) == []
    [line] = warning_lines({"calm": calm, "restless": restless})
    assert line[0] == "restless: firms have not settled yet." and line[1].startswith(
        "In the last 100 periods"
    )
    assert warning_lines({"auction": TwoTier(rng=1)}) == []


@pytest.mark.parametrize("system", [LearningBidders, SupplyChains])
def test_exploitability_over_time_is_that_of_the_recorded_bids(system):
    model = system(rng=2, price_steps=4, volume_steps=3)
    assert len(points_over_time(model)) == 0
    model.advance(30)
    found = exploitability_at(model, [0, 12, 29])
    _, firms = model.datacollector.rows()
    assert found == pytest.approx([relative_exploitability(model, firms[k]).mean() for k in (0, 12, 29)])
    assert found[-1] == pytest.approx((exploitability(model) / model.payoff_scale()).mean())
    assert last_exploitability(model) == pytest.approx(exploitability_at(model, [0, 7, 14, 21, 29]).mean())


def test_points_are_spread_over_the_run_and_few_where_each_is_expensive():
    assert spread(1000, 5).tolist() == [0, 249, 499, 749, 999]
    assert spread(1000, 5, 100).tolist() == [900, 924, 949, 974, 999]
    assert spread(3, 5).tolist() == [0, 1, 2]
    cheap, dear = market(), market(n_firms=50, price_steps=20, volume_steps=20)
    for model in (cheap, dear):
        model.advance(200)
    assert (len(points_over_time(cheap)), len(points_over_time(dear))) == (25, 2)
