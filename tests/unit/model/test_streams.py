"""Named random streams."""

import re
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from model.streams import SEED_LIMIT, Streams, as_seed

ROOT = Path(__file__).parents[3]


def test_a_stream_depends_on_seed_and_name_only():
    one, other = Streams(7), Streams(7)
    other["another"].random(1000)
    assert (one["bidding"].random(10) == other["bidding"].random(10)).all()
    assert (Streams(7)["bidding"].random(10) != Streams(8)["bidding"].random(10)).all()
    assert (Streams(7)["bidding"].random(10) != Streams(7)["exchange"].random(10)).all()


def test_a_stream_goes_on_where_it_was():
    streams = Streams(7)
    together = Streams(7)["bidding"].random(10)
    assert (np.concatenate([streams["bidding"].random(4), streams["bidding"].random(6)]) == together).all()


def test_no_two_streams_in_use_are_one():
    """Streams differ by a checksum of their name."""
    sources = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "model").rglob("*.py"))
    names = set(re.findall(r'streams\["([^"]+)"\]', sources))
    assert names
    assert len({crc32(name.encode()) for name in names}) == len(names)


@pytest.mark.parametrize("rng", [0, 5, np.int64(5), 5.0, SEED_LIMIT - 1])
def test_a_whole_number_is_its_own_seed(rng):
    assert as_seed(rng) == rng
    assert type(as_seed(rng)) is int


@pytest.mark.parametrize("make", [np.random.default_rng, np.random.SeedSequence])
def test_generators_and_sequences_give_a_seed(make):
    assert as_seed(make(3)) == as_seed(make(3)) != as_seed(make(4))
    assert 0 <= as_seed(make(3)) < SEED_LIMIT


def test_none_gives_a_fresh_seed():
    assert as_seed(None) != as_seed(None)


@pytest.mark.parametrize(
    "rng", [-1, SEED_LIMIT, 1.5, True, "five", "5", float("nan"), float("inf"), [1, 2], {}]
)
def test_invalid_seeds_are_rejected(rng):
    with pytest.raises(ValueError, match=r"seed = .*must be a whole number from 0 to"):
        as_seed(rng)
