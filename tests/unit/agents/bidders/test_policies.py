"""Policies bid by what a firm knows, and the same schedule however an action expresses it."""

import numpy as np
import pytest

from agents.bidders.demand_schedule import CLIP, RATIO, SORT, write_schedule, write_truthful
from agents.bidders.policies import POLICIES, Bidding, Policy, Situation, write_action

RNG = np.random.default_rng(1)


def situation(worlds=4, n=3, need=7.0, top=None):
    """Any situation; ``top``: a public highest price, or each firm's own first marginal value."""
    cost = 0.5 + RNG.random((worlds, n))
    needs = np.full((worlds, n), need)
    highest = cost * needs if top is None else np.full((worlds, n), top)
    return Situation(cost, needs, highest, np.zeros((worlds, n, 3)))


def act(name, seen, steps=2, repair=RATIO, chance=None):
    chance = RNG.random((*seen.cost.shape, 2 * steps)) if chance is None else chance
    policy = POLICIES[name](POLICIES[name].Settings(), Bidding(seen.cost.shape[1], steps, repair))
    return policy.act(seen, chance)


@pytest.mark.parametrize("repair", [RATIO, SORT, CLIP])
@pytest.mark.parametrize("top", [None, 20.0])
@pytest.mark.parametrize("steps", [1, 2, 5])
def test_the_truthful_action_is_the_truthful_schedule(repair, top, steps):
    seen = situation(top=top)
    actions = act("truthful_schedule", seen, steps, repair)
    assert ((actions >= 0) & (actions <= 1)).all()
    price, volume, wanted, wanted_volume = np.zeros((4, steps))
    for w, i in np.ndindex(seen.cost.shape):
        write_schedule(actions[w, i], seen.top[w, i], 7.0, repair, price, volume)
        write_truthful(seen.cost[w, i], 7.0, wanted, wanted_volume)
        assert price == pytest.approx(wanted)
        assert volume.tolist() == wanted_volume.tolist()


@pytest.mark.parametrize("repair", [RATIO, SORT, CLIP])
def test_an_action_written_is_the_schedule_read(repair):
    for price, volume in (([9, 4], [3, 2]), ([5, 0], [1, 4]), ([0, 0], [0, 0]), ([10, 10], [0, 5])):
        action, found = np.zeros(4), np.zeros((2, 2))
        write_action(np.array(price, float), np.array(volume, float), 10.0, 5.0, repair, action)
        write_schedule(action, 10.0, 5.0, repair, found[0], found[1])
        assert found[0] == pytest.approx(price)
        assert found[1].tolist() == volume


def test_the_truth_needs_no_chance_and_a_random_schedule_is_chance(same_bits):
    seen, chance = situation(), RNG.random((4, 3, 4))
    assert same_bits(act("truthful_schedule", seen), act("truthful_schedule", seen))
    assert same_bits(act("random_schedule", seen, chance=chance), chance)


@pytest.mark.parametrize("name", ["truthful_schedule", "random_schedule"])
def test_agents_do_not_read_private_information_of_others(name, same_bits):
    """Other costs of the second and third firm: the first bids the same."""
    seen, chance = situation(), RNG.random((4, 3, 4))
    other = situation()
    other.cost[:, 0] = seen.cost[:, 0]
    other.top[:, 0] = seen.top[:, 0]
    one, two = (act(name, each, chance=chance) for each in (seen, other))
    assert same_bits(one[:, 0], two[:, 0])


def test_a_policy_must_define_act():
    with pytest.raises(TypeError, match="Policy must define act"):
        Policy(Policy.Settings(), Bidding(2, 2, RATIO)).act(situation(), None)
