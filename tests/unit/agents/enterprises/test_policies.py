"""Actions drawn at random from those allowed."""

import numpy as np
import pytest

from agents.enterprises.policies import all_any_allowed, any_allowed


@pytest.mark.parametrize("actions", [1, 4, 49, 63, 64, 65, 128, 200])
def test_every_allowed_action_is_drawn_by_its_part_of_the_numbers(actions):
    rng = np.random.default_rng(actions)
    for share in (0.05, 0.5, 1.0):
        mask = (rng.random(actions) < share).astype(np.int8)
        mask[rng.integers(actions)] = 1
        allowed = np.flatnonzero(mask)
        draws = (np.arange(len(allowed)) + 0.5) / len(allowed)
        assert [any_allowed(mask, u) for u in draws] == allowed.tolist()
        assert any_allowed(mask, 0.0) == allowed[0]
        assert any_allowed(mask, np.nextafter(1.0, 0.0)) in (allowed[-1], 0)  # 0 where the product rounds up


@pytest.mark.parametrize("actions", [1, 49, 64, 100])
def test_nothing_is_drawn_where_nothing_is_allowed(actions):
    assert any_allowed(np.zeros(actions, np.int8), 0.7) == 0


def test_actions_of_all_enterprises_are_drawn_by_their_own_masks():
    rng = np.random.default_rng(1)
    mask, chance = rng.integers(0, 2, (3, 4, 49)).astype(np.int8), rng.random((3, 4, 2))
    actions = np.full((3, 4), -1)
    all_any_allowed(mask, chance, actions)
    for w in range(3):
        for i in range(4):
            allowed = np.flatnonzero(mask[w, i])
            assert actions[w, i] == allowed[int(chance[w, i, 0] * len(allowed))]
