"""Uniform numbers in blocks are the generator's own, and it stands afterwards where NumPy would have left it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.draws import FEW, fill, fill_uniformly, uniform
from learning.lanes import LANES

LENGTHS = st.one_of(st.integers(0, 3), st.integers(FEW - 2, FEW + 2 * LANES), st.integers(FEW, 4 * FEW))


def pair(seed, drawn=0, kind=np.random.PCG64):
    """Two generators of the same state, after ``drawn`` numbers."""
    both = [np.random.Generator(kind(seed)) for _ in range(2)]
    for rng in both:
        rng.random(drawn)
    return both


@given(
    seed=st.integers(0, 2**64), drawn=st.integers(0, 50), lengths=st.lists(LENGTHS, min_size=1, max_size=4)
)
def test_numbers_and_states_are_numpys(seed, drawn, lengths):
    ours, theirs = pair(seed, drawn)
    for length in lengths:
        assert uniform(ours, length).tobytes() == theirs.random(length).tobytes()
        assert ours.bit_generator.state == theirs.bit_generator.state


@given(seed=st.integers(0, 2**32), length=st.integers(0, 4 * LANES))
def test_compiled_and_interpreted_draw_alike_all_but_the_last(seed, length):
    state = np.random.PCG64(seed).state["state"]
    words = np.array([each >> shift & 2**64 - 1 for each in state.values() for shift in (64, 0)], np.uint64)
    compiled, interpreted = np.full(length, -1.0), np.full(length, -1.0)
    fill(words, compiled)
    getattr(fill, "py_func", fill)(words, interpreted)
    assert compiled.tobytes() == interpreted.tobytes()
    assert (compiled >= 0).sum() == length // LANES * LANES


@pytest.mark.parametrize("high, low", [(0, 0), (2**64 - 1, 2**64 - 1), (2**64 - 1, 0), (0, 2**64 - 1)])
def test_words_at_their_ends_carry(high, low):
    for increment in (1, 2**64 + 1, 2**128 - 1):
        rng, other = pair(0)
        for each in (rng, other):
            each.bit_generator.state |= {"state": {"state": high << 64 | low, "inc": increment}}
        assert (uniform(rng, 2 * FEW) == other.random(2 * FEW)).all()


def test_half_a_number_kept_for_later_is_not_forgotten():
    ours, theirs = pair(7)
    for rng in (ours, theirs):
        rng.integers(10, dtype=np.uint32)
    assert ours.bit_generator.state["has_uint32"]
    assert (uniform(ours, 2 * FEW) == theirs.random(2 * FEW)).all()
    assert ours.bit_generator.state == theirs.bit_generator.state


@pytest.mark.parametrize("kind", [np.random.MT19937, np.random.PCG64DXSM, np.random.Philox])
def test_other_generators_draw_their_own_numbers(kind):
    ours, theirs = pair(7, kind=kind)
    assert (uniform(ours, 2 * FEW) == theirs.random(2 * FEW)).all()


def test_arrays_of_several_dimensions_are_filled_in_place():
    ours, theirs = pair(7)
    numbers = np.empty((5, FEW, 2))
    assert fill_uniformly(ours, numbers) is numbers
    assert (numbers == theirs.random((5, FEW, 2))).all()
    fortran = np.empty((FEW, 3), order="F")
    assert (fill_uniformly(ours, fortran) == theirs.random(out=np.empty((FEW, 3), order="F"))).all()
