"""Q-learning by hand."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.base import Game
from learning.q_learning import ACTION, BEST, RIVAL, VALUE, VISITS, QLearning, QLearningSettings, exploration

NO_PAYOFFS = np.zeros(0)


def learner(states=2, actions=3, **values):
    game = Game(1, states, actions, np.zeros(1, np.int64), np.ones(1))
    made = QLearning(game, QLearningSettings(**values), np.random.default_rng(1))
    made.memory[:] = 0.0
    return made


def test_q_update_by_hand():
    """alpha 0.9, gamma 0.1, everything 0 [Esmaeili2021, Eqs. 3.3-3.4]:

    Q(0, 1) = 0 + 0.9 (10 + 0.1 x 0 - 0) = 9;
    Q(1, 2) = 0 + 0.9 (20 + 0.1 x 9 - 0) = 18.81, since the best of state 0 is now 9;
    Q(0, 1) = 9 + 0.9 (-5 + 0.1 x 18.81 - 9) = 9 + 0.9 x (-12.119) = -1.9071.
    """
    one = learner(alpha=0.9, gamma=0.1)
    one.learn_one(0, 0, 1, 10.0, 1, NO_PAYOFFS)
    assert one.table(0)[0, 1] == pytest.approx(9.0, rel=1e-15)
    one.learn_one(0, 1, 2, 20.0, 0, NO_PAYOFFS)
    assert one.table(0)[1, 2] == pytest.approx(18.81, rel=1e-14)
    one.learn_one(0, 0, 1, -5.0, 1, NO_PAYOFFS)
    assert one.table(0)[0, 1] == pytest.approx(-1.9071, rel=1e-13)
    assert (
        one.choose_one(0, 0, np.array([0.9, 0.9]), explore=False) == 0
    )  # 0, 0 and -1.9: the first of equals
    assert one.choose_one(0, 1, np.array([0.9, 0.9]), explore=False) == 2


def test_the_next_state_may_be_the_same():
    """The value before the update counts: 0.5 (4 + 0.5 x 0) = 2, then 2 + 0.5 (4 + 0.5 x 2 - 2) = 3.5."""
    one = learner(alpha=0.5, gamma=0.5)
    one.learn_one(0, 0, 0, 4.0, 0, NO_PAYOFFS)
    one.learn_one(0, 0, 0, 4.0, 0, NO_PAYOFFS)
    assert one.table(0)[0, 0] == 3.5


def test_step_size_by_visits():
    """visits^-0.6 is 1 for the first, 2^-0.6 for the second: 10, then 10 + 2^-0.6 (20 - 10)."""
    one = learner(alpha_schedule="visits", gamma=0.0)
    one.learn_one(0, 0, 0, 10.0, 0, NO_PAYOFFS)
    assert one.table(0)[0, 0] == 10.0
    one.learn_one(0, 0, 0, 20.0, 0, NO_PAYOFFS)
    assert one.table(0)[0, 0] == pytest.approx(10 + 2**-0.6 * 10, rel=1e-15)
    assert one.memory[0, VISITS, 0, 0] == 2


def test_by_visits_with_exponent_one_the_value_is_the_mean():
    one = learner(alpha_schedule="visits", alpha_exponent=1.0, gamma=0.0)
    for reward in (3.0, 5.0, 10.0):
        one.learn_one(0, 0, 0, reward, 0, NO_PAYOFFS)
    assert one.table(0)[0, 0] == pytest.approx(6.0, rel=1e-14)


def test_epsilon_falls_geometrically():
    """From 0.5 to 0.005 in 100 rounds: half way it is their geometric mean, 0.05."""
    numbers = np.array(QLearningSettings(epsilon=0.5, epsilon_final=0.005, epsilon_rounds=100).vector())
    assert exploration(numbers, 0) == 0.5
    assert exploration(numbers, 50) == pytest.approx(0.05, rel=1e-12)
    assert exploration(numbers, 100) == exploration(numbers, 10**9) == 0.005


def test_epsilon_is_constant_over_zero_rounds():
    numbers = np.array(QLearningSettings(epsilon=0.5, epsilon_rounds=0).vector())
    assert exploration(numbers, 0) == exploration(numbers, 10**6) == 0.5


def test_epsilon_may_end_at_zero():
    numbers = np.array(QLearningSettings(epsilon=0.5, epsilon_final=0.0, epsilon_rounds=10).vector())
    assert 0 < exploration(numbers, 9) < 1e-3
    assert exploration(numbers, 10) == 0.0


STAGES = {"schedule": "stages", "epsilon": 0.5, "gamma": 0.3, "epsilon_rounds": 1_000_000}


@pytest.mark.parametrize(
    ("t", "alpha", "gamma", "epsilon"),
    [
        (0, 0.9, 0.3, 0.5),
        (599_999, 0.9, 0.3, 0.5),
        (600_000, 0.8, 0.2, 0.005),
        (799_999, 0.8, 0.2, 0.005),
        (800_000, 0.7, 0.1, 0.0005),
        (10**8, 0.7, 0.1, 0.0005),
    ],
)
def test_stages_are_the_papers(t, alpha, gamma, epsilon):
    """[Esmaeili2022, Section 5]; from 0, Q(0, 0) = alpha (10 + gamma x 4), where 4 is the next state's best."""
    one = learner(alpha=0.9, **STAGES)
    assert exploration(np.array(one.settings.vector()), t) == pytest.approx(epsilon, rel=1e-12)
    one.memory[0, VALUE, 1, 0] = 4.0
    one.rounds = t
    one.learn_one(0, 0, 0, 10.0, 1, NO_PAYOFFS)
    assert one.table(0)[0, 0] == pytest.approx(alpha * (10.0 + gamma * 4.0), rel=1e-12)


