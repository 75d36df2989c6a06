"""A learner in plain Python plays like a compiled one, only step by step."""

import numpy as np
import pytest

from learning.base import LEARNERS, Game, Learner
from learning.knobs import Settings
from model.systems.learning_bidders import LearningBidders


@pytest.fixture
def register():
    """Function: register a learner for the time of the test."""

    def add(name, kind):
        LEARNERS.register(name)(kind)
        return name

    with LEARNERS.unchanged():
        yield add


@pytest.mark.parametrize("name", [name for name, kind in LEARNERS.items() if kind.is_compiled()])
def test_the_same_rules_in_plain_python_play_the_same(register, name, same_history):
    kind = LEARNERS[name]

    class Plain(kind):
        choose = staticmethod(kind.choose.function)
        learn = staticmethod(kind.learn.function)

    one = LearningBidders(learner=register("plain", Plain), n_firms=3, price_steps=3, volume_steps=3, rng=1)
    other = LearningBidders(learner=name, n_firms=3, price_steps=3, volume_steps=3, rng=1)
    assert not one.is_compiled()
    assert other.is_compiled()
    one.advance(8)
    other.advance(8)
    same_history(one, other)


def test_a_learner_written_as_methods_plays_too(register):
    class Rising(Learner):
        """Plays the next action every round."""

        def choose(self, memory, settings, t, states, chance, explore, actions):
            """Write the round's number."""
            actions[:] = t % self.game.actions

        def learn(self, memory, settings, t, states, actions, rewards, next_states, payoffs):
            """Count the rewards."""
            memory[:, 0, 0, 0] += rewards

    model = LearningBidders(learner=register("rising", Rising), rng=1)
    model.advance(5)
    _, firms = model.datacollector.rows()
    assert (firms.action == np.arange(5)[:, None]).all()
    assert model.learner.memory[:, 0, 0, 0] == pytest.approx(firms.profit.sum(0))


def test_a_table_is_a_copy():
    learner = Learner(Game(2, 3, 4, np.zeros(2, np.int64), np.ones(2)), Settings(), np.random.default_rng(1))
    learner.table(1)[:] = 9.0
    assert (learner.memory == 0).all()
