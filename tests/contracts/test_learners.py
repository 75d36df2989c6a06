"""The contract of every registered learner; a learner added to the registry is tested without touching this
file.
"""

import copy
import pickle

import numpy as np
import pytest

from learning.base import LEARNERS, Game, Learner
from learning.jit import Kernel
from learning.knobs import ParameterError
from learning.scripted import learn_nothing

NO_PAYOFFS = 0


def game(players=3, states=4, actions=6, scale=100.0):
    return Game(players, states, actions, np.arange(players) % actions, np.full(players, scale))


def make(name, its_game=None, seed=1, **values):
    kind = LEARNERS[name]
    return kind(its_game or game(), kind.Settings(**values), np.random.default_rng(seed))


def learns(kind):
    return kind.learn is not learn_nothing


def choose(learner, states, chance, explore=True):
    actions = np.full(learner.game.players, -1, np.int64)
    learner.choose(learner.memory, learner.numbers, learner.rounds, states, chance, explore, actions)
    return actions


def play(learner, payoff_of, rounds, seed=0, explore=True, compiled=True):
    """Play ``rounds`` rounds in random states; payoff_of(t, rng) -> float64[players, actions]. Actions of
    every round.
    """
    rng = np.random.default_rng(seed)
    n, numbers = learner.game.players, learner.numbers
    rules = (learner.choose, learner.learn) if compiled else (learner.choose.function, learner.learn.function)
    history = np.empty((rounds, n), np.int64)
    states = np.zeros(n, np.int64)
    for t in range(rounds):
        payoffs, chance = payoff_of(t, rng), rng.random((n, 2))
        following = np.full(n, rng.integers(learner.game.states))
        actions = np.full(n, -1, np.int64)
        rules[0](learner.memory, numbers, learner.rounds, states, chance, explore, actions)
        rewards = payoffs[np.arange(n), actions]
        told = payoffs if learner.needs_payoffs else payoffs[:, :NO_PAYOFFS].copy()
        rules[1](learner.memory, numbers, learner.rounds, states, actions, rewards, following, told)
        learner.rounds += 1
        states, history[t] = following, actions
    return history


def noisy(t, rng, shape=(3, 6)):
    """Payoffs between a loss and a large gain, without any order."""
    return rng.uniform(-50.0, 150.0, shape)


@pytest.fixture(params=LEARNERS)
def name(request):
    return request.param


LEARNING = [name for name, kind in LEARNERS.items() if learns(kind)]
SCRIPTED = [name for name, kind in LEARNERS.items() if not learns(kind)]
COMPILED = [name for name, kind in LEARNERS.items() if kind.is_compiled()]
KNOBS = [(name, knob) for name, kind in LEARNERS.items() for knob in kind.Settings.knobs()]


def test_is_a_learner_with_words_for_its_table(name):
    assert issubclass(LEARNERS[name], Learner)
    assert LEARNERS[name].__doc__
    assert LEARNERS[name].table_label


def test_memory_has_the_promised_shape_and_is_finite(name):
    learner = make(name)
    states = 4 if learner.uses_states else 1
    assert learner.memory.shape == (3, learner.layers, states, 6)
    assert learner.memory.dtype == np.float64
    assert learner.memory.flags.c_contiguous
    assert np.isfinite(learner.memory).all()
    assert learner.table(2).shape == (states, 6)


@pytest.mark.parametrize("explore", [True, False])
def test_acts_in_range_in_random_states(name, explore):
    learner = make(name)
    rng = np.random.default_rng(5)
    for t in range(200):
        states = rng.integers(4, size=3)
        actions = choose(learner, states, rng.random((3, 2)), explore)
        assert ((actions >= 0) & (actions < 6)).all()
        payoffs = noisy(t, rng)
        told = payoffs if learner.needs_payoffs else payoffs[:, :NO_PAYOFFS].copy()
        learner.learn(
            learner.memory,
            learner.numbers,
            t,
            states,
            actions,
            payoffs[np.arange(3), actions],
            rng.integers(4, size=3),
            told,
        )
        assert np.isfinite(learner.memory).all()