def test_stages_never_lead_below_zero():
    """alpha 0.05 and gamma 0.15 end at 0: nothing more is learned."""
    one = learner(alpha=0.05, schedule="stages", gamma=0.15, epsilon_rounds=10)
    one.rounds = 8
    one.learn_one(0, 0, 0, 10.0, 1, NO_PAYOFFS)
    assert one.table(0)[0, 0] == 0.0


def test_stages_leave_the_step_size_by_visits_alone():
    one = learner(alpha_schedule="visits", **STAGES)
    one.rounds = 900_000
    one.learn_one(0, 0, 0, 10.0, 1, NO_PAYOFFS)
    assert one.table(0)[0, 0] == 10.0


def test_without_stages_step_and_discount_stay():
    one = learner(alpha=0.5, gamma=0.2, epsilon_rounds=10)
    one.rounds = 100
    one.memory[0, VALUE, 1, 0] = 5.0
    one.learn_one(0, 0, 0, 10.0, 1, NO_PAYOFFS)
    assert one.table(0)[0, 0] == pytest.approx(0.5 * (10.0 + 0.2 * 5.0), rel=1e-12)


@given(start=st.floats(1e-9, 1), final=st.floats(0, 1), rounds=st.integers(0, 1000))
def test_epsilon_is_a_share_and_never_rises(start, final, rounds):
    numbers = np.array(QLearningSettings(epsilon=start, epsilon_final=final, epsilon_rounds=rounds).vector())
    path = [exploration(numbers, t) for t in range(0, 1200, 50)]
    assert all(0 <= e <= 1 for e in path)
    assert all(later <= sooner * (1 + 1e-12) for sooner, later in itertools.pairwise(path))


def test_experiments_are_even_and_as_frequent_as_epsilon():
    one = learner(epsilon=0.3, epsilon_rounds=0)
    one.memory[0, VALUE, 0, 1] = 1.0
    one.memory[0, BEST, 0, ACTION] = 1
    assert one.choose_one(0, 0, np.array([0.299, 0.0])) == 0
    assert one.choose_one(0, 0, np.array([0.299, 0.99])) == 2
    assert one.choose_one(0, 0, np.array([0.3, 0.99])) == 1


def test_the_start_is_small_random_and_its_best_known():
    game = Game(2, 3, 4, np.zeros(2, np.int64), np.ones(2))
    one = QLearning(game, QLearningSettings(initial=0.01), np.random.default_rng(1))
    values = one.memory[:, VALUE]
    assert ((values >= 0) & (values < 0.01)).all()
    assert len(np.unique(values)) == values.size
    assert (one.memory[:, BEST, :, ACTION] == values.argmax(-1)).all()
    assert (one.memory[:, BEST, :, RIVAL] >= values.max(-1)).all()


@given(
    st.lists(
        st.tuples(
            st.integers(0, 1),
            st.integers(0, 2),
            st.sampled_from([-3.0, -1.0, 0.0, 1.0, 2.5]),
            st.integers(0, 1),
        ),
        max_size=40,
    ),
    st.sampled_from([0.3, 0.5, 1.0]),
)
def test_the_noted_best_action_is_always_the_first_of_the_largest(rounds, alpha):
    one = learner(alpha=alpha, gamma=0.5)
    for state, action, reward, following in rounds:
        one.learn_one(0, state, action, reward, following, NO_PAYOFFS)
        values, noted = one.memory[0, VALUE], one.memory[0, BEST]
        assert (noted[:, ACTION] == values.argmax(-1)).all()
        assert (np.sort(values)[:, -2] <= noted[:, RIVAL]).all()


def test_a_best_value_that_falls_is_compared_with_the_second():
    """Values 9 and 4: at 5 the first is still the best; at 4 it is the first of equals, at 3 the other is better."""
    one = learner(alpha=1.0, gamma=0.0)
    for action, reward, best in [
        (1, 4.0, 1),
        (2, 9.0, 2),
        (2, 5.0, 2),
        (2, 4.0, 1),
        (1, 4.5, 1),
        (1, 3.0, 2),
    ]:
        one.learn_one(0, 0, action, reward, 0, NO_PAYOFFS)
        assert one.preferred(0) == best


def test_one_action_alone_is_always_the_best():
    one = learner(actions=1)
    for reward in (3.0, -5.0):
        one.learn_one(0, 0, 0, reward, 1, NO_PAYOFFS)
        assert one.preferred(0) == 0
