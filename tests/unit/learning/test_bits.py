"""Words of bits, compiled and interpreted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.bits import WORD, count_bits, place_of_one, word_at
from learning.jit import rule


def plain(function):
    """The function itself, interpreted."""
    return getattr(function, "py_func", function)


words = st.integers(0, 2**64 - 1)


@rule
def count(word):
    return count_bits(word)


@pytest.mark.parametrize("word", (0, 1, 2**63, 2**64 - 1, 0b1011))
def test_bits_are_counted(word):
    assert count(np.uint64(word)) == count_bits(np.uint64(word)) == word.bit_count()


@pytest.mark.parametrize("length", [1, 7, 63, 64, 65, 130])
def test_a_word_holds_the_entries_from_its_start_on(length):
    row = np.random.default_rng(length).integers(0, 2, length).astype(np.int8)
    for start in range(length):
        expected = sum(int(entry) << k for k, entry in enumerate(row[start : start + WORD]))
        assert word_at(row, start) == plain(word_at)(row, start) == expected


@given(words)
def test_the_places_of_all_ones(word):
    ones = [k for k in range(WORD) if word >> k & 1]
    for find in (place_of_one, plain(place_of_one)):
        assert [find(np.uint64(word), rank) for rank in range(len(ones))] == ones
