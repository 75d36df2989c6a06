"""A read-out: greedy, what has been learned and nothing else; exploring, more of the same."""

import numpy as np
import pytest

from model.base import SYSTEMS

SYSTEMS_THAT_BID = ("learning_bidders", "supply_chains")
CURIOUS = {"q_learning.epsilon": 1.0, "q_learning.epsilon_rounds": 0, "price_steps": 4}


def market(system, **changed):
    model = SYSTEMS[system](rng=2, collect_every=7, **CURIOUS | changed)
    model.advance(70)
    return model


@pytest.mark.parametrize("system", SYSTEMS_THAT_BID)
def test_exploring_it_is_a_longer_run(system, same_bits):
    one, other = market(system, read_out="exploring"), market(system)
    government, firms = shown = one.read_out(20)
    other.collect_every = 1
    other.advance(20)
    assert same_bits(firms, other.datacollector.rows(20)[1])
    assert same_bits(government, other.datacollector.rows(20)[0])
    assert shown.model.learner.rounds == other.learner.rounds == 90
    assert same_bits(shown.model.learner.memory, other.learner.memory)


@pytest.mark.parametrize("system", SYSTEMS_THAT_BID)
def test_greedy_it_shows_the_best_bids_known(system):
    """Firms that always experimented are read out at their best known action of the state, from the same memory."""
    model = market(system)
    before = model.learner.memory.copy()
    government, firms = shown = model.read_out(20)
    assert shown.model.learner.rounds == 70
    assert (shown.model.learner.memory == before).all()
    seen = np.concatenate(
        [[model.datacollector.rows_at([9])[0].state[0, 0]], government.state[:-1, 0]]
    ).astype(int)
    best = before[:, 0].argmax(-1)
    assert (firms.action == best[:, seen].T).all()
