"""Models that nobody uses any more are given back."""

import gc
import weakref

from model.systems.learning_bidders import LearningBidders


def test_a_model_that_nobody_holds_is_freed():
    model = LearningBidders(rng=1)
    model.step()
    seen = weakref.ref(model)
    del model
    gc.collect()
    assert seen() is None


def test_agents_of_each_model_are_counted_the_government_first():
    for _ in range(2):
        model = LearningBidders(rng=1)
        assert sorted(agent.unique_id for agent in model.agents) == list(range(len(model.agents)))
