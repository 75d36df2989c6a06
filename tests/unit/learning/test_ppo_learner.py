"""PPO as a player of repeated games, beyond the contract of all learners."""

import copy
import pickle

import numpy as np
import pytest

from learning.base import Game
from learning.ppo_learner import PLAYED, PROBABILITY, PPOLearner, PPOLearnerSettings

NO_PAYOFFS = np.zeros(0)


def learner(players=1, states=4, actions=6, seed=1, **knobs):
    game = Game(players, states, actions, np.zeros(players, np.int64), np.full(players, 10.0))
    return PPOLearner(game, PPOLearnerSettings(**knobs), np.random.default_rng(seed))


def play(one, reward_of, rounds, seed=0):
    """Rounds in random states, player by player; reward_of(player, state, action)."""
    rng = np.random.default_rng(seed)
    state = 0
    for _ in range(rounds):
        following = int(rng.integers(one.game.states))
        chance = rng.random((one.game.players, 2))
        for i in range(one.game.players):
            action = one.choose_one(i, state, chance[i])
            one.learn_one(i, state, action, reward_of(i, state, action), following, NO_PAYOFFS)
        one.rounds += 1
        state = following
    return one


def test_the_table_holds_probabilities_nearly_even_at_the_start():
    table = learner().table(0)
    assert table.shape == (4, 6)
    assert table.sum(1) == pytest.approx(1.0)
    assert table == pytest.approx(1 / 6, rel=0.1)


def test_draws_from_the_table_and_plays_the_likeliest_when_not_exploring():
    one = learner(actions=3)
    one.memory[0, PROBABILITY, 2] = [0.2, 0.5, 0.3]
    drawn = [one.choose_one(0, 2, np.array([0.9, u])) for u in (0.0, 0.19, 0.21, 0.69, 0.71, 0.999)]
    assert drawn == [0, 0, 1, 1, 2, 2]
    assert {one.choose_one(0, 2, np.array([0.9, u]), explore=False) for u in (0.0, 0.999)} == {1}


def test_trains_when_enough_rounds_have_come_together():
    one = learner(rounds=8)
    start = one.table(0)
    play(one, lambda i, s, a: float(a), 7)
    assert (one.table(0) == start).all()
    assert one.memory[0, PLAYED].sum() == 7
    play(one, lambda i, s, a: float(a), 1)
    assert (one.table(0) != start).all()
    assert one.experience.filled.tolist() == [0]


@pytest.mark.parametrize("view", ["one_hot", "scaled"])
def test_learns_what_is_best_in_each_state(view):
    one = play(learner(view=view), lambda i, s, a: 10.0 * (a == s), 4000)
    assert one.table(0).argmax(1).tolist() == [0, 1, 2, 3]


def test_looks_ahead():
    """Action 1 costs now but leads to the state that pays; only players with gamma > 0 take it."""

    def best_at_the_start(gamma):
        one, rng, state = learner(states=2, actions=2, gamma=gamma, entropy=0.0), np.random.default_rng(1), 0
        for _ in range(3000):
            action = one.choose_one(0, state, rng.random(2))
            reward, following = (10.0, 0) if state else (-2.0 * action, action)
            one.learn_one(0, state, action, reward, following, NO_PAYOFFS)
            state = following
        return one.choose_one(0, 0, np.zeros(2), explore=False)

    assert best_at_the_start(0.0) == 0
    assert best_at_the_start(0.9) == 1


def test_mixes_in_matching_pennies():
    """With a large entropy weight two learners play half and half on average; the policies circle around it.

    (With a small one the circles grow until both are all but stuck at the corners, as gradient play does.)
    """
    one, rng = (
        learner(players=2, states=1, actions=2, entropy=0.2, entropy_final=0.2),
        np.random.default_rng(2),
    )
    heads = []
    for _ in range(6000):
        actions = [one.choose_one(i, 0, rng.random(2)) for i in range(2)]
        wins = 10.0 if actions[0] == actions[1] else -10.0
        for i in range(2):
            one.learn_one(i, 0, actions[i], wins if i == 0 else -wins, 0, NO_PAYOFFS)
        heads.append(actions)
    assert np.mean(heads, axis=0) == pytest.approx([0.5, 0.5], abs=0.1)


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))], ids=["copy", "pickle"]
)
def test_a_copy_trains_identically(copied, same_bits):
    def rewards(i, s, a):
        return 3.0 * a - s

    one = play(learner(players=2, rounds=8), rewards, 21)
    twin = copied(one)
    play(one, rewards, 30, seed=5)
    play(twin, rewards, 30, seed=5)
    assert same_bits(one.memory, twin.memory)


def test_players_train_on_their_own_rounds_only(same_bits):
    one = play(learner(players=2, rounds=8), lambda i, s, a: float(a), 40)
    other = play(learner(players=2, rounds=8), lambda i, s, a: float(a) if i == 0 else -7.0 * a, 40)
    assert same_bits(one.memory[0], other.memory[0])
    assert not same_bits(one.memory[1], other.memory[1])


@pytest.mark.parametrize("knob", PPOLearnerSettings.knobs())
def test_every_knob_changes_what_is_learned(knob, same_bits):
    declared = PPOLearnerSettings.knobs()[knob]
    others = {
        "gamma": 0.9,
        "hidden_layers": 2,
        "max_gradient_norm": 1e-3,
        "activation": "relu",
        "view": "scaled",
    }
    other = others.get(knob) or (declared.default * 2 if declared.default else 0.5)
    base = {"rounds": 8, "gae_lambda": 0.8}
    played = [
        play(learner(**base | change), lambda i, s, a: float((a + s) % 5), 60).memory
        for change in ({}, {knob: 16 if knob == "rounds" else 0.4 if knob == "gae_lambda" else other})
    ]
    assert not same_bits(*played)


@pytest.mark.parametrize("knob", PPOLearnerSettings.knobs())
def test_stays_finite_at_the_ends_of_every_knob(knob):
    declared = PPOLearnerSettings.knobs()[knob]
    for end in declared.choices or (declared.low, declared.high):
        one = play(learner(**{"rounds": 16} | {knob: end}), lambda i, s, a: 1000.0 * (a - 3), 64)
        assert np.isfinite(one.memory).all(), f"{knob} = {end}"


def test_an_action_it_would_never_draw_teaches_all_the_same():
    one = learner(rounds=4)
    one.memory[0, PROBABILITY] = [1, 0, 0, 0, 0, 0]
    for _ in range(4):
        one.learn_one(0, 0, 3, 5.0, 1, NO_PAYOFFS)
    assert np.isfinite(one.memory).all()
