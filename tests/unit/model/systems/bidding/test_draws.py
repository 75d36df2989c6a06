"""Random numbers of a block: drawn where a rule reads them, the same streams in any case."""

import numpy as np
import pytest

from model.base import BLOCK
from model.systems.learning_bidders import LearningBidders


@pytest.mark.parametrize("blocks", [[5], [2, 3], [BLOCK, BLOCK, 7]])
def test_tie_keys_that_nobody_reads_are_passed_over(blocks):
    usual, by_key = (
        LearningBidders(rng=2, n_firms=3, **{"uniform.tie_rule": rule}) for rule in ("pro_rata", "random")
    )
    for periods in blocks:
        unread, read = usual.draw_chance(periods), by_key.draw_chance(periods)
        assert not unread.tie_key.any() and read.tie_key.all()
        assert (unread.bidding == read.bidding).all() and (unread.margin == read.margin).all()
    after = [model.streams["ties"].random(4).tolist() for model in (usual, by_key)]
    assert after[0] == after[1]


def test_numbers_of_full_blocks_are_those_of_the_stream():
    model, again = (LearningBidders(rng=2, n_firms=3) for _ in range(2))
    drawn = np.concatenate([model.draw_chance(BLOCK).bidding.copy() for _ in range(3)])
    assert (drawn == again.streams["bidding"].random((3 * BLOCK, 3, 2))).all()