@pytest.mark.parametrize("u", [0.0, np.nextafter(1.0, 0.0)])
def test_acts_in_range_at_the_ends_of_chance(name, u):
    learner = make(name)
    play(learner, noisy, 50)
    for first in (0.0, np.nextafter(1.0, 0.0)):
        actions = choose(learner, np.zeros(3, np.int64), np.array([[first, u]] * 3))
        assert ((actions >= 0) & (actions < 6)).all()


def test_plays_a_game_of_one_action(name):
    learner = make(name, Game(2, 1, 1, np.zeros(2, np.int64), np.ones(2)))
    assert (play(learner, lambda t, rng: rng.random((2, 1)), 30) == 0).all()
    assert np.isfinite(learner.memory).all()


@pytest.mark.parametrize("name", LEARNING)
def test_learns_the_better_arm_of_a_bandit(name):
    """One arm pays 0.8, the other 0.2; each can be pulled in three ways, so that no rule is below its
    smallest game.

    The better arm is on either side, in turns. Scripted players have no lesson to learn.
    """
    learner = make(name, Game(40, 1, 6, np.zeros(40, np.int64), np.ones(40)))
    better = np.arange(40) % 2
    mean = np.where(np.arange(6) % 2 == better[:, None], 0.8, 0.2)
    history = play(learner, lambda t, rng: mean + rng.uniform(-0.1, 0.1, mean.shape), 3000)
    late = (history[-1000:] % 2 == better).mean()
    early = (history[:10] % 2 == better).mean()
    assert late > 0.6
    assert late > early


@pytest.mark.parametrize("name", SCRIPTED)
def test_scripted_players_do_not_change(name, same_bits):
    learner = make(name)
    before = learner.memory.copy()
    play(learner, noisy, 50)
    assert same_bits(before, learner.memory)


@pytest.mark.parametrize("name", LEARNING)
def test_learning_changes_the_memory(name, same_bits):
    learner = make(name)
    before = learner.memory.copy()
    play(learner, noisy, 5)
    assert not same_bits(before, learner.memory)


def test_same_seed_same_play(name, same_bits):
    one, other = make(name), make(name)
    assert same_bits(play(one, noisy, 100), play(other, noisy, 100))
    assert same_bits(one.memory, other.memory)


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))], ids=["copy", "pickle"]
)
def test_a_copy_continues_identically(name, copied, same_bits):
    learner = make(name)
    play(learner, noisy, 60)
    twin = copied(learner)
    assert type(twin) is type(learner)
    assert twin.rounds == learner.rounds
    assert same_bits(play(learner, noisy, 60, seed=9), play(twin, noisy, 60, seed=9))
    assert same_bits(learner.memory, twin.memory)
    assert twin.memory is not learner.memory


def test_touches_nothing_but_its_memory(name, same_bits):
    learner = make(name)
    rng = np.random.default_rng(3)
    states, following = np.array([0, 3, 1]), np.array([1, 2, 3])
    payoffs = noisy(0, rng) if learner.needs_payoffs else np.zeros((3, NO_PAYOFFS))
    chance, rewards = rng.random((3, 2)), np.array([5.0, -1.0, 0.0])
    actions = choose(learner, states, chance)
    arguments = [learner.numbers, states, actions, rewards, following, payoffs, chance]
    before = copy.deepcopy(arguments)
    choose(learner, states, chance)
    learner.learn(learner.memory, learner.numbers, 7, states, actions, rewards, following, payoffs)
    assert all(same_bits(a, b) for a, b in zip(before, arguments, strict=True))
    assert learner.rounds == 0


