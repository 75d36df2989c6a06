"""Streams begun for many runs at once are those of each run's own seed."""

import copy
import pickle

import numpy as np
import pytest

from model.seeding import streams_of
from model.streams import SEED_LIMIT, Streams
from model.systems.learning_bidders import LearningBidders

SEEDS = [0, 1, 2**31, 2**32 - 1, 2**32, 2**32 + 7, SEED_LIMIT - 1]
NAMES = ("population", "ties", "a stream of the user's own", "")


def test_every_stream_begins_as_numpy_begins_it():
    drawn = np.random.default_rng(1).integers(SEED_LIMIT, size=300).tolist()
    for seed, streams in zip(SEEDS + drawn, streams_of(SEEDS + drawn), strict=True):
        assert streams.seed == seed
        for name in NAMES:
            assert streams[name].bit_generator.state == Streams(seed)[name].bit_generator.state


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda streams: pickle.loads(pickle.dumps(streams))])
def test_streams_below_and_copies_are_the_usual_ones(twin):
    usual, streams = Streams(SEEDS[3])["ties"], streams_of(SEEDS)[3]["ties"]
    usual.random(3), streams.random(3)
    assert twin(streams).random() == twin(usual).random()
    below, usual_below = streams.spawn(2)[1], usual.spawn(2)[1]
    assert below.random() == usual_below.random()
    assert (
        streams.bit_generator.seed_seq.generate_state(9).tolist()
        == Streams(SEEDS[3]).sequence("ties").generate_state(9).tolist()
    )


def test_a_model_takes_streams_for_its_seed():
    usual, other = LearningBidders(rng=SEEDS[5]), LearningBidders(rng=streams_of(SEEDS)[5])
    usual.advance(5), other.advance(5)
    assert other.seed == usual.seed and type(other.seed) is int
    assert other.datacollector.metrics == usual.datacollector.metrics
    assert other.rng.random() == usual.rng.random() and other.random.random() == usual.random.random()
