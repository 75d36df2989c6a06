"""Roth-Erev by hand, the original and the modified rule."""

import numpy as np
import pytest

from learning.base import LEARNERS, Game
from learning.roth_erev import LARGEST, SMALLEST, ModifiedRothErev, RothErev, RothErevSettings

NO_PAYOFFS = np.zeros(0)
BOTH = pytest.mark.parametrize("kind", [RothErev, ModifiedRothErev])


def learner(kind, propensities, **values):
    game = Game(1, 1, len(propensities), np.zeros(1, np.int64), np.ones(1))
    one = kind(game, RothErevSettings(**values), np.random.default_rng(1))
    one.memory[0, 0, 0] = propensities
    return one


def after(kind, propensities, action, reward, **values):
    one = learner(kind, propensities, **values)
    one.learn_one(0, 0, action, reward, 0, NO_PAYOFFS)
    return one.table(0)[0]


def test_original_by_hand():
    """Recency 0.1, experimentation 0.2, three actions, the second earns 30 [ErevRoth1998, Eqs. 3-4]:

    played: 0.9 x 20 + 30 x 0.8 = 42; others: 0.9 x 10 + 30 x 0.2 / 2 = 12.
    """
    got = after(RothErev, [10.0, 20.0, 10.0], 1, 30.0, recency=0.1, experimentation=0.2)
    assert got == pytest.approx([12.0, 42.0, 12.0], rel=1e-14)


def test_modified_by_hand():
    """As above, but the others gain 0.2 / 2 of their own propensity: 0.9 x 10 + 10 x 0.1 = 10
    [Nicolaisen2001].
    """
    got = after(ModifiedRothErev, [10.0, 20.0, 10.0], 1, 30.0, recency=0.1, experimentation=0.2)
    assert got == pytest.approx([10.0, 42.0, 10.0], rel=1e-14)


def test_a_reward_of_zero_teaches_in_the_modified_rule_only():
    """Original: all shrink by 0.9, shares stay. Modified: played 0.9 x 10 = 9, the other 10 (0.9 + 0.2) =
    11.
    """
    original = after(RothErev, [10.0, 10.0], 0, 0.0)
    assert original == pytest.approx([9.0, 9.0], rel=1e-14)
    assert after(ModifiedRothErev, [10.0, 10.0], 0, 0.0) == pytest.approx([9.0, 11.0], rel=1e-14)


@BOTH
def test_a_loss_counts_as_nothing_earned(kind):
    assert (after(kind, [10.0, 5.0], 0, -100.0) == after(kind, [10.0, 5.0], 0, 0.0)).all()


@BOTH
def test_without_forgetting_and_experiments_only_the_played_action_gains(kind):
    got = after(kind, [10.0, 5.0], 1, 3.0, recency=0.0, experimentation=0.0)
    assert got.tolist() == [10.0, 8.0]


@BOTH
def test_the_start_is_even_and_sums_to_the_scale(kind):
    game = Game(2, 1, 4, np.zeros(2, np.int64), np.array([100.0, 50.0]))
    one = kind(game, RothErevSettings(initial_scale=9.0), np.random.default_rng(1))
    assert one.memory[0, 0, 0].tolist() == [225.0] * 4
    assert one.memory[1, 0, 0].tolist() == [112.5] * 4


@BOTH
def test_draws_in_proportion(kind):
    one = learner(kind, [1.0, 2.0, 1.0])
    assert [one.choose_one(0, 0, np.array([0.0, u])) for u in (0.2, 0.3, 0.7, 0.8)] == [0, 1, 1, 2]


@BOTH
def test_propensities_never_reach_zero(kind):
    one = learner(kind, [1.0, 1.0], recency=1.0, experimentation=0.0)
    for _ in range(3):
        one.learn_one(0, 0, 0, 0.0, 0, NO_PAYOFFS)
    assert one.table(0)[0].tolist() == [SMALLEST, SMALLEST]


def test_propensities_of_the_modified_rule_do_not_overflow():
    """Two actions under the defaults: one not played grows by 1 - 0.1 + 0.2 = 1.1 a round, 1.1^10000 >
    1e308.
    """
    one = learner(ModifiedRothErev, [1.0, 1.0])
    for _ in range(10_000):
        one.learn_one(0, 0, 0, 1.0, 0, NO_PAYOFFS)
    assert np.isfinite(one.memory).all()
    assert one.table(0)[0, 1] == LARGEST
    assert one.choose_one(0, 0, np.array([0.0, 0.5])) == 1


def test_both_rules_are_registered_apart():
    assert LEARNERS["roth_erev"].learn is not LEARNERS["modified_roth_erev"].learn