def test_players_do_not_touch_each_other(name, same_bits):
    """Alone or among others, a player in the same states with the same chance and rewards does the same."""
    together, alone = make(name), make(name)
    rng = np.random.default_rng(8)
    for t in range(40):
        together.rounds = alone.rounds = t
        states, following = rng.integers(4, size=3), rng.integers(4, size=3)
        chance, payoffs = rng.random((3, 2)), noisy(t, rng)
        told = payoffs if together.needs_payoffs else payoffs[:, :NO_PAYOFFS].copy()
        actions = choose(together, states, chance)
        rewards = payoffs[np.arange(3), actions]
        together.learn(together.memory, together.numbers, t, states, actions, rewards, following, told)
        for i in reversed(range(3)):
            assert alone.choose_one(i, states[i], chance[i]) == actions[i]
            alone.learn_one(i, states[i], actions[i], rewards[i], following[i], told[i])
    assert same_bits(together.memory, alone.memory)


@pytest.mark.parametrize("name", COMPILED)
def test_compiled_equals_interpreted(name, same_bits):
    compiled, interpreted = make(name), make(name)
    assert isinstance(compiled.choose, Kernel)
    assert same_bits(play(compiled, noisy, 300), play(interpreted, noisy, 300, compiled=False))
    assert same_bits(compiled.memory, interpreted.memory)


@pytest.mark.parametrize(("name", "knob"), KNOBS)
def test_acts_in_range_at_the_ends_of_every_knob(name, knob):
    declared = LEARNERS[name].Settings.knobs()[knob]
    for end in declared.choices or (declared.low, declared.high):
        try:
            learner = make(name, **{knob: end})
        except ParameterError:
            continue  # this game allows less
        history = play(learner, noisy, 100)
        assert ((history >= 0) & (history < 6)).all()
        assert np.isfinite(learner.memory).all(), f"{knob} = {end}"


def test_does_not_experiment_without_exploration(name, same_bits):
    """Not exploring: the first random number, which decides on experiments, has no effect."""
    learner = make(name)
    play(learner, noisy, 300)
    states, rng = np.array([0, 1, 2]), np.random.default_rng(2)
    for _ in range(50):
        chance = rng.random((3, 2))
        sooner, later = chance.copy(), chance.copy()
        sooner[:, 0], later[:, 0] = 0.0, np.nextafter(1.0, 0.0)
        assert same_bits(choose(learner, states, sooner, False), choose(learner, states, later, False))


@pytest.mark.parametrize("name", LEARNING)
def test_shows_the_better_arm_when_not_experimenting(name):
    """The better arm of a clear-cut bandit is played at least as often without experiments as with them."""
    learner = make(name, Game(40, 1, 6, np.zeros(40, np.int64), np.ones(40)))
    payoffs = np.tile([0.0, 1.0], (40, 3))
    with_experiments = (play(learner, lambda t, rng: payoffs, 3000)[-500:] % 2).mean()
    rng = np.random.default_rng(4)
    without = np.mean(
        [choose(learner, np.zeros(40, np.int64), rng.random((40, 2)), False) % 2 for _ in range(500)]
    )
    assert without >= with_experiments - 0.02
    assert without > 0.75


@pytest.mark.parametrize("name", LEARNING)
def test_prefers_the_arm_that_pays(name):
    """After a clear-cut bandit nearly everybody holds an arm that pays for best; the kernel is what Python says."""
    learner = make(name, Game(40, 1, 6, np.zeros(40, np.int64), np.ones(40)))
    payoffs = np.tile([0.0, 1.0], (40, 3))
    play(learner, lambda t, rng: payoffs, 3000)
    preferred = learner.preferred(0)
    assert (preferred % 2).mean() > 0.9
    plain = np.full(40, -1, np.int64)
    learner.prefer.function(learner.memory, np.zeros(40, np.int64), plain)
    assert (plain == preferred).all()


def test_prefers_one_action_per_state_and_player(name):
    learner = make(name)
    play(learner, noisy, 200)
    for state in range(4):
        preferred = learner.preferred(state)
        assert preferred.shape == (3,) and ((preferred >= 0) & (preferred < 6)).all()
