"""Words of 64 bits, for tables of yes and no: no branch depends on an entry, and the processor counts many at once."""

import numpy as np

from learning.jit import rule
from learning.lanes import counted_by_processor

WORD = 64
"""Bits of a word."""
NO_BITS, ONE_BIT = np.uint64(0), np.uint64(1)


@counted_by_processor
def count_bits(word):
    """Number of ones in a word."""
    return np.uint64(int(word).bit_count())


@rule
def word_at(row, start):
    """Entries of ``row``, int8[k] of 0 and 1, from ``start`` on as bits of a word, as many as it has room for."""
    word = NO_BITS
    for k in range(min(WORD, row.shape[0] - start)):
        word |= np.uint64(row[start + k]) << np.uint64(k)
    return word


@rule
def place_of_one(word, rank):
    """Place of the one of a word that has ``rank`` others before it, found by halves; it must have as many."""
    place = 0
    for half in (32, 16, 8, 4, 2, 1):
        lower = word & ((ONE_BIT << np.uint64(half)) - ONE_BIT)
        ones = np.int64(count_bits(lower))
        is_above = rank >= ones
        word = word >> np.uint64(half) if is_above else lower
        rank -= ones if is_above else 0
        place += half if is_above else 0
    return place
