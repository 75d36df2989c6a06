"""Actions drawn at random from those allowed."""

import numpy as np
import pytest

from agents.enterprises.policies import all_any_allowed


def drawn(masks, numbers):
    """Actions, int64[k], of masks, int8[k, actions], by numbers in [0, 1), float64[k]."""
    actions = np.full((1, len(numbers)), -1)
    all_any_allowed(masks[None], np.stack([numbers, np.ones(len(numbers))], -1)[None], actions)
    return actions[0].tolist()


@pytest.mark.parametrize("actions", [1, 4, 49, 63, 64, 65, 128, 200])
def test_every_allowed_action_is_drawn_by_its_part_of_the_numbers(actions):
    rng = np.random.default_rng(actions)
    for share in (0.05, 0.5, 1.0):
        mask = (rng.random(actions) < share).astype(np.int8)
        mask[rng.integers(actions)] = 1
        allowed = np.flatnonzero(mask)
        numbers = (np.arange(len(allowed)) + 0.5) / len(allowed)
        assert drawn(np.tile(mask, (len(allowed), 1)), numbers) == allowed.tolist()
        assert drawn(mask[None], np.zeros(1)) == allowed[:1].tolist()
        (last,) = drawn(mask[None], np.nextafter(np.ones(1), 0.0))
        assert last in (allowed[-1], 0)  # 0 where the product rounds up


@pytest.mark.parametrize("actions", [1, 49, 64, 100])
def test_nothing_is_drawn_where_nothing_is_allowed(actions):
    assert drawn(np.zeros((2, actions), np.int8), np.array([0.0, 0.7])) == [0, 0]


def test_every_enterprise_has_its_own_mask():
    rng = np.random.default_rng(1)
    masks, numbers = rng.integers(0, 2, (40, 49)).astype(np.int8), rng.random(40)
    allowed = [np.flatnonzero(mask) for mask in masks]
    expected = [each[int(u * len(each))] for each, u in zip(allowed, numbers, strict=True)]
    assert drawn(masks, numbers) == expected
